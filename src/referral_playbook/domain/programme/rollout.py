"""The effect of a roll-out that reached some groups before others, as a ratio of referrals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.domain.value.customer_months import observed
from referral_playbook.facts.engagement import Engagement


def staggered(
    engagement: Engagement, rollout: Sequence[str], *, by: str = "region", confidence: float = 0.95
) -> Estimate:
    """Difference in differences of a roll-out that reached some groups before others, as a ratio.

    Groups that started first, after against before, over the same of groups not started yet, in the same months:
    ``ln = ln(k1/T1) - ln(k0/T0) - ...``, variance ``phi * sum 1/k``, phi the spread of referrals per customer over
    Poisson's. It holds if the two kinds of groups would have moved alike; which groups start first must not have been
    picked for that.

    Parameters
    ----------
    rollout : sequence of ``"group=YYYY-MM"``
        When each started. Groups that are not named never did.
    by : str
        ``region`` or ``segment``.

    Raises
    ------
    ValueError
        A text that is not ``group=YYYY-MM``, or a group that no customer is in.
    """
    said: dict[str, Any] = {"unit": "times", "per": "change of groups not started"}
    said["source"] = f"referrals per customer and month by {by}: started against not started, after against before"
    starts = _starts(rollout)
    rows = observed(engagement, by=by)
    if rows is None:
        return undefined("customers or referrals have no dates", **said)
    there = set(rows["group"])
    if unknown := set(starts) - there:
        names = ", ".join(sorted(unknown))
        raise ValueError(f"rollout: no customer of {by} {names}; there are {', '.join(sorted(there))}")
    cells = _four(rows, starts)
    if cells is None:
        return undefined("every group started in the same month, so there is nothing to compare with", **said)
    counts, exposure = cells
    if (counts == 0).any() or (exposure == 0).any():
        reason = f"a part of the comparison has no referrals: {counts.astype(int).tolist()}"
        return undefined(reason, n=int(counts.sum()), **said)
    log = np.log(counts / exposure) @ np.array([1.0, -1.0, -1.0, 1.0])
    half = special.ndtri((1 + confidence) / 2) * np.sqrt(_clumping(engagement) * (1 / counts).sum())
    value, low, high = (float(np.exp(x)) for x in (log, log - half, log + half))
    n = int(counts.sum())
    return Estimate(value=value, low=low, high=high, confidence=confidence, n=n, basis=Basis.MEASURED, **said)


def _starts(rollout: Sequence[str]) -> dict[str, pd.Period]:
    ratios = {}
    for text in rollout:
        group, equals, month = (part.strip() for part in text.partition("="))
        try:
            ratios[group] = pd.Period(month, "M")
        except ValueError:
            equals = ""
        if not equals or not group:
            raise ValueError(f'rollout: {text!r}; write "group=YYYY-MM"')
    return ratios


def _four(rows: pd.DataFrame, starts: dict[str, pd.Period]) -> tuple[np.ndarray, np.ndarray] | None:
    """Referrals and customer-months of: first groups after and before, groups not started after and before."""
    first = min(starts.values())
    end = min([s for s in starts.values() if s > first], default=rows["month"].max() + 1)
    late = {g for g in rows["group"].unique() if starts.get(g, end) >= end}
    early = {g for g, s in starts.items() if s == first}
    if not late - early:
        return None
    length = (end - first).n
    after, before = rows["month"].between(first, end - 1), rows["month"].between(first - length, first - 1)
    parts = [rows[rows["group"].isin(who) & when] for who in (early, late - early) for when in (after, before)]
    return np.array([p["referrals"].sum() for p in parts], float), np.array(
        [p["customers"].sum() for p in parts], float
    )


def _clumping(engagement: Engagement) -> float:
    """Variance over mean of referrals per customer, at least 1: a few advocates make most, so counts vary more."""
    profile, rows = engagement.fact("customer_profile"), engagement.fact("referrals")
    assert profile is not None  # observed() found them
    assert rows is not None
    made = profile["customer_id"].map(rows["referrer_id"].value_counts()).fillna(0)
    return max(1.0, float(made.var() / made.mean())) if made.mean() else 1.0
