"""Step 07: where does business come from?"""

from referral_playbook.steps.referral_sources.finding import Deals, SourcesFinding, Thresholds
from referral_playbook.steps.referral_sources.step import (
    build_result,
    describe_few,
    describe_unknown,
    find,
    find_deals,
    pareto_bars,
)
from referral_playbook.steps.referral_sources.verdict import describe_naive, limit_rows

__all__ = [
    "Deals",
    "SourcesFinding",
    "Thresholds",
    "build_result",
    "describe_few",
    "describe_naive",
    "describe_unknown",
    "find",
    "find_deals",
    "limit_rows",
    "pareto_bars",
]
