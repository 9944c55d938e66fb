"""Two survival curves compared: the log-rank test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from referral_playbook.methods.waiting import tally


@dataclass(frozen=True, kw_only=True)
class LogRank:
    """Two curves compared: chi-square on one degree of freedom and its p-value, or None and the reason."""

    chi_square: float | None
    p_value: float | None
    reason: str = ""


def logrank(durations: ArrayLike, events: ArrayLike, group: ArrayLike, *, weights: ArrayLike | None = None) -> LogRank:
    """Log-rank test that two groups have the same curve, by scipy's `logrank`.

    Parameters
    ----------
    durations, events, weights : arrays, shape (n,)
        As `kaplan_meier` takes them.
    group : array of bool, shape (n,)
        True for one group, False for the other (referred or not).

    Returns
    -------
    LogRank
        None with a reason where a group is empty, nothing happened, or the groups were never at risk together.

    Raises
    ------
    ValueError
        Arrays that do not fit each other; see `waiting.tally`.

    References
    ----------
    Mantel (1966), Cancer Chemotherapy Reports 50:163-170.

    Examples
    --------
    >>> test = logrank([1, 2, 3, 4, 5, 6], [True] * 6, [True, True, True, False, False, False])
    >>> round(test.chi_square, 3), round(test.p_value, 3)
    (5.052, 0.025)
    """
    seen = tally(durations, events, weights=weights)
    member, happened = np.asarray(group, dtype=bool), np.asarray(events, dtype=bool)
    people = np.ones(happened.shape, dtype=int) if weights is None else np.asarray(weights, dtype=int)
    if member.shape != happened.shape:
        raise ValueError(f"one group a row: {member.shape} groups, {happened.shape} events")
    if not people[member].sum() or not people[~member].sum():
        return LogRank(chi_square=None, p_value=None, reason="one of the two groups is empty")
    if not seen.events.sum():
        return LogRank(chi_square=None, p_value=None, reason="nothing happened in either group")
    with np.errstate(invalid="ignore", divide="ignore"):  # 0/0 becomes a reason below
        found = stats.logrank(*(_censored(durations, happened, people * side) for side in (member, ~member)))
    if not np.isfinite(found.statistic):
        return LogRank(chi_square=None, p_value=None, reason="the groups were never at risk together at an event")
    return LogRank(chi_square=float(found.statistic**2), p_value=float(found.pvalue))


def _censored(durations: ArrayLike, happened: np.ndarray, people: np.ndarray) -> stats.CensoredData:
    time = np.repeat(np.asarray(durations, dtype=float), people)
    return stats.CensoredData.right_censored(time, ~np.repeat(happened, people))
