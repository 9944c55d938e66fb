"""Everything that step 06 finds, computed once; the notebook shows parts of it and the result is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.domain.lists.ask_lists import Lists
from referral_playbook.domain.programme.rollout_plan import RolloutPlan
from referral_playbook.steps.ask_and_follow_up.first_referrals import Waits
from referral_playbook.steps.ask_and_follow_up.follow_ups import Sequence
from referral_playbook.steps.ask_and_follow_up.months import AskWindow
from referral_playbook.steps.ask_and_follow_up.parameters import AskParameters


@dataclass(frozen=True, kw_only=True)
class AskFinding:
    """Whom to ask, when, and how often.

    Parameters
    ----------
    joined, delighted : Waits
        Waits for the first referral since joining, and since a delight.
    window : AskWindow or None
        The months in which first referrals come most often.
    lists : Lists
        Ask list with its control, close-the-loop list, give-first list.
    limits : tuple of mapping
        Size of the ask list at other limits.
    sequence : Sequence
        Follow-up contacts and what they are worth.
    incentives : tuple of mapping
        What an incentive for a survey answer buys.
    answers_differ : Estimate
        Whether people with an incentive answer otherwise.
    touchpoints, empty_phases : DataFrame, str
        What happened in each phase, and where nothing did.
    silent_share, silence : Estimate, mapping
        Customers without contact today, and by time since joining.
    may_follow : tuple of mapping
        What an ask may follow.
    rollout : RolloutPlan
        Which groups start when, if a change of the programme comes in steps.
    upstream : Check
        Which earlier steps were read.
    """

    client: str
    currency: str
    as_of: date
    parameters: AskParameters
    joined: Waits
    delighted: Waits
    window: AskWindow | None
    lists: Lists
    limits: tuple[Mapping[str, object], ...]
    sequence: Sequence
    incentives: tuple[Mapping[str, object], ...]
    answers_differ: Estimate
    touchpoints: pd.DataFrame
    empty_phases: str
    silent_share: Estimate
    silence: Mapping[str, Estimate]
    may_follow: tuple[Mapping[str, object], ...]
    rollout: RolloutPlan
    upstream: Check
