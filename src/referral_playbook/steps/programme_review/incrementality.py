"""What came because of the programme, and what would have come anyway: as far as it can be told, and no further.

A hold-out or a staggered roll-out can tell. A matched comparison can hint, with its limits said. Before against after,
with nobody left without, is never an effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.comparisons import ratio_of_means
from referral_playbook.methods.experiments.readout import Contrast
from referral_playbook.steps.programme_review.months import observed

NOT_AN_EFFECT = (
    "This is not an effect: nobody was left without the programme, and the season, the age of the customers and the "
    "care with which referrals are written down changed too."
)
LIMITS = (
    "Matched on segment, tenure and whether they had referred before, and on nothing else: the firm asks those whom it "
    "expects to say yes, and no matching sees that. It is a hint, not an effect."
)
TENURES = (-np.inf, 3, 10, 24, np.inf)  # months


def incremental(c: Contrast) -> Estimate:
    """Share of an arm's conversions that the control arm would not have brought: ``1 - 1 / rate ratio``.

    Against a control that is a hold-out (no programme at all) this is the programme's own; against another offer it is
    what the offer adds. Below 0 where the arm brings less.
    """
    ratio = c.rate_ratio
    said: dict[str, Any] = {
        "unit": "share",
        "per": f"event of {c.arm}",
        "source": f"1 - 1 / ratio of {c.arm} to {c.control}",
    }
    if ratio.value is None or ratio.low is None or ratio.high is None or not ratio.low > 0:
        return undefined(ratio.reason or "the ratio may be 0, so the share has no limit", n=ratio.n, **said)
    value, low, high = (1 - 1 / x for x in (ratio.value, ratio.low, ratio.high))
    return ratio.as_(value=value, low=low, high=high, **said)


def incremental_words(found: Sequence[Contrast], *, holdout: bool) -> str:
    """What the experiment says of the programme, with the limits of its control."""
    if not found:
        return "There is no experiment, so what would have come anyway is not known."
    if holdout:
        return f"{found[0].control} is a hold-out: what the arms bring above it came because of the programme."
    return (
        f"{found[0].control} is an offer too, not a hold-out: this is what the other offers add to it. What the "
        "programme adds to no programme is not in it."
    )


def rollout_words(effect: Estimate) -> str:
    """What the roll-out says, in words."""
    if effect.value is None:
        return f"From a roll-out nothing can be told: {effect.reason}."
    span = f"{effect.value:.2f} times ({effect.low:.2f} to {effect.high:.2f})"
    return f"Where the programme came first, referrals changed {span} as much as where it had not come yet."


def before_after(engagement: Engagement, *, start: str | None = None) -> str:
    """Referrals per 100 customers a month before and after the start; shown in order to be broken."""
    rows, first = observed(engagement), programme_start(engagement, start)
    if rows is None or first is None:
        return "none, for it is not known when the programme started, or referrals or customers have no dates."
    last = pd.Timestamp(engagement.as_of).to_period("M")
    # Before the first referral was written down, none could be counted.
    rows = rows[rows["month"] >= rows.loc[rows["referrals"] > 0, "month"].min()]
    early, late = rows["month"] < first, (rows["month"] >= first) & (rows["month"] <= last)
    before, after = _per_hundred(rows[early]), _per_hundred(rows[late])
    if not before or not after:
        return "none, for one of the two times has no referrals."
    times = f"{after / before:.1f} times"
    return f"{after:.2f} referrals per 100 customers and month since {first}, {before:.2f} before: {times}."


def programme_start(engagement: Engagement, given: str | None = None) -> pd.Period | None:
    """First month of the programme: stated (``YYYY-MM``), else of the cost sheet, else of the first reward."""
    if given is not None:
        return pd.Period(given, "M")
    costs, rows = engagement.fact("costs"), engagement.fact("referrals")
    if costs is not None and len(costs):
        return pd.Period(costs["month"].min(), "M")
    paid = None if rows is None else rows["rewarded_on"].dropna()
    return None if paid is None or paid.empty else paid.min().to_period("M")


def _per_hundred(rows: pd.DataFrame) -> float:
    there = rows["customers"].sum()
    return 100 * float(rows["referrals"].sum()) / there if there else 0.0


def matched(
    engagement: Engagement, *, asked_days: int = 180, after_days: int = 180, confidence: float = 0.95
) -> Estimate:
    """Referrals of customers who had been asked against matched ones who had not, as a ratio.

    One row a customer, once: asked or not in the `asked_days` before a day, referrals in the `after_days` after it.
    Only customers who were there all that time; only customers of one segment, tenure and past are compared.

    Returns
    -------
    Estimate
        Times the referrals of those not asked. A hint, not an effect: `LIMITS` says why.
    """
    said: dict[str, Any] = {"unit": "times", "per": "referrals of matched customers not asked"}
    said["source"] = f"touchpoints: ask, {asked_days} days; referrals in the {after_days} days after"
    profile, rows, touched = (engagement.fact(f) for f in ("customer_profile", "referrals", "touchpoints"))
    if profile is None or rows is None or touched is None or not engagement.real_dates:
        return undefined("asks, referrals and dated customers are not all there", **said)
    day = pd.Timestamp(engagement.as_of) - pd.Timedelta(days=after_days)
    there = profile[(profile["joined_on"] <= day - pd.Timedelta(days=asked_days)) & ~profile["left"].astype(bool)]
    if there.empty:
        return undefined("no customer was there long enough", n=0, **said)
    when, recent = touched["on"], touched["kind"] == "ask"
    asked = touched[recent & (when <= day) & (when > day - pd.Timedelta(days=asked_days))]["customer_id"]
    made = rows["referred_on"]
    after = rows.loc[(made > day), "referrer_id"].value_counts()
    before = set(rows.loc[made <= day, "referrer_id"])
    age = pd.cut((day - there["joined_on"]).dt.days / 30.4375, TENURES, labels=False)
    past = there["customer_id"].isin(before).astype(str)
    strata = there["segment"].fillna("").astype(str) + "|" + age.astype(str) + "|" + past
    values = there["customer_id"].map(after).fillna(0).to_numpy(float)
    group = there["customer_id"].isin(set(asked)).to_numpy(bool)
    return ratio_of_means(values, group, strata=pd.factorize(strata)[0], confidence=confidence, **said)


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
    found = {}
    for text in rollout:
        group, equals, month = (part.strip() for part in text.partition("="))
        try:
            found[group] = pd.Period(month, "M")
        except ValueError:
            equals = ""
        if not equals or not group:
            raise ValueError(f'rollout: {text!r}; write "group=YYYY-MM"')
    return found


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
