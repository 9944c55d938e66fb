"""Step 03: is sharing easy, and does it do the advocate credit?"""

from referral_playbook.steps.social_currency.finding import SocialCurrencyFinding
from referral_playbook.steps.social_currency.step import build_result, find
from referral_playbook.steps.social_currency.verdict import (
    describe_end,
    describe_k_goal,
    describe_naive_k,
    where_it_ends,
)

__all__ = [
    "SocialCurrencyFinding",
    "build_result",
    "describe_end",
    "describe_k_goal",
    "describe_naive_k",
    "find",
    "where_it_ends",
]
