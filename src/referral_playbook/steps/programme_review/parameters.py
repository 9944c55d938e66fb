"""Parameters of step 09: the previous run, the experiment, the control, and when a referral is flagged."""

from __future__ import annotations

from dataclasses import dataclass, fields

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.fraud import Limits
from referral_playbook.domain.programme.kept_control import CONTROL_SHARE, SEED, KeptControl


@dataclass(frozen=True, kw_only=True)
class ReviewParameters:
    """Parameters of the programme review; `contract/parameters.toml` has their units, bounds and meanings."""

    previous_results: str | None = None
    control_arm: str | None = None
    outcome: str | None = None
    randomised: bool = True
    holdout: bool = False
    planned_users: int | None = None
    weeks_planned: float | None = None
    weeks_run: float | None = None
    correction: str = "holm"
    dispersion: float = 1.0
    programme_start: str | None = None
    rollout: tuple[str, ...] = ()
    rollout_by: str = "region"
    burst: int = 5
    burst_days: int = 1
    dormant_days: int = 30
    hold_days: int = 60
    most_flagged: float = 0.25
    control_share: float = CONTROL_SHARE
    control_seed: int = SEED
    control_since: str | None = None
    share_evidence: bool = False
    confidence: float = 0.95

    @classmethod
    def of(cls, p: Parameters) -> ReviewParameters:
        """From the step's parameters as they were resolved."""
        names = {f.name for f in fields(cls)} - {"rollout", "control_since", "control_share", "control_seed"}
        return cls(
            **{name: p.values[name] for name in names},  # type: ignore[arg-type]
            rollout=tuple(p.optional_texts("rollout") or ()),
            control_share=p.number("control_share"),
            control_seed=p.count("control_seed"),
            control_since=p.optional_text("control_since"),
        )

    @property
    def alpha(self) -> float:
        """Chance of a false alarm over all arms and all looks."""
        return 1 - self.confidence

    @property
    def limits(self) -> Limits:
        return Limits(
            burst=self.burst, burst_days=self.burst_days, dormant_days=self.dormant_days, hold_days=self.hold_days
        )

    @property
    def control(self) -> KeptControl:
        return KeptControl.stated(self.control_share, self.control_seed, self.control_since)
