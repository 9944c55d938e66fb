"""Parameters of step 06: whom to ask, how often to follow up, and what answers cost."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.ask_rules import AskRules
from referral_playbook.domain.programme.kept_control import CONTROL_SHARE, SEED, KeptControl
from referral_playbook.domain.programme.rollout import not_reached


@dataclass(frozen=True, kw_only=True)
class AskParameters:
    """Parameters of asking and following up; `contract/parameters.toml` has their units, bounds and meanings."""

    minimum_tenure: float = 6.0
    given_within: int = 90
    not_asked_within: int = 90
    given_kinds: tuple[str, ...] = ("kind_act", "delight")
    only_ask_here: bool = False
    control_share: float = CONTROL_SHARE
    control_seed: int = SEED
    control_since: str | None = None
    rollout: tuple[str, ...] = ()
    rollout_by: str = "region"
    rollout_waves: int = 3
    rollout_gap: int = 3
    least_asks: int = 20
    early_share: float = 0.10
    window_months: int = 3
    contact_cost: float | None = None
    value_of_referral: float | None = None
    first_contact_success: float | None = None
    answer_days: int = 30
    days_between: int = 10
    discount_rate: float = 0.10
    incentive_cost: float | None = None
    invited_with: int | None = None
    invited_without: int | None = None
    silent_days: int = 90
    confidence: float = 0.95

    @classmethod
    def of(cls, p: Parameters) -> AskParameters:
        """From the step's parameters as they were resolved."""
        names = {f.name for f in fields(cls)} - {"given_kinds", "rollout"}
        values: dict[str, Any] = {name: p.values[name] for name in names if p.values[name] is not None}
        rollout = tuple(p.optional_texts("rollout") or ())
        return cls(**values, given_kinds=p.texts("given_kinds"), rollout=rollout)

    def rules(self, as_of: date) -> AskRules:
        """When a customer may be asked on that day, and who is kept as the control."""
        return AskRules(
            minimum_tenure=self.minimum_tenure,
            given_within=self.given_within,
            not_asked_within=self.not_asked_within,
            given_kinds=self.given_kinds,
            only_ask_here=self.only_ask_here,
            not_reached=not_reached(self.rollout, as_of),
            rollout_by=self.rollout_by,
            control=KeptControl.stated(self.control_share, self.control_seed, self.control_since),
        )
