"""A survival curve, what is read off it, and the waits that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.arguments import yes_no
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged
from referral_playbook.methods.proportions import binomial_limits

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Durations sorted into distinct times: who was at risk, to whom it happened, who was last seen then."""

    times: Floats  # distinct durations, ascending; shape (k,)
    # customers just before the time, with the event at it, and last seen at it without; shape (k,)
    at_risk: Floats
    events: Floats
    censored: Floats

    @property
    def n(self) -> int:
        return int(self.at_risk[0]) if self.at_risk.size else 0


@door
def tally(durations: ArrayLike, events: ArrayLike, *, weights: ArrayLike | None = None) -> Waiting:
    """Count customers by duration; `weights` are customers per row, for counts that are already compressed.

    Raises a ValueError for arrays of unequal length, durations that are negative or not finite, events that are not yes
    or no, or weights that are not whole numbers.

    Examples
    --------
    >>> tally([1, 2, 2], [True, True, False]).at_risk.tolist()
    [3.0, 2.0]
    """
    time, happened = np.asarray(durations, dtype=float), yes_no(events, "events").astype(float)
    people = np.ones(time.shape) if weights is None else np.asarray(weights, dtype=float)
    _check(time, happened, people)
    time, happened, people = time[people > 0], happened[people > 0], people[people > 0]
    times, where = np.unique(time, return_inverse=True)
    ended = np.bincount(where, weights=people * happened, minlength=times.size).astype(float)
    leaving = np.bincount(where, weights=people, minlength=times.size).astype(float)
    at_risk = leaving[::-1].cumsum()[::-1]
    return Waiting(times=times, at_risk=at_risk, events=ended, censored=leaving - ended)


def _check(time: Floats, happened: Floats, people: Floats) -> None:
    if time.ndim != 1 or not time.shape == happened.shape == people.shape:
        raise ValueError(f"one duration, event and weight a row: {time.shape}, {happened.shape}, {people.shape}")
    if not (np.isfinite(time) & (time >= 0)).all():
        raise ValueError(
            "durations are 0 or more and known; find the rows that left before they joined, or lack a date"
        )
    if not np.isin(happened, (0, 1)).all():
        raise ValueError("events are True (it happened) or False (not yet), nothing else")
    if not (np.isfinite(people) & (people >= 0) & (people == np.floor(people))).all():
        raise ValueError("weights are customers per row: whole numbers, 0 or more")


@dataclass(frozen=True, kw_only=True)
class SurvivalCurve:
    """Kaplan-Meier's curve at the distinct times, with its band; read by `at` and `quantile`."""

    # distinct durations and the share still waiting just after each, with the band at that time; shape (k,)
    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    # customers just before the time, and events at it; shape (k,)
    at_risk: Floats
    events: Floats
    confidence: float  # level of the band at one time
    unit: str  # unit of the durations

    @property
    def n(self) -> int:
        """Customers in all."""
        return int(self.at_risk[0]) if self.at_risk.size else 0

    @property
    def followed(self) -> float:
        """Longest duration seen."""
        return float(self.times[-1]) if self.times.size else 0.0

    @property
    def drawn(self) -> dict[str, object]:
        """The curve with its band, ready to draw."""
        return {"time": self.times} | {name: getattr(self, name) for name in ("survival", "low", "high", "at_risk")}

    def at(self, time: float, **labels: Unpack[Labels]) -> Estimate:
        """Share still waiting after `time`; undefined beyond the longest duration, unless nobody is left waiting.

        Before the first event the band is Wilson's for nobody out of those at risk, because Greenwood's has no width.
        """
        words = Words(unit="share", per="customer")
        reason = self._unknown(time)
        if reason:
            return missing(reason, n=self.n, labels=labels, **words)
        i = int(np.searchsorted(self.times, time, side="right")) - 1
        if i < 0:
            low, _ = binomial_limits(self.n, self.n, confidence=self.confidence)
            numbers = (1.0, low, 1.0)
        else:
            numbers = (float(self.survival[i]), float(self.low[i]), float(self.high[i]))
        return ranged(*numbers, n=self.n, confidence=self.confidence, labels=labels, **words)

    def quantile(self, share: float = 0.5, **labels: Unpack[Labels]) -> Estimate:
        """Time by which `share` of customers have had the event (0.5: the median), after Brookmeyer & Crowley (1982).

        Undefined where the curve does not fall that far. Where only the upper limit lies beyond the longest duration,
        that duration stands for it and `source` says so.
        """
        if not 0 < share < 1:
            raise ValueError(f"the share is between 0 and 1, not {share}")
        value, low, high = (self._crossing(curve, 1 - share) for curve in (self.survival, self.low, self.high))
        words = Words(unit=self.unit, per="customer")
        if value is None:
            reason = (
                f"fewer than {share:.0%} had the event within the {self.followed:g} {self.unit}s that were followed"
            )
            return missing(reason if self.n else "nobody was observed", n=self.n, labels=labels, **words)
        if high is None:
            note = f"upper limit is beyond the {self.followed:g} {self.unit}s followed"
            labels = labels | Labels(source="; ".join(filter(None, [labels.get("source", ""), note])))
            high = self.followed
        return ranged(
            value, value if low is None else low, high, n=self.n, confidence=self.confidence, labels=labels, **words
        )

    def _unknown(self, time: float) -> str:
        if not time >= 0:
            raise ValueError(f"a time is 0 or more, not {time}")
        if not self.n:
            return "nobody was observed"
        if time > self.followed and self.survival[-1] > 0:
            return f"nobody was followed for {time:g} {self.unit}s; the longest is {self.followed:g}"
        return ""

    def _crossing(self, curve: Floats, level: float) -> float | None:
        below = np.flatnonzero(curve <= level + 1e-12)
        return float(self.times[below[0]]) if below.size else None
