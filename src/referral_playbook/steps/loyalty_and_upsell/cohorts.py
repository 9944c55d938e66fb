"""Who is kept: customers over the last year, this year's churn, those who bought again, and cohorts by age."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.value.payment_rhythm import monthly_revenue
from referral_playbook.domain.value.retention import SOURCE, dated, monthly_retention
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.survival.retention import leaving_rate

DAYS_PER_MONTH = 30.4375
MOST_CELLS = 14
"""Rows and columns of a map that can be read."""


def churn_rate(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> Estimate:
    """Share of customers who leave in a month, over the last `months`; where there are no dates, over all time.

    ``1 - exp(-left / customer-months)``, range over the customers who were at risk: not those gone before.
    """
    labels: dict[str, Any] = {"unit": "share", "per": "customer and month"}
    profile, reason = dated(engagement)
    if profile is None:
        return _churn_over_all_time(engagement, reason, confidence, labels)
    end = pd.Timestamp(engagement.as_of)
    start = end - pd.DateOffset(months=months)
    until, since = profile["left_on"].fillna(end), profile["joined_on"].clip(lower=start)
    exposure = (until - since).dt.days.clip(lower=0).fillna(0.0) / DAYS_PER_MONTH
    left = profile["left"].astype(bool) & (profile["left_on"] > start)
    if exposure.sum() <= 0:
        return undefined("nobody was a customer in that time", source=SOURCE, **labels)
    at_risk = left | (exposure > 0)
    rate = leaving_rate(left[at_risk], exposure[at_risk], confidence=confidence)
    limits = {k: -math.expm1(-getattr(rate, k)) for k in ("value", "low", "high")}
    return rate.as_(**limits, n=int(at_risk.sum()), source=f"{SOURCE}; the last {months} months", **labels)


def _churn_over_all_time(engagement: Engagement, reason: str, confidence: float, labels: dict[str, Any]) -> Estimate:
    retention = monthly_retention(engagement, confidence=confidence)
    if not retention.defined or retention.value == 1:
        return undefined(retention.reason or reason, source=SOURCE, **labels)
    return retention.as_(
        value=1 - retention.point, low=1 - retention.upper, high=1 - retention.lower, source=f"{SOURCE}; all time"
    )


def bought_again(engagement: Engagement, *, months: int = 12, confidence: float = 0.95) -> Estimate:
    """Of those who bought in the `months` before the last `months`, the share who bought again since.

    What stands for retention where customers have no contract that could end.
    """
    labels: dict[str, Any] = {
        "per": f"customer who bought in the {months} months before the last {months}",
        "source": "payments",
    }
    paid = engagement.fact("customer_months")
    if paid is None:
        return undefined("there is no payments table", unit="share", **labels)
    revenue = monthly_revenue(engagement)
    if revenue is not None and revenue.rhythm.recurring:
        return undefined("customers pay at regular intervals, so retention says who stays", unit="share", **labels)
    last = pd.Period(engagement.as_of, freq="M")
    middle, first = str(last - months), str(last - 2 * months)
    before = set(paid.loc[(paid["month"] > first) & (paid["month"] <= middle), "customer_id"])
    since = set(paid.loc[paid["month"] > middle, "customer_id"])
    return proportion(len(before & since), len(before), confidence=confidence, **labels)


@dataclass(frozen=True, kw_only=True)
class Cohorts:
    """Share of each cohort still there at each age; NaN where the cohort is too young."""

    kept: NDArray[np.float64]  # shape (cohorts, ages)
    cohorts: tuple[str, ...]  # months of joining, by the first of each group
    ages: tuple[int, ...]  # months since joining
    rows: tuple[dict[str, Any], ...]  # cohort, age_months, kept (Estimate): the same with ranges
    months: int  # months of joining in a cohort
    reason: str = ""  # why there are none, or nothing


def cohorts(engagement: Engagement, *, months: int | None = None, confidence: float = 0.95) -> Cohorts:
    """Cohorts of customers by when they joined, and the share still there by age.

    A cohort has `months` of joining, and as many lie between ages: the fewest of 1, 3, 6, 12, 24 that give a map that
    can be read, where none are given. It has an age only when its youngest month has reached it: a share never mixes
    those who could have stayed so long with those who could not.
    """
    triangle = engagement.fact("cohort_triangle")
    reason = "" if triangle is None else dated(engagement)[1]
    if triangle is None or triangle.empty or reason:
        reason = reason or engagement.absent.get("cohort_triangle", "nobody has joined yet")
        return Cohorts(kept=np.empty((0, 0)), cohorts=(), ages=(), rows=(), months=months or 1, reason=reason)
    wide = months or _readable(triangle)
    grouped = _grouped(triangle, wide)
    seen = grouped.pivot(index="cohort", columns="age_months", values="share")
    rows = tuple(
        {
            "cohort": r.cohort,
            "age_months": int(r.age_months),
            "kept": proportion(
                int(r.active),
                int(r.customers),
                confidence=confidence,
                per="customer who joined",
                source="customers: joined_on, left_on",
            ),
        }
        for r in grouped.itertuples()
    )
    return Cohorts(
        kept=seen.to_numpy(float),
        cohorts=tuple(seen.index),
        ages=tuple(int(a) for a in seen.columns),
        rows=rows,
        months=wide,
    )


def _readable(triangle: pd.DataFrame) -> int:
    span = len(pd.period_range(triangle["cohort"].min(), triangle["cohort"].max(), freq="M"))
    return next((m for m in (1, 3, 6, 12, 24) if max(span, triangle["age_months"].max()) / m <= MOST_CELLS), 24)


def _grouped(triangle: pd.DataFrame, months: int) -> pd.DataFrame:
    """The triangle by groups of `months` joining months, at multiples of it that the whole group reached."""
    rows = triangle[triangle["age_months"] % months == 0]
    index = pd.PeriodIndex(rows["cohort"], freq="M")
    began = pd.Period(triangle["cohort"].min(), freq="M")
    since = np.array([(month - began).n for month in index])
    rows = rows.assign(group=[str(began + int(g)) for g in since // months * months])
    size = rows[rows["age_months"] == 0].groupby("group")["customers"].sum()
    by = rows.groupby(["group", "age_months"], as_index=False)[["customers", "active"]].sum()
    whole = by[by["customers"] == by["group"].map(size)]
    return whole.assign(cohort=whole["group"], share=whole["active"] / whole["customers"])
