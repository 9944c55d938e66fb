"""Who stays: monthly retention, the share left after some months, and whether the curve flattens."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from referral_playbook.contract.evidence import Check, Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.retention import leaving_rate
from referral_playbook.methods.survival import compare_hazards, kaplan_meier

BOUNDARY = 0.1  # months
NOBODY_LEFT = "no customer is recorded as having left: either nobody did, or nobody writes it down"
SOURCE = "customers: joined_on, left_on (or tenure and status)"


def lives(engagement: Engagement, *, segment: str | None = None) -> pd.DataFrame:
    """One row a customer: months (to leaving or the as-of date), left (bool); of one segment where named."""
    profile = engagement.fact("customer_profile")
    if profile is None:
        return pd.DataFrame({"months": pd.Series(dtype=float), "left": pd.Series(dtype=bool)})
    if segment is not None:
        profile = profile[profile["segment"] == segment]
    return pd.DataFrame({"months": profile["tenure_months"], "left": profile["left"].astype(bool)})


def monthly_retention(engagement: Engagement, *, confidence: float = 0.95, segment: str | None = None) -> Estimate:
    """Share of customers who stay another month, averaged over all customer-months that were seen.

    ``exp(-customers who left / customer-months)``, range over customers. An average: new customers usually leave
    more often than old ones, which the curve shows.
    """
    seen = lives(engagement, segment=segment)
    said: dict[str, Any] = {"unit": "share", "per": "customer and month", "source": SOURCE}
    exposure = float(seen["months"].sum())
    if exposure <= 0:
        return undefined("no customer-month was seen", **said)
    if not seen["left"].any() and segment is None:
        return undefined(NOBODY_LEFT, n=len(seen), **said)
    churn = leaving_rate(seen["left"], seen["months"], confidence=confidence)
    value, low, high = (math.exp(-x) for x in (churn.value, churn.high, churn.low))  # type: ignore[operator]
    return churn.as_(value=value, low=low, high=high, n=len(seen), **said)


def retention(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> dict[str, Estimate]:
    """Two estimates: `retention_rate` (a month) and `retention_at_horizon` (share left by Kaplan-Meier)."""
    seen = lives(engagement)
    per = f"new customer, after {months} months"
    if seen.empty:
        later = undefined("no customers table, so nobody's stay is known", unit="share", per=per)
    elif not seen["left"].any():
        later = undefined(NOBODY_LEFT, unit="share", per=per, n=len(seen))
    else:
        curve = kaplan_meier(seen["months"], seen["left"], confidence=confidence)
        # who leaves at the renewal of that month, give or take three days, has left
        later = curve.at(max(months, min(months + BOUNDARY, curve.followed)), per=per, source=SOURCE)
    return {"retention_rate": monthly_retention(engagement, confidence=confidence), "retention_at_horizon": later}


def curves(engagement: Engagement, *, confidence: float = 0.95) -> dict[str, dict[str, object]]:
    """Kaplan-Meier curve of all customers, ready to draw; empty where nobody was seen."""
    seen = lives(engagement)
    if seen.empty:
        return {}
    found = kaplan_meier(seen["months"], seen["left"], confidence=confidence)
    return {
        "all customers": {
            "time": found.times, "survival": found.survival, "low": found.low, "high": found.high,
            "at_risk": found.at_risk,
        }
    }  # fmt: skip


def plateau(engagement: Engagement, *, confidence: float = 0.95) -> Check:
    """Whether the curve flattens: customers lost a month in the last third of the follow-up against the first."""
    seen = lives(engagement)
    ratio = compare_hazards(seen["months"], seen["left"], confidence=confidence)
    if not ratio.defined:
        return Check(name="retention_flattens", passed=None, text=f"cannot be told: {ratio.reason}")
    said = f"customers leave {ratio.value:.2f} times as often late as early ({ratio.low:.2f} to {ratio.high:.2f})"
    if ratio.high < 1:  # type: ignore[operator]
        return Check(name="retention_flattens", passed=True, text=f"{said}: the curve flattens, a core stays")
    if ratio.low > 1:  # type: ignore[operator]
        return Check(name="retention_flattens", passed=False, text=f"{said}: the curve falls faster with time")
    return Check(name="retention_flattens", passed=None, text=f"{said}: that it flattens cannot be told")
