"""What the parts of the review share: the experiment, the flags, the goals, what is owed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from referral_playbook.contract.evidence import Check
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments import Contrast
from referral_playbook.steps import experiment_readout as readout
from referral_playbook.steps import fraud_flags, review_figures, rewards_owed
from referral_playbook.steps.experiment_readout import Experiment
from referral_playbook.steps.fraud_flags import Flags
from referral_playbook.steps.goal_progress import alerts


@dataclass(frozen=True, kw_only=True)
class Review:
    """What the review stands on.

    Parameters
    ----------
    run, contrasts : Experiment, tuple of Contrast
    alpha : float
        Of the contrasts.
    flagged : Flags
    clean : Engagement
        Without the flagged referrals.
    goals : DataFrame
        From `review_figures.goal_rows`.
    due : DataFrame
        From `rewards_owed.owed`.
    """

    run: Experiment
    contrasts: tuple[Contrast, ...]
    alpha: float
    flagged: Flags
    clean: Engagement
    goals: pd.DataFrame
    due: pd.DataFrame

    @property
    def winner(self) -> Contrast | None:
        return readout.winner(self.contrasts, alpha=self.alpha)


def review(
    engagement: Engagement, *, run: Experiment, contrasts: tuple[Contrast, ...], flagged: Flags, alpha: float = 0.05
) -> Review:
    """Everything that the parts of the review share."""
    clean = fraud_flags.without(engagement, flagged)
    return Review(
        run=run, contrasts=contrasts, alpha=alpha, flagged=flagged, clean=clean,
        goals=review_figures.goal_rows(engagement, clean), due=rewards_owed.owed(engagement, flagged.ids),
    )  # fmt: skip


def goal_checks(goals: pd.DataFrame) -> list[Check]:
    """Behind or not, a check a metric, without the flagged referrals: what is not real does not fill a goal."""
    rows = goals.assign(actual=goals["without_flagged"], reading=goals["reading_without_flagged"])
    return alerts(rows)
