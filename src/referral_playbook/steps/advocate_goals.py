"""A goal that an advocate can see the end of: what those who refer already make in a period, and the tiers to climb.

Engaged advocates are customers who referred in the year before the period began and were still there. Whoever is
counted by what they did in the period itself would make every goal look near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.counts import CountFit, fit_counts
from referral_playbook.steps.referral_baseline import last_whole_month, record

NEAR, HALF = 0.70, 0.50
ENGAGED = 12  # months looked back for a referral
LONGEST = 36  # months


@dataclass(frozen=True, kw_only=True)
class Engaged:
    """What engaged advocates made, one count an advocate and period.

    Parameters
    ----------
    counts : array of int, shape (advocate-periods,)
    months : int
        Length of a period.
    reason : str
        Why there are no counts, or nothing.
    """

    counts: NDArray[np.int_]
    months: int
    confidence: float = 0.95
    reason: str = ""

    @cached_property
    def fit(self) -> CountFit:
        """Negative binomial of referrals per advocate and period."""
        source = f"referrals: customers who referred in the {ENGAGED} months before, last {len(self.counts)} advocate-periods"
        return fit_counts(self.counts, confidence=self.confidence, unit="referrals", per=self.per, source=source)

    @property
    def per(self) -> str:
        return f"engaged advocate and {_span(self.months)}"

    def reached(self, x: int) -> Estimate:
        """Share of engaged advocates who make `x` or more in a period."""
        said = {"unit": "share", "per": self.per}
        if self.reason:
            return undefined(self.reason, source="referrals", **said)
        return self.fit.probability_at_least(x, source=f"{x} or more referrals; negative binomial of {self.fit.mean.source}", **said)  # type: ignore[arg-type]

    def near(self, probability: float = NEAR) -> int | None:
        """The largest number reached with this probability, 0 where not even 1 is; None where nothing is known."""
        return None if self.reason else self.fit.largest_reached(probability)

    def months_to_one(self, probability: float = NEAR) -> int | None:
        """The shortest period in which a first referral is near, up to three years."""
        periods = [] if self.reason else range(self.months, LONGEST + 1)
        return next((m for m in periods if (self.fit.largest_reached(probability, periods=m / self.months) or 0) >= 1), None)


def _span(months: int) -> str:
    return "month" if months == 1 else f"{months} months"


def engaged(engagement: Engagement, *, months: int = 3, periods: int = 4, confidence: float = 0.95) -> Engaged:
    """Counts of engaged advocates over the last whole periods before the as-of date.

    Parameters
    ----------
    months : int
        Length of a period.
    periods : int
        How many of them, the latest first.

    Returns
    -------
    Engaged
        Without counts, and with the reason, where the client does not date referrals or nobody was engaged.
    """
    made = engagement.fact("advocate_months")
    profile = engagement.fact("customer_profile")
    if made is None or profile is None:
        why = "referrals are not dated by advocate, so what one makes in a period is not known"
        return Engaged(counts=np.array([], dtype=int), months=months, confidence=confidence, reason=why)
    made = made.assign(at=pd.PeriodIndex(made["month"], freq="M").astype("int64"))
    found = record(engagement)
    last = (pd.Period(found.months[-1], "M") if found and found.months else last_whole_month(engagement.as_of)).ordinal
    parts = [_period(made, profile, last - i * months, months) for i in range(periods)]
    counts = np.concatenate(parts)
    why = "" if counts.size else f"nobody referred in the {ENGAGED} months before a period and was still a customer"
    return Engaged(counts=counts, months=months, confidence=confidence, reason=why)


def _period(made: pd.DataFrame, profile: pd.DataFrame, last: int, months: int) -> NDArray[np.int_]:
    """Referrals in the months up to `last` of those who had referred in the year before and were customers throughout."""
    first = last - months + 1
    before = made[(made["at"] < first) & (made["at"] >= first - ENGAGED)]
    stayed = profile.loc[~(profile["left_on"] <= pd.Period(ordinal=last, freq="M").end_time), "customer_id"]
    who = pd.Index(before["referrer_id"].unique()).intersection(pd.Index(stayed))
    within = made[(made["at"] >= first) & (made["at"] <= last)].groupby("referrer_id")["referrals"].sum()
    return within.reindex(who, fill_value=0).to_numpy(int)


@dataclass(frozen=True, kw_only=True)
class AdvocateGoal:
    """The goal per advocate, how many reach it, and what is to be said of it."""

    referrals: Estimate
    probability: Estimate
    accepted: bool | None
    words: str


def advocate_goal(found: Engaged, *, wanted: int | None = None, near: float = NEAR, half: float = HALF) -> AdvocateGoal:
    """The largest goal that is near; a wanted one is accepted, or refused with the reason where fewer than half reach it.

    Parameters
    ----------
    wanted : int or None
        Referrals per advocate and period; None takes the largest that is reached with probability `near`.

    Raises
    ------
    ValueError
        A wanted goal below 1.
    """
    if wanted is not None and wanted < 1:
        raise ValueError(f"advocate_goal_wanted = {wanted}: a goal is 1 referral or more")
    said: dict[str, Any] = {"unit": "referrals", "per": found.per}
    if found.reason:
        return AdvocateGoal(
            referrals=undefined(found.reason, **said), probability=found.reached(1), accepted=None, words=f"{found.reason}."
        )
    goal = found.near(near) if wanted is None else wanted
    chance = found.reached(max(goal or 0, 1))
    share = f"{chance.value:.0%} ({chance.low:.0%} to {chance.high:.0%}) of engaged advocates"
    if goal == 0:
        reason = f"even 1 referral in {_span(found.months)} is a stretch: {share} make it, {near:.0%} should"
        return AdvocateGoal(
            referrals=undefined(reason, n=chance.n, **said), probability=chance, accepted=None,
            words=f"E{reason[1:]}. {_instead(found, near)}",
        )  # fmt: skip
    if chance.value < half:  # type: ignore[operator]
        reason = f"a goal of {goal} is refused: {share} would reach it, fewer than half; a goal most miss makes them stop"
        return AdvocateGoal(
            referrals=undefined(reason, n=chance.n, **said), probability=chance, accepted=False, words=f"A{reason[1:]}."
        )
    source = "decided: advocate_goal_wanted" if wanted else f"largest goal reached with probability {near:.0%}"
    return AdvocateGoal(
        referrals=_known(goal, found, source), probability=chance, accepted=True,
        words=f"{goal} in {_span(found.months)} is {'near' if chance.value >= near else 'within reach'}: {share} make it.",  # type: ignore[operator]
    )  # fmt: skip


def _known(goal: int | None, found: Engaged, source: str) -> Estimate:
    """The goal with the goals that the ends of the mean's range would give."""
    mean = found.fit.mean
    value = float(goal or 0)
    return Estimate(
        value=value, low=value, high=value, confidence=None, n=mean.n, unit="referrals", per=found.per,
        basis=mean.basis, source=source,
    )  # fmt: skip


def _instead(found: Engaged, near: float) -> str:
    months = found.months_to_one(near)
    later = f"1 referral is near over {months} months. " if months else f"Even over {LONGEST} months 1 referral is not near. "
    return f"{later}Set the goal on steps in the advocate's own hands (an answer, a review, an invitation sent), and count referrals as they come."


def goal_rows(found: Engaged, *, upto: int = 5, near: float = NEAR, half: float = HALF) -> list[dict[str, Any]]:
    """Goals side by side: referrals, share who reach it, and whether it is near, within reach or refused."""
    if found.reason:
        return []
    rows = [(x, found.reached(x)) for x in range(1, upto + 1)]
    return [{"goal": x, "reached_by": e, "it_is": _call(e, near, half)} for x, e in rows]


def _call(chance: Estimate, near: float, half: float) -> str:
    value = chance.value or 0.0
    return "near" if value >= near else "within reach" if value >= half else "refused: a stretch for more than half"


def tiers(
    found: Engaged, *, steps: Sequence[int], costs: Sequence[float], currency: str, advocates: int
) -> list[dict[str, Any]]:
    """The ladder: name, referrals, cost of the tier, share who get there, expected cost for all advocates in a period.

    The cost of a tier comes on top of the ones below it.

    Raises
    ------
    ValueError
        Steps that do not rise, or not one cost a step.
    """
    if list(steps) != sorted(set(steps)) or (steps and steps[0] < 1) or len(costs) != len(steps):
        raise ValueError(f"tiers rise from 1 and each has its cost: {list(steps)} and {list(costs)}")
    rows = []
    for i, (referrals, cost) in enumerate(zip(steps, costs, strict=True)):
        chance = found.reached(referrals)
        name = f"tier {i + 1}"
        rows.append({"name": name, "referrals": referrals, "cost": cost, "probability": chance if chance.defined else None,
                     "expected_cost": _expected(chance, cost, advocates, currency)})  # fmt: skip
    return rows


def _expected(chance: Estimate, cost: float, advocates: int, currency: str) -> Estimate:
    said = {"unit": currency, "per": "period, all engaged advocates", "source": f"{advocates} advocates x share who get there x cost"}
    if not chance.defined:
        return undefined(chance.reason, **said)  # type: ignore[arg-type]
    value, low, high = (advocates * cost * x for x in (chance.value, chance.low, chance.high))  # type: ignore[operator]
    return chance.as_(value=value, low=low, high=high, **said)
