"""Everything that step 06 finds, computed once; the notebook shows parts of it and the result is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.ask_lists import Lists
from referral_playbook.domain.programme.rollout_plan import RolloutPlan
from referral_playbook.steps.ask_and_follow_up.first_referrals import Waits
from referral_playbook.steps.ask_and_follow_up.follow_ups import Sequence
from referral_playbook.steps.ask_and_follow_up.months import AskWindow


@dataclass(frozen=True, kw_only=True)
class AskFinding:
    """Whom to ask, when, and how often."""

    client: str
    currency: str
    as_of: date
    parameters: Parameters
    # waits for the first referral since joining, and since a delight
    joined: Waits
    delighted: Waits
    window: AskWindow | None  # the months in which first referrals come most often
    lists: Lists  # ask list with its control, close-the-loop list, give-first list
    limits: tuple[Mapping[str, object], ...]  # size of the ask list at other limits
    sequence: Sequence  # follow-up contacts and what they are worth
    incentives: tuple[Mapping[str, object], ...]  # what an incentive for a survey answer buys
    answers_differ: Estimate  # whether people with an incentive answer otherwise
    # what happened in each phase, and where nothing did
    touchpoints: pd.DataFrame
    empty_phases: str
    # customers without contact today, and by time since joining
    silent_share: Estimate
    silence: Mapping[str, Estimate]
    may_follow: tuple[Mapping[str, object], ...]  # what an ask may follow
    rollout: RolloutPlan  # which groups start when, if a change of the programme comes in steps
    upstream: Check  # which earlier steps were read
