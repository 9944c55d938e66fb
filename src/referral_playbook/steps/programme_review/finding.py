"""Everything that step 09 finds, computed once; the notebook shows parts of it and the result is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.contract.sealed import Forecast
from referral_playbook.domain.forecast_record import Record
from referral_playbook.domain.programme.control_reading import ControlReading
from referral_playbook.domain.programme.fraud import Flags
from referral_playbook.steps.programme_review.looks import ArmReading
from referral_playbook.steps.programme_review.parameters import ReviewParameters
from referral_playbook.steps.programme_review.readout import Experiment


@dataclass(frozen=True, kw_only=True)
class ReviewFinding:
    """What the programme review found.

    Parameters
    ----------
    flagged, flagged_share : Flags, Estimate
        Referrals that somebody should look at, and their share.
    figures : tuple of mapping
        Every figure with and without the flagged referrals.
    goals : DataFrame
        Goals of past months with their band, with and without the flagged referrals.
    goal_checks : tuple of Check
        One for each metric: behind or not, without the flagged referrals.
    readings : tuple of ArmReading
        Each arm against the control, fixed-sample and always-valid.
    rates : mapping
        Events per user of each arm.
    design, could_show : tuple of Check, Estimate
        What was planned against what was run, and the smallest ratio that a run of this size can show.
    control : ControlReading
        The kept control.
    effects : mapping
        incremental_against_control, rollout_effect, asked_against_matched.
    before_after : str
        The naive comparison, in words.
    due, liability : DataFrame, mapping
        Rewards owed, and their sums.
    claw_back : DataFrame
        Rewards paid on referrals that do not count.
    later, decay : Estimate, tuple of mapping
        Whether advocates go on.
    changed, verdicts_changed : DataFrame, tuple of mapping
        Numbers and verdicts that differ from the previous run.
    record : Record
        How earlier forecasts turned out.
    forecasts : tuple of Forecast
        What this run forecasts, to be sealed.
    beside : tuple of Check
        What was looked at beside the above.
    has_ask_list : bool
        Whether there are customers and touchpoints, from which an ask list and its control can be drawn.
    """

    client: str
    currency: str
    as_of: date
    parameters: ReviewParameters
    flagged: Flags
    flagged_share: Estimate
    figures: tuple[Mapping[str, object], ...]
    goals: pd.DataFrame
    goal_checks: tuple[Check, ...]
    run: Experiment
    readings: tuple[ArmReading, ...]
    rates: Mapping[str, Estimate]
    design: tuple[Check, ...]
    could_show: Estimate
    control: ControlReading
    effects: Mapping[str, Estimate]
    before_after: str
    due: pd.DataFrame
    liability: Mapping[str, Estimate]
    claw_back: pd.DataFrame
    later: Estimate
    decay: tuple[Mapping[str, object], ...]
    changed: pd.DataFrame
    has_previous: bool
    verdicts_changed: tuple[Mapping[str, object], ...]
    record: Record
    forecasts: tuple[Forecast, ...]
    beside: tuple[Check, ...]
    has_ask_list: bool = True

    @property
    def winner(self) -> ArmReading | None:
        """The arm that beats the control at every look, by the largest ratio; None where none does."""
        better = [r for r in self.readings if r.shown(self.parameters.alpha) and r.ratio > 1]
        return max(better, key=lambda r: r.ratio, default=None)

    @property
    def tested(self) -> tuple[ArmReading, ...]:
        """Arms that could be compared."""
        return tuple(r for r in self.readings if r.p_adjusted is not None)

    @property
    def late(self) -> tuple[Check, ...]:
        """Goals that are behind by more than chance explains."""
        return tuple(c for c in self.goal_checks if c.passed is False)
