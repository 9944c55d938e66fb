"""Everything that step 09 finds, computed once; the notebook shows parts of it and the result is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.contract.sealed import Forecast
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.forecast_record import Record
from referral_playbook.domain.programme.control_reading import ControlReading
from referral_playbook.domain.programme.fraud import Flags
from referral_playbook.steps.programme_review.looks import ArmReading
from referral_playbook.steps.programme_review.readout import Experiment


@dataclass(frozen=True, kw_only=True)
class ReviewFinding:
    """What the programme review found."""

    client: str
    currency: str
    as_of: date
    parameters: Parameters
    # referrals that somebody should look at, and their share
    flagged: Flags
    flagged_share: Estimate
    figures: tuple[Mapping[str, object], ...]  # every figure with and without the flagged referrals
    goals: pd.DataFrame  # goals of past months with their band, with and without the flagged referrals
    goal_checks: tuple[Check, ...]  # one for each metric: behind or not, without the flagged referrals
    run: Experiment
    readings: tuple[ArmReading, ...]  # each arm against the control, fixed-sample and always-valid
    rates: Mapping[str, Estimate]  # events per user of each arm
    # what was planned against what was run, and the smallest ratio that a run of this size can show
    design: tuple[Check, ...]
    could_show: Estimate
    control: ControlReading  # the kept control
    effects: Mapping[str, Estimate]  # incremental_against_control, rollout_effect, asked_against_matched
    before_after: str  # the naive comparison, in words
    # rewards owed, and their sums
    due: pd.DataFrame
    liability: Mapping[str, Estimate]
    claw_back: pd.DataFrame  # rewards paid on referrals that do not count
    # whether advocates go on
    later: Estimate
    decay: tuple[Mapping[str, object], ...]
    # changed, verdicts_changed: Numbers and verdicts that differ from the previous run
    changed: pd.DataFrame
    has_previous: bool
    verdicts_changed: tuple[Mapping[str, object], ...]
    record: Record  # how earlier forecasts turned out
    forecasts: tuple[Forecast, ...]  # what this run forecasts, to be sealed
    beside: tuple[Check, ...]  # what was looked at beside the above
    # whether there are customers and touchpoints, from which an ask list and its control can be drawn
    has_ask_list: bool = True

    @property
    def winner(self) -> ArmReading | None:
        """The arm that beats the control at every look, by the largest ratio; None where none does."""
        better = [r for r in self.readings if r.shown and r.ratio > 1]
        return max(better, key=lambda r: r.ratio, default=None)

    @property
    def tested(self) -> tuple[ArmReading, ...]:
        """Arms that could be compared."""
        return tuple(r for r in self.readings if r.p_adjusted is not None)

    @property
    def late(self) -> tuple[Check, ...]:
        """Goals that are behind by more than chance explains."""
        return tuple(c for c in self.goal_checks if c.passed is False)
