"""Whether a referral programme already runs, since when, and what its own record is.

A running programme changes the question: continue, change or stop, with the set-up already spent. Its record before and
since the start describes what happened. It is not an effect, because nobody was left without the programme.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from referral_playbook.contract.writing.dates import month
from referral_playbook.domain.value.customer_months import all_referrals
from referral_playbook.facts.engagement import Engagement

PER_CUSTOMER_MONTHS = 1_000


@dataclass(frozen=True, kw_only=True)
class ProgrammeStatus:
    """Whether a programme runs."""

    running: bool
    start: pd.Period | None = None  # its first month; None where no programme runs or no table dates its start
    signs: tuple[str, ...] = ()  # what shows that it runs, in words

    @property
    def question(self) -> str:
        """What is to be decided."""
        if not self.running:
            return "Should the programme start?"
        since = f" since {month(self.start)}" if self.start is not None else ""
        return f"A programme runs{since}. Should it continue, change or stop?"


def programme_status(engagement: Engagement, *, programme_start: str | None = None) -> ProgrammeStatus:
    """Recognise a running programme by its costs, its rewards or its experiment before the as-of date.

    Where the client stated the start, ``YYYY-MM``, it goes before what the tables show.
    """
    rewarded, promised = _first_reward(engagement)
    dated = {"costs were booked": _first_cost(engagement), "rewards were paid": rewarded}
    dated |= {} if rewarded else {"rewards were promised": promised}
    if programme_start is not None:
        dated = {"stated": pd.Period(programme_start, "M"), **dated}
    today = pd.Timestamp(engagement.as_of).to_period("M")
    here = {what: month for what, month in dated.items() if month is not None and month <= today}
    signs = tuple(f"{what} in {month(when)}" for what, when in here.items() if what != "stated")
    if programme_start is not None and "stated" in here:
        signs = (f"the start in {month(here['stated'])} was stated", *signs)
    if engagement.fact("arms") is not None:
        signs = (*signs, "an experiment was run")
    start = here.get("stated") or min(here.values(), default=None)
    return ProgrammeStatus(running=bool(signs), start=start, signs=signs)


def _first_cost(engagement: Engagement) -> pd.Period | None:
    costs = engagement.fact("costs")
    return None if costs is None or costs.empty else pd.Period(costs["month"].min(), "M")


def _first_reward(engagement: Engagement) -> tuple[pd.Period | None, pd.Period | None]:
    """The month of the first reward that was paid, and of the first referral that has one, paid or not."""
    rows = engagement.fact("referrals")
    if rows is None:
        return None, None
    # A commission for an agency or a partner is no reward of a customer programme.
    own = rows["referrer_type"].fillna("").str.lower().isin(["", "customer"])
    due = rows["converted_on"].fillna(rows["referred_on"])[own & (rows["reward"].astype(float) > 0)]
    return _month_of(rows.loc[own, "rewarded_on"]), _month_of(due)


def _month_of(days: pd.Series) -> pd.Period | None:
    first = pd.to_datetime(days).min()
    return None if pd.isna(first) else first.to_period("M")


def programme_record(engagement: Engagement, status: ProgrammeStatus) -> list[dict[str, Any]]:
    """The programme's own record: rows period (before, since), customer_months, referrals, conversions and their rates.

    Months before the first recorded referral are left out, because none could be counted then. The rates are per 1,000
    customer-months. Empty where no programme runs, or where customers or referrals have no dates.
    """
    rows = all_referrals(engagement) if status.running and status.start is not None else None
    if rows is None:
        return []
    periods = {"before": rows[rows["month"] < status.start], "since": rows[rows["month"] >= status.start]}
    return [_period_row(name, part) for name, part in periods.items() if len(part)]


def _period_row(name: str, part: pd.DataFrame) -> dict[str, Any]:
    months, referrals, conversions = (float(part[c].sum()) for c in ("customers", "referrals", "conversions"))
    per = PER_CUSTOMER_MONTHS / months if months else 0.0
    return {
        "period": name,
        "from": str(part["month"].min()),
        "to": str(part["month"].max()),
        "customer_months": months,
        "referrals": referrals,
        "conversions": conversions,
        "referrals_per_1000": referrals * per,
        "conversions_per_1000": conversions * per,
    }
