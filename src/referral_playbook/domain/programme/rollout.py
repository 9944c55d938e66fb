"""A roll-out that reaches some groups before others: when each group starts, and the effect once it has."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.domain.value.customer_months import observed
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.experiments.stepped import stepped_ratio

MONTHS_BEFORE = 12


def rollout_starts(rollout: Sequence[str]) -> dict[str, pd.Period]:
    """Group to the month in which the programme reaches it; ValueError for a text that is not ``group=YYYY-MM``.

    Examples
    --------
    >>> rollout_starts(["North=2026-10"])
    {'North': Period('2026-10', 'M')}
    """
    starts = {}
    for text in rollout:
        group, equals, month = (part.strip() for part in text.partition("="))
        try:
            starts[group] = pd.Period(month, "M")
        except ValueError:
            equals = ""
        if not equals or not group:
            raise ValueError(f'rollout: {text!r} cannot be read. Write "group=YYYY-MM", such as "North=2026-10"')
    return starts


def not_reached(rollout: Sequence[str], as_of: date) -> tuple[str, ...]:
    """Groups that a roll-out reaches only after the as-of date.

    Examples
    --------
    >>> not_reached(["North=2026-10", "South=2026-07"], date(2026, 9, 30))
    ('North',)
    """
    now = pd.Timestamp(as_of).to_period("M")
    return tuple(group for group, start in rollout_starts(rollout).items() if start > now)


def staggered(
    engagement: Engagement, rollout: Sequence[str], *, by: str = "region", confidence: float = 0.95
) -> Estimate:
    """Referrals of groups that the roll-out has reached, over what they would be had it not, as a ratio.

    All waves count, from a year before the first start for as long as some group has not started. Groups (`by` region
    or segment) and months have levels of their own. It holds if early and late groups would have moved alike; which
    groups start first must not have been picked for that (`rollout_plan` draws them). Groups that `rollout`, texts
    ``group=YYYY-MM``, does not name never started; one that no customer is in raises a ValueError.
    """
    source = f"referrals per customer and month by {by}: groups reached against groups not reached yet"
    labels: dict[str, Any] = {"unit": "times", "per": "referral without the programme", "source": source}
    starts = rollout_starts(rollout)
    rows = observed(engagement, by=by)
    if rows is None:
        return undefined("customers or referrals have no dates", **labels)
    groups = set(rows["group"])
    if unknown := set(starts) - groups:
        names = ", ".join(sorted(unknown))
        raise ValueError(f"rollout: no customer of {by} {names}. Use {', '.join(sorted(groups))}")
    last = pd.Timestamp(engagement.as_of).to_period("M")
    if min(starts.values()) > last:
        return undefined(f"the roll-out begins in {min(starts.values())}, after the as-of date", **labels)
    counts, exposure, started = _tables(rows[rows["month"] <= last], starts)
    return stepped_ratio(
        counts, exposure, started, dispersion=referral_dispersion(engagement), confidence=confidence, **labels
    )


def _tables(rows: pd.DataFrame, starts: Mapping[str, pd.Period]) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Referrals, customers and whether the group had started, each groups by months of the window that can tell."""
    groups = sorted(rows["group"].unique())
    first = min(starts.values())
    everyone = max(starts.values()) if set(groups) <= set(starts) else rows["month"].max() + 1
    window = rows[rows["month"].between(first - MONTHS_BEFORE, everyone - 1)]
    counts, exposure = (window.pivot(index="group", columns="month", values=v) for v in ("referrals", "customers"))
    counts, exposure = counts.reindex(groups).fillna(0), exposure.reindex(groups).fillna(0)
    started = np.array([[starts.get(g, m + 1) <= m for m in counts.columns] for g in groups], dtype=float)
    return counts.where(exposure > 0, 0), exposure, started.reshape(counts.shape)


def referral_dispersion(engagement: Engagement) -> float:
    """Variance over mean of referrals per customer, at least 1: a few advocates make most, so counts vary more."""
    profile, rows = engagement.fact("customer_profile"), engagement.fact("referrals")
    assert profile is not None  # observed() read them
    assert rows is not None
    made = profile["customer_id"].map(rows["referrer_id"].value_counts()).fillna(0)
    return max(1.0, float(made.var() / made.mean())) if made.mean() else 1.0
