"""What a consultant may set in step 05."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.break_even.gate import Thresholds

DECLARED = {"months": "break_even_months"}
"""Names that differ from the declared ones."""


@dataclass(frozen=True, kw_only=True)
class BreakEvenParameters:
    """Parameters of step 05; `contract/parameters.toml` has their units, bounds and meanings.

    None takes an earlier step's figure, else measures, else assumes.
    """

    months: int = 12
    discount_rate: float = 0.10
    payback_months: int = 36
    purse: float | None = None
    go: float = 0.80
    stop: float = 0.20
    customer_value: float | None = None
    incremental_share: float | None = None
    conversion_rate: float | None = None
    qualified_share: float | None = None
    baseline_referrals: float | None = None
    referrals_per_month: float | None = None
    uplift: float | None = None
    new_referrals: float | None = None
    uplift_setting: str | None = None
    claim_share: float | None = None
    programme_start: str | None = None
    chosen_reward: str | None = None
    reward_advocate: float | None = None
    reward_friend: float | None = None
    reward_trigger: str = "conversion"
    hold_days: int = 60
    fulfilment: float = 0.0
    hourly_rate: float | None = None
    hours_per_month: float | None = None
    software_per_month: float | None = None
    monthly_cost: float | None = None
    set_up: float | None = None
    other_channels: tuple[str, ...] = ()
    share_uplift_correlation: float = 0.0
    draws: int = 100_000
    seed: int = 0
    confidence: float = 0.95

    @classmethod
    def of(cls, parameters: Parameters) -> BreakEvenParameters:
        """The parameters of the step as they are declared for the whole playbook.

        Examples
        --------
        >>> BreakEvenParameters.of(Parameters.of("break_even", break_even_months=6)).months
        6
        """
        names = {f.name: DECLARED.get(f.name, f.name) for f in fields(cls)}
        values: dict[str, Any] = {
            own: parameters.values[name] for own, name in names.items() if name in parameters.values
        }
        return cls(**values | {"other_channels": parameters.optional_texts("other_channels") or ()})

    @property
    def thresholds(self) -> Thresholds:
        """What the gate compares with."""
        return Thresholds(go=self.go, stop=self.stop, purse=self.purse, payback_months=self.payback_months)
