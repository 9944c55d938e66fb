"""What step 04 found: every part that the notebook shows and the result is built from, computed once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.new_referrals import starts_from_nothing
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.facts.engagement import Engagement
from referral_playbook.steps.goal_setting.advocate_goals import AdvocateGoal, Engaged
from referral_playbook.steps.goal_setting.asks import Asks
from referral_playbook.steps.goal_setting.plan import Plan
from referral_playbook.steps.goal_setting.tiers import Rung

Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class GoalFinding:
    """The finding of step 04.

    Parameters
    ----------
    client, currency, as_of
    engagement : Engagement
        With valid referrals only.
    today, baseline, uplift, new : Estimate
        Referrals a month today, and without the programme; the uplift; referrals that come where there are none yet.
    plan : Plan
        The outlook (baseline x uplift, or the new referrals), and what a referral becomes.
    unknown : Estimate
        Share of new customers of unknown source.
    engaged, goal, near
        What advocates make, the goal for one of them, and the share who should reach it.
    rungs, ladder
        The tiers, and the tiers with cost.
    asks : Asks
        Asks that the goal needs, beside those that are made.
    beside : list of dict
        Figures with and without flagged referrals.
    owner : str
        Who answers for the programme's goal.
    parameters : Parameters
        What the step was computed with.
    """

    client: str
    currency: str
    as_of: date
    engagement: Engagement
    status: ProgrammeStatus
    today: Estimate
    baseline: Estimate
    uplift: Estimate
    new: Estimate
    plan: Plan
    unknown: Estimate
    engaged: Engaged
    goal: AdvocateGoal
    near: float
    rungs: tuple[Rung, ...]
    ladder: Rows
    by_source: pd.DataFrame
    progress: pd.DataFrame
    goals: pd.DataFrame
    leading: pd.DataFrame
    messages: pd.DataFrame
    asks: Asks
    beside: Rows
    parameters: Parameters
    owner: str = ""

    @property
    def from_nothing(self) -> bool:
        """Whether no programme runs and no referral comes, so that an uplift has nothing to multiply."""
        return starts_from_nothing(self.baseline, self.status)
