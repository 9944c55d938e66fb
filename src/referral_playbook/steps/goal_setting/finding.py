"""What step 04 found: every part that the notebook shows and the result is built from, computed once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.progress import alerts
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
    """The finding of step 04."""

    client: str
    currency: str
    as_of: date
    engagement: Engagement  # with valid referrals only
    status: ProgrammeStatus
    # referrals a month today, and without the programme; the uplift; referrals that come where there are none yet
    today: Estimate
    baseline: Estimate
    uplift: Estimate
    new: Estimate
    plan: Plan  # the outlook (baseline x uplift, or the new referrals), and what a referral becomes
    unknown: Estimate  # share of new customers of unknown source
    # what advocates make, the goal for one of them, and the share who should reach it
    engaged: Engaged
    goal: AdvocateGoal
    near: float
    # the tiers, and the tiers with cost
    rungs: tuple[Rung, ...]
    ladder: Rows
    by_source: pd.DataFrame
    progress: pd.DataFrame
    goals: pd.DataFrame
    leading: pd.DataFrame
    messages: pd.DataFrame
    asks: Asks  # asks that the goal needs, beside those that are made
    beside: Rows  # figures with and without flagged referrals
    parameters: Parameters  # what the step was computed with
    owner: str = ""  # who answers for the programme's goal

    @property
    def alerts(self) -> list[Check]:
        """One check for each metric: behind or not."""
        return alerts(self.progress, confidence=self.parameters.number("confidence"))

    @property
    def from_nothing(self) -> bool:
        """Whether no programme runs and no referral comes, so that an uplift has nothing to multiply."""
        return starts_from_nothing(self.baseline, self.status)
