"""Waits counted: how many were still waiting at each duration, and to how many it happened then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Durations sorted into distinct times: who was at risk, to whom it happened, who was last seen then.

    Parameters
    ----------
    times : array, shape (k,)
        Distinct durations, ascending.
    at_risk, events, censored : arrays, shape (k,)
        Customers just before the time, with the event at it, and last seen at it without.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    censored: Floats

    @property
    def n(self) -> int:
        return int(self.at_risk[0]) if self.at_risk.size else 0


def tally(durations: ArrayLike, events: ArrayLike, *, weights: ArrayLike | None = None) -> Waiting:
    """Count customers by duration; `weights` are customers per row, for counts that are already compressed.

    Raises
    ------
    ValueError
        Arrays of unequal length, durations that are negative or not finite, events that are not yes or no, or weights
        that are not whole numbers.

    Examples
    --------
    >>> tally([1, 2, 2], [True, True, False]).at_risk.tolist()
    [3.0, 2.0]
    """
    time, happened = np.asarray(durations, dtype=float), np.asarray(events, dtype=float)
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
