"""Estimate which referrals came because of the programme, as far as the data show it.

A hold-out or a staggered roll-out shows an effect. A matched comparison gives a hint, with its limits stated. A
comparison of before and after is never an effect, because no customer was left without the programme.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.dates import month
from referral_playbook.contract.writing.formatting import interval, number, two_digits
from referral_playbook.domain.programme.control_reading import because_of
from referral_playbook.domain.programme.status import programme_status
from referral_playbook.domain.value.customer_months import observed
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.comparisons import ratio_of_means
from referral_playbook.methods.experiments.readout import Contrast

NOT_AN_EFFECT = (
    "This is not an effect: no customer was left without the programme, and the season, the age of the customers and "
    "the care with which referrals are recorded changed too."
)
LIMITS = (
    "They are matched on segment, tenure and earlier referrals only. The firm asks customers whom it expects to say "
    "yes, and matching cannot see that, so this is a hint and not an effect."
)
TENURES = (-np.inf, 3, 10, 24, np.inf)  # months


def incremental(c: Contrast) -> Estimate:
    """Share of an arm's conversions that the control arm would not have brought: ``1 - 1 / rate ratio``.

    Against a control that is a hold-out (no programme at all) this is the programme's own; against another offer it is
    what the offer adds. Below 0 where the arm brings less.
    """
    return because_of(c.rate_ratio, per=f"event of {c.arm}", source=f"1 - 1 / ratio of {c.arm} to {c.control}")


def describe_incremental(contrasts: Sequence[Contrast], *, holdout: bool) -> str:
    """What the experiment says of the programme, with the limits of its control."""
    if not contrasts:
        return "There is no experiment, so we do not know what would have come anyway."
    if holdout:
        return f"{contrasts[0].control} is a hold-out, so what the arms have above it came because of the programme."
    return (
        f"{contrasts[0].control} is an offer too and not a hold-out. The comparison shows what other offers add to "
        "it, not what the programme adds to no programme."
    )


def describe_rollout(effect: Estimate) -> str:
    """What the roll-out says, in words."""
    if effect.value is None:
        return f"A staggered roll-out shows nothing here: {effect.reason}."
    span = interval(effect)
    return f"Groups that the roll-out has reached make {span} the referrals that they would make without it."


def before_after(engagement: Engagement, *, start: str | None = None) -> str:
    """Referrals per 100 customers a month before and after the start; shown in order to be broken."""
    rows, first = observed(engagement), programme_status(engagement, programme_start=start).start
    if rows is None or first is None:
        return "none, for it is not known when the programme started, or referrals or customers have no dates."
    last = pd.Timestamp(engagement.as_of).to_period("M")
    # Before the first referral was written down, none could be counted.
    rows = rows[rows["month"] >= rows.loc[rows["referrals"] > 0, "month"].min()]
    early, late = rows["month"] < first, (rows["month"] >= first) & (rows["month"] <= last)
    before, after = _per_hundred(rows[early]), _per_hundred(rows[late])
    if not before or not after:
        return "none, for one of the two times has no referrals."
    times = f"{two_digits(after / before)} times"
    return (
        f"{number(after)} referrals per 100 customers and month since {month(first)}, {number(before)} before: {times}."
    )


def _per_hundred(rows: pd.DataFrame) -> float:
    there = rows["customers"].sum()
    return 100 * float(rows["referrals"].sum()) / there if there else 0.0


def matched(
    engagement: Engagement, *, asked_days: int = 180, after_days: int = 180, confidence: float = 0.95
) -> Estimate:
    """Referrals of customers who had been asked against matched ones who had not, as a ratio.

    One row a customer, once: asked or not in the `asked_days` before a day, referrals in the `after_days` after it.
    Only customers who were there all that time; only customers of one segment, tenure and past are compared. It is a
    hint, not an effect: `LIMITS` says why.
    """
    labels: dict[str, Any] = {"unit": "times", "per": "referrals of matched customers not asked"}
    labels["source"] = f"touchpoints: ask, {asked_days} days; referrals in the {after_days} days after"
    profile, rows, touched = (engagement.fact(f) for f in ("customer_profile", "referrals", "touchpoints"))
    if profile is None or rows is None or touched is None or not engagement.real_dates:
        return undefined("asks, referrals and dated customers are not all there", **labels)
    day = pd.Timestamp(engagement.as_of) - pd.Timedelta(days=after_days)
    there = profile[(profile["joined_on"] <= day - pd.Timedelta(days=asked_days)) & ~profile["left"].astype(bool)]
    if there.empty:
        return undefined("no customer was there long enough", n=0, **labels)
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
    return ratio_of_means(values, group, strata=pd.factorize(strata)[0], confidence=confidence, **labels)
