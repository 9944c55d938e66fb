"""Where the client's record ends: what was not exported is not loyalty."""

from datetime import date

import pandas as pd

from referral_playbook.contract.evidence import Check, Status, Verdict
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import whole
from referral_playbook.facts.engagement import Engagement

DAYS_PER_MONTH = 30.4375
LATE_AFTER = 3
"""Months without any dated row before the as-of date, from which the record counts as out of date."""


def record_end(engagement: Engagement) -> date | None:
    """The last day on which anything is dated in any table; None where nothing has a date."""
    days = [row["last"] for row in engagement.tables.values() if row.get("last")]
    profile = engagement.fact("customer_profile")
    if profile is not None and engagement.real_dates and profile["left_on"].notna().any():
        days.append(pd.Timestamp(profile["left_on"].max()).date())
    return max(days, default=None)


def months_behind(engagement: Engagement) -> float:
    """Months between the end of the record and the as-of date; 0 where nothing has a date."""
    end = record_end(engagement)
    return 0.0 if end is None else (engagement.as_of - end).days / DAYS_PER_MONTH


def reaches_as_of(engagement: Engagement) -> Check:
    """Whether the record reaches the as-of date."""
    end, name = record_end(engagement), "record_reaches_as_of"
    if end is None:
        return Check(name=name, passed=None, text="No table has a date, so we cannot tell where the record ends.")
    behind = months_behind(engagement)
    if behind <= LATE_AFTER:
        return Check(name=name, passed=True, text=f"The record ends on {day(end)}, close to the as-of date.")
    text = (
        f"The record ends on {day(end)}, {whole(behind)} months before the as-of date ({day(engagement.as_of)}). "
        "What happened since is not in it, such as customers who left: export the tables again, or set the as-of "
        "date back."
    )
    return Check(name=name, passed=False, text=text)


def capped_by_record(verdict: Verdict, engagement: Engagement, *, months: int) -> Verdict:
    """A go on a record that ends too early is at best test small; not enough data where a whole period is missing."""
    return capped(verdict, reaches_as_of(engagement), behind=months_behind(engagement), months=months)


def capped(verdict: Verdict, reaches: Check, *, behind: float, months: int) -> Verdict:
    """The same, from the check and the months by which the record ends too early."""
    if verdict.status is not Status.GO or behind <= LATE_AFTER:
        return verdict
    status = Status.NOT_ENOUGH_DATA if behind >= months else Status.TEST_SMALL
    return Verdict(status=status, reason=f"{verdict.reason} But {reaches.text[0].lower() + reaches.text[1:]}")
