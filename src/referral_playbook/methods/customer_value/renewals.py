"""Renewal counts by customer age, and the sBG fitted to them as a regression of the hazard.

Under the sBG the chance to leave at renewal t is ``h_t = alpha / (alpha + beta + t - 1)``, so that
``logit h_t = ln(alpha / beta) - ln(1 + (t - 1) / beta)``: a binomial regression with two parameters. Customers at
risk and customers lost by period are all that the likelihood needs, however many cohorts there are.
Fader & Hardie (2007) Journal of Interactive Marketing 21(1):76-90.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from referral_playbook.methods.arguments import counts, yes_no
from referral_playbook.methods.doors import MOST, door

Array = NDArray[np.float64]
CURVATURE = (np.log1p(1e-6), np.log1p(1e6))
"""Range of ln(1 + 1/beta): below it all customers are alike, above it they leave at once or never."""


@door
@dataclass(frozen=True, eq=False)
class Renewals:
    """Customers up for renewal and customers lost, by period since joining (index 0 is period 1)."""

    at_risk: Array
    lost: Array

    def __post_init__(self) -> None:
        if self.at_risk.shape != self.lost.shape or self.at_risk.ndim != 1 or not self.at_risk.size:
            raise ValueError("at_risk and lost are lists of the same length, one entry a period")
        if not np.all(np.isfinite(self.at_risk)) or np.any(self.lost < 0) or np.any(self.lost > self.at_risk):
            raise ValueError("lost is between 0 and the customers at risk, in every period")

    def until(self, period: int) -> Renewals:
        """The first `period` periods only: what was known then, for a backtest."""
        if not 0 < period <= self.at_risk.size:
            raise ValueError(f"there are {self.at_risk.size} periods, not {period}")
        return Renewals(self.at_risk[:period], self.lost[:period])

    def after(self, period: int) -> Renewals:
        """The later periods only, on the same ages."""
        later = np.arange(self.at_risk.size) >= period
        return Renewals(self.at_risk * later, self.lost * later)


@door
def renewals_from_lives(months: ArrayLike, left: ArrayLike, customers: ArrayLike = 1) -> Renewals:
    """Renewal counts from lives: who left after m whole periods was lost in period m + 1.

    Parameters
    ----------
    months : array of int, shape (rows,)
        Whole periods completed.
    left : array of bool, shape (rows,)
        False: still a customer, seen through `months` renewals and no further.
    customers : array of int, shape (rows,) or scalar
        Customers a row stands for.

    Examples
    --------
    >>> lives = renewals_from_lives([0, 2, 2], [True, True, False], [5, 3, 10])
    >>> lives.at_risk.tolist(), lives.lost.tolist()
    ([18.0, 13.0, 3.0], [5.0, 0.0, 3.0])
    """
    done, gone = counts(months, "months (floor the tenure)"), yes_no(left, "left")
    if done.shape != gone.shape:
        raise ValueError(f"one number of months and one left per row: {done.shape} and {gone.shape}")
    if done.size and done.max() > MOST["periods"]:
        raise ValueError(f"months are at most {MOST['periods']:,}, not {done.max():g}: count whole periods, not days")
    weight = np.broadcast_to(counts(customers, "customers"), done.shape)
    periods = done.astype(int) + gone
    if not np.any(periods):
        raise ValueError("no customer has reached a renewal yet")
    ended = np.bincount(periods, weights=weight)
    lost = np.bincount(periods[gone], weights=weight[gone], minlength=ended.size)[1:]
    return Renewals(np.cumsum(ended[::-1])[::-1][1:].astype(float), lost.astype(float))


@door
def fit_hazards(at_risk: Array, lost: Array) -> tuple[Array, Array, NDArray[np.int64]]:
    """Fit the sBG to many sets of renewal counts at once, by damped Newton steps.

    Raises a ValueError for a set with fewer than two periods, nobody lost or nobody kept.

    Parameters
    ----------
    at_risk, lost : arrays, shape (sets, periods)

    Returns
    -------
    alpha, beta : arrays, shape (sets,)
    edge : array, shape (sets,)
        -1 where customers are all alike, 1 where they leave at once or never, else 0.

    Examples
    --------
    >>> alpha, beta, edge = fit_hazards(np.array([[1000.0, 869.0]]), np.array([[131.0, 126.0]]))
    >>> bool(alpha[0] / (alpha[0] + beta[0]) > 0.1), edge.tolist()
    (True, [-1])
    """
    _refuse_what_says_nothing(at_risk, lost)
    level, bend = _climb(at_risk, lost, special.logit(lost.sum(axis=1) / at_risk.sum(axis=1)))
    beta = 1 / np.expm1(bend)
    edge = np.where(bend <= CURVATURE[0], -1, np.where(bend >= CURVATURE[1], 1, 0))
    return beta * np.exp(level), beta, edge


def _climb(at_risk: Array, lost: Array, level: Array) -> tuple[Array, Array]:
    """Steps from constant churn, halved where they would lower the likelihood, until none moves."""
    bend = np.full(level.size, np.log(2.0))
    best = _log_likelihood(at_risk, lost, level, bend)
    for _ in range(200):
        d0, d1 = _step(at_risk, lost, level, bend)
        size = np.ones(level.size)
        for _ in range(30):
            level1, bend1 = level + size * d0, np.clip(bend + size * d1, *CURVATURE)
            reached = _log_likelihood(at_risk, lost, level1, bend1)
            worse = reached < best - 1e-12 * np.abs(best)
            if not np.any(worse):
                break
            size = np.where(worse, size / 2, size)
        moved = np.where(worse, 0.0, np.maximum(np.abs(level1 - level), np.abs(bend1 - bend)))
        level, bend, best = (np.where(worse, *x) for x in ((level, level1), (bend, bend1), (best, reached)))
        if moved.max() < 1e-10:
            return level, bend
    raise ArithmeticError("the sBG fit did not settle in 200 steps; please report the counts")


def _refuse_what_says_nothing(at_risk: Array, lost: Array) -> None:
    if np.any(np.count_nonzero(at_risk, axis=1) < 2):
        raise ValueError("the sBG needs two periods with customers at risk; use the simple margin multiple")
    gone, seen = lost.sum(axis=1), at_risk.sum(axis=1)
    if np.any(gone == 0) or np.any(gone == seen):
        raise ValueError("no customer was lost, or all were, so the sBG cannot be fitted; use the retention rate")


def _hazard(level: Array, bend: Array, periods: int) -> Array:
    spread = np.log1p(np.arange(periods) * np.expm1(bend)[:, None])
    return np.asarray(special.expit(level[:, None] - spread))


def _log_likelihood(at_risk: Array, lost: Array, level: Array, bend: Array) -> Array:
    logit = level[:, None] - np.log1p(np.arange(at_risk.shape[1]) * np.expm1(bend)[:, None])
    return np.asarray(np.sum(lost * logit - at_risk * np.logaddexp(0, logit), axis=1))


def _step(at_risk: Array, lost: Array, level: Array, bend: Array) -> tuple[Array, Array]:
    """One step; where `bend` stops at an end of its range, `level` is solved for that."""
    t = np.arange(at_risk.shape[1])
    h = _hazard(level, bend, t.size)
    slope = -t * np.exp(bend)[:, None] / (1 + t * np.expm1(bend)[:, None])
    weight, miss = at_risk * h * (1 - h), lost - at_risk * h
    g0, g1 = miss.sum(axis=1), (miss * slope).sum(axis=1)
    i00, i01, i11 = weight.sum(axis=1), (weight * slope).sum(axis=1), (weight * slope**2).sum(axis=1)
    seen = i00 * (i11 - (miss * (slope + slope**2)).sum(axis=1)) - i01**2  # Newton where the likelihood is concave,
    det = np.where(seen > 0, seen, i00 * i11 - i01**2)  # scoring elsewhere
    d1 = np.clip(bend + np.clip((i00 * g1 - i01 * g0) / det, -2, 2), *CURVATURE) - bend
    return np.clip((g0 - i01 * d1) / i00, -5, 5), d1
