"""A goal that an advocate can see the end of: what those who refer already make in a period, and the tiers to climb.

Engaged advocates are customers who referred in the year before the period began and were still there. Whoever is
counted by what they did in the period itself would make every goal look near.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme.baseline import last_whole_month, record
from referral_playbook.facts.engagement import Engagement
from referral_playbook.methods.referrals.counts import CountFit, fit_counts

NEAR, HALF = 0.70, 0.50
HARDLY = 0.01
ENGAGED = 12  # months looked back for a referral
LONGEST = 36  # months


@dataclass(frozen=True, kw_only=True)
class Engaged:
    """What engaged advocates made, one count an advocate and period."""

    counts: NDArray[np.int_]  # shape (advocate-periods,)
    months: int  # length of a period
    confidence: float = 0.95
    reason: str = ""  # why there are no counts, or nothing

    @cached_property
    def fit(self) -> CountFit:
        """Negative binomial of referrals per advocate and period."""
        who = f"customers who referred in the {ENGAGED} months before"
        source = f"referrals: {who}, {len(self.counts)} advocate-periods"
        return fit_counts(self.counts, confidence=self.confidence, unit="referrals", per=self.per, source=source)

    @property
    def per(self) -> str:
        return f"engaged advocate and {_span(self.months)}"

    def reached(self, x: int) -> Estimate:
        """Share of engaged advocates who make `x` or more in a period."""
        labels: dict[str, Any] = {"unit": "share", "per": self.per}
        if self.reason:
            return undefined(self.reason, source="referrals", **labels)
        source = f"{x} or more referrals; negative binomial of {self.fit.mean.source}"
        return self.fit.probability_at_least(x, source=source, **labels)

    def near(self, probability: float = NEAR) -> int | None:
        """The largest number reached with this probability, 0 where not even 1 is; None where nothing is known."""
        return None if self.reason else self.fit.largest_reached(probability)

    def months_to_one(self, probability: float = NEAR) -> int | None:
        """The shortest period in which a first referral is near if they keep their pace, up to three years."""
        spans = [] if self.reason else range(self.months, LONGEST + 1)
        return next(
            (m for m in spans if (self.fit.largest_reached(probability, periods=m / self.months) or 0) > 0), None
        )


def _span(months: int) -> str:
    return "month" if months == 1 else f"{months} months"


def engaged(engagement: Engagement, *, months: int = 3, periods: int = 4, confidence: float = 0.95) -> Engaged:
    """Counts of engaged advocates over the last whole periods, of so many months, before the as-of date.

    Without counts, and with the reason, where the client does not date referrals or nobody was engaged.
    """
    made = engagement.fact("advocate_months")
    profile = engagement.fact("customer_profile")
    if made is None or profile is None:
        why = "referrals are not dated by advocate, so what one makes in a period is not known"
        return Engaged(counts=np.array([], dtype=int), months=months, confidence=confidence, reason=why)
    made = made.assign(at=pd.PeriodIndex(made["month"], freq="M").astype("int64"))
    recorded = record(engagement)
    last = (
        pd.Period(recorded.months[-1], "M") if recorded and recorded.months else last_whole_month(engagement.as_of)
    ).ordinal
    parts = [_period(made, profile, last - i * months, months) for i in range(periods)]
    counts = np.concatenate(parts)
    why = "" if counts.size else f"nobody referred in the {ENGAGED} months before a period and was still a customer"
    return Engaged(counts=counts, months=months, confidence=confidence, reason=why)


def _period(made: pd.DataFrame, profile: pd.DataFrame, last: int, months: int) -> NDArray[np.int_]:
    """Referrals in the months up to `last` of those who referred in the year before and stayed throughout."""
    first = last - months + 1
    before = made[(made["at"] < first) & (made["at"] >= first - ENGAGED)]
    stayed = profile.loc[~(profile["left_on"] <= pd.Period(ordinal=last, freq="M").end_time), "customer_id"]
    who = pd.Index(before["referrer_id"].unique()).intersection(pd.Index(stayed))
    within = made[(made["at"] >= first) & (made["at"] <= last)].groupby("referrer_id")["referrals"].sum()
    return np.asarray(within.reindex(who, fill_value=0), dtype=int)


@dataclass(frozen=True, kw_only=True)
class AdvocateGoal:
    """The goal per advocate, how many reach it, whether it stands (None: there is none to judge), and why."""

    referrals: Estimate
    probability: Estimate
    accepted: bool | None
    words: str


def advocate_goal(found: Engaged, *, wanted: int | None = None, near: float = NEAR, half: float = HALF) -> AdvocateGoal:
    """The largest goal that is near; a wanted one stands, or is refused with the reason where fewer than half reach it.

    Raises a ValueError for a wanted goal below 1.

    Parameters
    ----------
    wanted : int or None
        Referrals per advocate and period; None takes the largest that is reached with probability `near`.
    """
    if wanted is not None and wanted < 1:
        raise ValueError(f"advocate_goal_wanted = {wanted}: a goal is 1 referral or more")
    if found.reason:
        return _no_goal(found, found.reason, None, "")
    goal = found.near(near) if wanted is None else wanted
    chance = found.reached(max(goal or 0, 1))
    share = f"{interval(chance)} of engaged advocates"
    if not goal:
        reason = (
            f"even one referral in {_span(found.months)} is too ambitious: {share} manage it, and a goal should be "
            f"within reach of {percent(near)}"
        )
        return _no_goal(found, reason, None, _instead(found, near))
    if chance.point < half:
        reason = f"a goal of {goal} in {_span(found.months)} is refused: {share} would reach it, fewer than half"
        return _no_goal(found, reason, False, "A goal that most miss makes them stop.", at=goal)
    words = f"{goal} in {_span(found.months)} is {_call(chance, near, half)}: {share} make it."
    return AdvocateGoal(referrals=_goal(found, wanted, near), probability=chance, accepted=True, words=words)


def _no_goal(found: Engaged, reason: str, accepted: bool | None, more: str, *, at: int = 1) -> AdvocateGoal:
    n = None if found.reason else len(found.counts)
    goal = undefined(reason, unit="referrals", per=found.per, source="referrals", n=n)
    words = f"{reason[0].upper()}{reason[1:]}. {more}".strip()
    return AdvocateGoal(referrals=goal, probability=found.reached(at), accepted=accepted, words=words)


def _goal(found: Engaged, wanted: int | None, near: float) -> Estimate:
    """The goal; one that was worked out has the goals which the ends of the mean's range would give as its range."""
    mean = found.fit.mean
    if wanted is not None:
        return decided_value("advocate_goal_wanted", wanted, unit="referrals", per=found.per)
    moved = {end: replace(found.fit, mean=mean.as_(value=getattr(mean, end))) for end in ("value", "low", "high")}
    at = {end: float(fit.largest_reached(near) or 0) for end, fit in moved.items()}
    return mean.as_(**at, source=f"largest goal reached with probability {percent(near)}")


def _instead(found: Engaged, near: float) -> str:
    months = found.months_to_one(near)
    later = f"one referral is within reach over {_span(months)}" if months else f"not even {LONGEST} months are enough"
    steps = "an answer, a review, an invitation sent"
    own = f"Set the goal on steps in the advocate's own hands ({steps}), and count referrals as they come."
    return f"At their present pace, {later}. {own}"


def goal_rows(found: Engaged, *, upto: int = 5, near: float = NEAR, half: float = HALF) -> list[dict[str, Any]]:
    """Goals side by side: referrals, share who reach it, near or refused; up to one that hardly anybody reaches."""
    if found.reason:
        return []
    rows = [(x, found.reached(x)) for x in range(1, upto + 1)]
    reachable = 1 + sum((e.value or 0.0) >= HARDLY for _, e in rows)
    return [{"goal": x, "reached_by": e, "it_is": _call(e, near, half)} for x, e in rows[:reachable]]


def _call(chance: Estimate, near: float, half: float) -> str:
    value = chance.value or 0.0
    return "near" if value >= near else "within reach" if value >= half else "refused: a stretch for more than half"
