"""How long customers stay: monthly retention, the share still here later, and whether the curve flattens."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.domain.value.contract_value import contract_profile
from referral_playbook.domain.value.payers import payers
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.survival.estimators import compare_hazards, kaplan_meier
from referral_playbook.methods.survival.retention import leaving_rate, period_retention

BOUNDARY = 0.1  # months
NOBODY_LEFT = "no customer is recorded as having left"
SOURCE = "customers: joined_on, left_on (or tenure and status)"
BY_PAYMENTS = "payments: the last month that each customer paid for"


def lives(engagement: Engagement) -> pd.DataFrame:
    """Lives of customers, equal ones counted once: segment, months (to leaving or today), left (bool), customers.

    Users of a free plan are no customers; where there are any, the rows are single customers.

    Where nobody is recorded as having left and payments come regularly, whoever no longer pays has left; the attribute
    ``attrs["source"]`` says which it is. Then the rows are single customers.
    """
    profile, counts = engagement.fact("customer_profile"), engagement.fact("lives")
    if profile is None or counts is None:
        empty = {"segment": str, "months": float, "left": bool, "customers": int}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in empty.items()})
    rows, source = counts.assign(left=counts["left"].astype(bool)), SOURCE
    if len(payers(engagement).free):
        own = payers(engagement).of(profile)
        rows = own[["segment"]].assign(months=own["tenure_months"], left=own["left"].astype(bool), customers=1)
    if not rows["left"].any():
        paying = contract_profile(engagement)
        if paying is not None and paying["left"].astype(bool).any():
            left = paying["left"].astype(bool)
            rows = paying[["segment"]].assign(months=paying["tenure_months"], left=left, customers=1)
            source = BY_PAYMENTS
    rows = rows[["segment", "months", "left", "customers"]].copy()
    rows.attrs["source"] = source
    return rows


def monthly_retention(
    engagement: Engagement, *, confidence: float = 0.95, segment: str | Sequence[str] | None = None
) -> Estimate:
    """Share of customers who stay another month, averaged over all customer-months that were seen.

    ``exp(-customers who left / customer-months)``, range over customers. It is an average: new customers usually leave
    more often than old ones, which the curve shows.
    """
    everybody = lives(engagement)
    wanted = [segment] if isinstance(segment, str) else segment
    seen = everybody if wanted is None else everybody[everybody["segment"].isin(wanted)]
    labels: dict[str, Any] = {
        "unit": "share",
        "per": "customer and month",
        "source": everybody.attrs.get("source", SOURCE),
    }
    exposure, n = float((seen["months"] * seen["customers"]).sum()), int(seen["customers"].sum())
    if exposure <= 0:
        return undefined("no customer-month was seen", **labels)
    if not everybody["left"].any():
        return undefined(NOBODY_LEFT, n=n, **labels)
    churn = leaving_rate(seen["left"], seen["months"], weights=seen["customers"], confidence=confidence)
    value, low, high = (math.exp(-x) for x in (churn.point, churn.upper, churn.lower))
    return churn.as_(value=value, low=low, high=high, n=n, **labels)


def retention(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> dict[str, Estimate]:
    """Two estimates: `retention_rate` (a month) and `retention_at_horizon` (share still here, Kaplan-Meier)."""
    seen = lives(engagement)
    per = f"new customer, after {months} months"
    if seen.empty:
        later = undefined("there is no customers table, so retention is not known", unit="share", per=per)
    elif not seen["left"].any():
        later = undefined(NOBODY_LEFT, unit="share", per=per, n=int(seen["customers"].sum()))
    else:
        curve = kaplan_meier(seen["months"], seen["left"], weights=seen["customers"], confidence=confidence)
        # a customer who leaves at the renewal of that month, give or take three days, has left
        at = max(months, min(months + BOUNDARY, curve.followed))
        later = curve.at(at, per=per, source=seen.attrs["source"])
    return {"retention_rate": monthly_retention(engagement, confidence=confidence), "retention_at_horizon": later}


def curves(engagement: Engagement, *, confidence: float = 0.95) -> dict[str, dict[str, object]]:
    """Kaplan-Meier curve of all customers, ready to draw; empty where nobody was seen."""
    seen = lives(engagement)
    if seen.empty:
        return {}
    curve = kaplan_meier(seen["months"], seen["left"], weights=seen["customers"], confidence=confidence)
    return {"all customers": curve.drawn}


def plateau(engagement: Engagement, *, confidence: float = 0.95) -> Check:
    """Whether the curve flattens: customers lost a month in the last third of the follow-up against the first."""
    seen, name = lives(engagement), "retention_flattens"
    if not seen["left"].any():
        reason = "there is no customers table" if seen.empty else NOBODY_LEFT
        return Check(name=name, passed=None, text=f"We cannot tell whether the curve flattens: {reason}.")
    ratio = compare_hazards(seen["months"], seen["left"], weights=seen["customers"], confidence=confidence)
    if ratio.value is None or ratio.low is None or ratio.high is None:
        return Check(name=name, passed=None, text=f"We cannot tell whether the curve flattens: {ratio.reason}.")
    sentence = f"Old customers leave {interval(ratio)} as often as new ones"
    if ratio.high < 1:
        return Check(name=name, passed=True, text=f"{sentence}, so the curve flattens and a core stays.")
    if ratio.low > 1:
        return Check(name=name, passed=False, text=f"{sentence}, so the curve falls faster with time.")
    return Check(
        name=name, passed=None, text=f"{sentence}. The range includes 1, so we cannot tell whether it flattens."
    )


def customers_kept(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> Estimate:
    """Classic retention (E - N) / S over the last `months`: of the customers at its start, the share still here."""
    labels: dict[str, Any] = {"unit": "share", "per": f"customer at the start of the last {months} months"}
    profile, reason = dated(engagement)
    if profile is None:
        return undefined(reason, source=SOURCE, **labels)
    end = pd.Timestamp(engagement.as_of)
    start = end - pd.DateOffset(months=months)
    there = (profile["joined_on"] <= start) & (profile["left_on"].isna() | (profile["left_on"] > start))
    now = ~profile["left"].astype(bool)
    share = period_retention(
        start=int(there.sum()), end=int(now.sum()), new=int((now & ~there).sum()), confidence=confidence
    )
    return share.as_(source=f"{SOURCE}; (end - new) / start, Wilson", per=labels["per"])


def dated(engagement: Engagement) -> tuple[pd.DataFrame | None, str]:
    """Customers whose dates of joining and leaving are known, or why there are none."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return None, "there is no customers table"
    if not engagement.real_dates:
        return None, "the tables say how long customers stayed, not when"
    profile = payers(engagement).of(profile)
    return (profile, "") if profile["left"].astype(bool).any() else (None, NOBODY_LEFT)
