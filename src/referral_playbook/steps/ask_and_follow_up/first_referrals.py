"""When to ask: how long until a customer first refers, since joining or since a delight, and the months to ask in.

Most customers have not referred yet. They are not "never": they are seen only until now, or until they left (censored),
and whoever averages over those who did refer makes the wait look shorter than it is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.formatting import number, written
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.domain.dates_of import dates_of
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.survival.estimators import PeriodHazard, hazard_by_period, kaplan_meier
from referral_playbook.methods.survival.survival_curve import SurvivalCurve

MONTH = 30.4375  # days
LEAST = 50  # customers at risk, or a month says nothing
HARDLY = 0.01  # a silence less likely than this is a record that had not begun


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Waits for the first referral, one a customer."""

    # from the start to the first referral, to leaving, or to the as-of date; shape (customers,)
    months: NDArray[np.float64]
    referred: NDArray[np.bool_]  # shape (customers,)
    since: str  # what the clock starts with
    reason: str = ""  # why there are none, or nothing
    left_out: int = 0  # customers whose clock began before referrals were written down

    def curve(self, *, confidence: float = 0.95) -> SurvivalCurve:
        """Share who have not referred yet, by Kaplan-Meier."""
        return kaplan_meier(self.months, self.referred, confidence=confidence, unit="month")

    def time_by(self, share: float, *, confidence: float = 0.95) -> Estimate:
        """Months by which this share has referred (0.5: the median); undefined where fewer have."""
        labels: dict[str, Any] = {
            "per": f"customer, since {self.since}",
            "source": "customers and referrals, Kaplan-Meier with censoring",
        }
        if self.reason:
            return undefined(self.reason, unit="months", **labels)
        wait = self.curve(confidence=confidence).quantile(share, **labels).as_(unit="months")
        seen = self.months.max()
        followed = written(round(seen), "months")
        why = f"fewer than {percent(share)} have referred within {followed}, as long as customers were followed"
        return wait if wait.defined else wait.as_(reason=why)

    def share_by(self, months: float, *, confidence: float = 0.95) -> Estimate:
        """Share who have referred within `months`, of those who stay that long."""
        labels: dict[str, Any] = {
            "unit": "share",
            "per": f"customer, {number(months)} months since {self.since}",
            "source": "customers and referrals, Kaplan-Meier",
        }
        if self.reason:
            return undefined(self.reason, **labels)
        waiting = self.curve(confidence=confidence).at(months, **labels)
        if not waiting.defined:
            return waiting
        value, low, high = (1 - x for x in (waiting.point, waiting.upper, waiting.lower))
        return waiting.as_(value=value, low=low, high=high)

    def hazards(self, *, width: float = 1.0, confidence: float = 0.95) -> tuple[PeriodHazard, ...]:
        """Chance of a first referral in each period, for those who had not referred; not where few are at risk."""
        periods = hazard_by_period(self.months, self.referred, width=width, confidence=confidence)
        return tuple(p for p in periods if p.at_risk >= LEAST)


def _none(since: str, reason: str) -> Waits:
    return Waits(months=np.array([]), referred=np.array([], dtype=bool), since=since, reason=reason)


def first_referral_days(referrals: pd.DataFrame) -> pd.DataFrame:
    """Referrals that customers made: customer_id, referred_on; of type customer or of none."""
    by_customers = referrals["referrer_type"].replace("", pd.NA).fillna("customer") == "customer"
    made = referrals.loc[by_customers, ["referrer_id", "referred_on"]]
    return made.rename(columns={"referrer_id": "customer_id"})


def _why_not(engagement: Engagement) -> str:
    return engagement.absent.get("first_referral", "")


def since_joining(engagement: Engagement) -> Waits:
    """Waits from joining. A referral before joining counts at once, one after leaving does not count."""
    profile, rows = engagement.fact("customer_profile"), engagement.fact("referrals")
    if profile is None or rows is None or _why_not(engagement):
        return _none("joining", _why_not(engagement) or "there is no table of customers or of referrals")
    first = first_referral_days(rows).groupby("customer_id")["referred_on"].min()
    return _waits(engagement, profile, profile["joined_on"], dates_of(profile["customer_id"], first), "joining")


def record_begins(engagement: Engagement) -> pd.Timestamp | None:
    """The day of the first referral, where it is no accident that none was written down before; else None.

    A record that begins years after the first customers joined says nothing of their first referrals. It is taken to
    begin late where at the rate seen since then so long a silence has a chance below 1%.
    """
    profile, rows = engagement.fact("customer_profile"), engagement.fact("referrals")
    made = pd.Series(dtype="datetime64[ns]") if rows is None else first_referral_days(rows)["referred_on"]
    if profile is None or made.empty:
        return None
    began, end = made.min(), profile["left_on"].fillna(pd.Timestamp(engagement.as_of))
    before = (end.clip(upper=began) - profile["joined_on"].clip(upper=began)).dt.days.sum()
    since = (end.clip(lower=began) - profile["joined_on"].clip(lower=began)).dt.days.sum()
    # the first referral opens the record, so it says nothing of the rate afterwards
    return began if since > 0 and math.exp(-before * (len(made) - 1) / since) < HARDLY else None


def since_delight(engagement: Engagement, *, kinds: Sequence[str] = ("delight",)) -> Waits:
    """Waits from a customer's first delight touchpoint to the first referral, of those without one before it."""
    profile, rows, touches = (engagement.fact(name) for name in ("customer_profile", "referrals", "touchpoints"))
    since = "a delight"
    if profile is None or rows is None or _why_not(engagement):
        return _none(since, _why_not(engagement) or "there is no table of customers or of referrals")
    if touches is None:
        return _none(since, "there is no table of touchpoints")
    delighted = touches[touches["kind"].isin(list(kinds))].groupby("customer_id")["on"].min()
    who = profile.assign(begin=dates_of(profile["customer_id"], delighted)).dropna(subset=["begin"])
    first = dates_of(who["customer_id"], first_referral_days(rows).groupby("customer_id")["referred_on"].min())
    begin = who[["begin", "joined_on"]].max(axis=1)
    fresh = ~(first < begin) & ~(who["left_on"] < begin)
    if not fresh.any():
        return _none(since, "no customer had a delight touchpoint before referring")
    return _waits(engagement, who[fresh], begin[fresh], first[fresh], since)


def _waits(engagement: Engagement, who: pd.DataFrame, begin: pd.Series, first: pd.Series, since: str) -> Waits:
    recorded = record_begins(engagement)
    seen = begin.notna() if recorded is None else begin >= recorded
    who, begin, first, left_out = who[seen], begin[seen], first[seen], int((~seen).sum())
    until = who["left_on"].fillna(pd.Timestamp(engagement.as_of))
    referred = (first <= until).to_numpy(bool)
    end = np.where(referred, first, until)
    days = (pd.to_datetime(pd.Series(end, index=who.index)) - begin).dt.days.clip(lower=0)
    if not len(days):
        return _none(since, "there are no customers who could be followed from the start")
    return Waits(months=days.to_numpy(float) / MONTH, referred=referred, since=since, left_out=left_out)


def naive(waits: Waits) -> str:
    """What the average over those who referred would say; shown in order to be broken."""
    if waits.reason or not waits.referred.any():
        return "there is none, because no first referral has a date."
    took = waits.months[waits.referred]
    referred, others = (written(n, "customers") for n in (len(took), len(waits.months) - len(took)))
    mean = f"{number(float(took.mean()))} months, the average over {referred} who referred before the as-of date."
    return f"{mean} It leaves out {others} without a referral so far."


def describe_median(waits: Waits, *, share: float = 0.10, confidence: float = 0.95) -> Sequence[str | Estimate]:
    """The median with its range, or why there is none and by when a smaller share has referred."""
    median, early = waits.time_by(0.5, confidence=confidence), waits.time_by(share, confidence=confidence)
    if median.defined:
        return [
            "Half of all customers refer within ",
            median,
            f" of {waits.since}; {percent(share)} within ",
            early,
            ".",
        ]
    if not early.defined:
        return [
            f"There is no median wait: {median.reason}. Nor is there a time by which {percent(share)} have referred."
        ]
    return [
        f"There is no median wait: {median.reason}. But {percent(share)} have referred within ",
        early,
        f" of {waits.since}.",
    ]


def curves(*waits: Waits, confidence: float = 0.95) -> dict[str, dict[str, object]]:
    """Share yet to refer by months, one curve a clock, ready to draw; clocks without customers are left out."""
    return {f"since {w.since}": w.curve(confidence=confidence).drawn for w in waits if not w.reason}
