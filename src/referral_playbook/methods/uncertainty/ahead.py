"""Forecasts that are meant to be scored: the next months of a count whose level drifts, and the next ratio."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammaln, ndtri

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged

Floats = NDArray[np.float64]

MEMORY, GROWTH = np.meshgrid(np.linspace(0.64, 1.0, 10), np.linspace(-0.06, 0.06, 9))
"""Discount factors looked at (how much of what is known about the level survives a month) and growth a month."""
TYPICAL_GROWTH = 0.02
LIKE_POISSON = 3
LEAST_PERIODS = 6
UNHEARD = 1e-15
"""Weight below which a pair of discount and growth does not change a digit of the forecast."""
KNOTS = 2_000
"""Whole numbers up to which each has its own probability; of more, evenly spaced ones do, and those between follow."""


@door
def count_ahead(counts: ArrayLike, *, ahead: int = 1, confidence: float = 0.80, **labels: Unpack[Labels]) -> Estimate:
    """Total of the next periods of a count whose rate drifts, with a predictive range.

    Each period, the Gamma distribution of the rate loses weight by the discount ``w``, moves with the growth ``g`` and
    then learns from the count: ``a = w a + y``, ``b = w b exp(-g) + 1``; the next count is negative binomial. Neither
    is picked: every pair counts by how well it has predicted the past. Counts that missed their one-step forecasts by
    more than these allow widen the range by the ratio of the mean squared miss to its expectation.

    Parameters
    ----------
    counts : array of int, shape (n,)
        Events per past period, oldest first, zeros included.
    ahead : int
        Periods to predict, in total.
    confidence : float
        Share of outcomes within the range, half of the rest on each side (mid-probabilities for whole numbers).

    Returns
    -------
    Estimate
        Median of the predictive distribution with its range; undefined with fewer than six periods.

    References
    ----------
    Harvey & Fernandes (1989) Journal of Business & Economic Statistics 7:407-417; West & Harrison (1997) Bayesian
    Forecasting and Dynamic Models, section 10.8.

    Examples
    --------
    >>> found = count_ahead([8, 11, 9, 12, 10, 9, 11, 10])
    >>> found.value, found.low, found.high
    (10.0, 6.0, 14.0)
    """
    y = _counts(counts)
    n = y.size
    words = Words(unit="events", per="period" if ahead == 1 else f"{ahead} periods")
    if n < LEAST_PERIODS:
        reason = f"{n} periods were observed and a forecast needs {LEAST_PERIODS}"
        return missing(reason, n=n, labels=labels, **words)
    grid, below = _predictive(tuple(y.tolist()), ahead)
    value = float(grid[np.searchsorted(below, 0.5)])
    low, high = _whole_range(grid, below, value, confidence)
    return ranged(value, low, high, n=n, confidence=confidence, labels=labels, **words)


def _whole_range(grid: NDArray[np.int64], below: Floats, value: float, confidence: float) -> tuple[float, float]:
    """Whole numbers around the value that hold as nearly as they can what is promised.

    The lower end leaves its half of the rest below it, by mid-probabilities. The upper end is the one at which the
    probability of the whole range comes closest to the promise: where the lower end is 0 nothing can lie below, and
    equal tails would promise too little.
    """
    mid = (below + np.r_[0.0, below[:-1]]) / 2
    low = min(value, float(grid[np.searchsorted(mid, (1 - confidence) / 2)]))
    under = float(below[int(low) - 1]) if low > 0 else 0.0
    at_least = int(value)
    high = at_least + int(np.argmin(np.abs(below[at_least:] - under - confidence)))
    return low, float(grid[high])


@door
def chance_ahead(counts: ArrayLike, target: float, *, ahead: int = 1) -> float | None:
    """Probability that the total of the next periods reaches a target, by the distribution of `count_ahead`.

    Returns
    -------
    float or None
        None with fewer than six periods.

    Examples
    --------
    >>> [round(chance_ahead([8, 11, 9, 12, 10, 9, 11, 10], target), 2) for target in (0, 10, 16)]
    [1.0, 0.54, 0.08]
    """
    y = _counts(counts)
    if y.size < LEAST_PERIODS:
        return None
    _, below = _predictive(tuple(y.tolist()), ahead)
    missed = math.ceil(target) - 1
    return 1.0 if missed < 0 else float(1 - below[min(missed, below.size - 1)])


@lru_cache(maxsize=32)  # one distribution gives the range at each level, and the chance of each target
def _predictive(y: tuple[float, ...], ahead: int) -> tuple[NDArray[np.int64], Floats]:
    """Whole numbers, and the probability that the total of the next periods is at most each of them."""
    size, scale, weight, spread = _learned(np.array(y))
    months = np.arange(1, ahead + 1)
    future = np.exp(GROWTH.ravel()[:, None] * months).sum(1)
    memory = MEMORY.ravel() ** ((ahead + 1) / 2)
    mean = size * future / scale
    variance = spread * mean * (1 + future / (scale * memory))
    grid = np.arange(math.ceil(float((mean + 8 * np.sqrt(variance))[weight > 1e-6].max())) + 20)
    knots = grid if grid.size <= KNOTS else np.unique(np.linspace(0, grid[-1], KNOTS).round().astype(np.int64))
    heard = weight > UNHEARD
    size, share = (mean**2 / (variance - mean))[heard], (mean / variance)[heard]
    below = np.asarray(weight[heard] @ betainc(size[:, None], knots[None, :] + 1.0, share[:, None]))
    return grid, below if knots is grid else np.interp(grid, knots, below)


def _learned(y: Floats) -> tuple[Floats, Floats, Floats, float]:
    """Size and scale of the Gamma on today's rate and the weight, by pair of discount and growth; and the spread."""
    discount, growth = MEMORY.ravel(), GROWTH.ravel()
    size, scale, evidence = (
        np.full(discount.size, 0.5),
        np.full(discount.size, 1e-9),
        -((growth / TYPICAL_GROWTH) ** 2) / 2,
    )
    misses = np.zeros(discount.size)
    for seen, count in enumerate(y):
        size, scale = discount * size, discount * scale / np.exp(growth)
        if seen:
            evidence = evidence + _log_nbinom(count, size, scale / (scale + 1))
            mean = size / scale
            misses += (count - mean) ** 2 / (mean * (1 + 1 / scale))
        size, scale = np.maximum(size + count, 0.5), scale + 1
    weight = np.exp(evidence - evidence.max())
    weight /= weight.sum()
    spread = float(weight @ (misses + LIKE_POISSON) / (y.size - 1 + LIKE_POISSON))
    return size, scale, weight, max(1.0, spread)


def _log_nbinom(count: float, size: Floats, share: Floats) -> Floats:
    whole = gammaln(size + count) - gammaln(size) - math.lgamma(count + 1)
    return np.asarray(whole + size * np.log(share) + count * np.log1p(-share))


@door
def rescaled(estimate: Estimate, confidence: float) -> tuple[float, float]:
    """The range of a forecast at another level, each end moved in proportion to the normal quantile.

    Examples
    --------
    >>> low, high = rescaled(count_ahead([8, 11, 9, 12, 10, 9, 11, 10]), 0.95)
    >>> round(low, 2), round(high, 2)
    (3.88, 16.12)
    """
    if estimate.value is None or estimate.low is None or estimate.high is None or estimate.confidence is None:
        raise ValueError("only a forecast with a range and its level can be given at another level")
    scale = float(ndtri((1 + confidence) / 2) / ndtri((1 + estimate.confidence) / 2))
    return (
        estimate.value - scale * (estimate.value - estimate.low),
        estimate.value + scale * (estimate.high - estimate.value),
    )


def _counts(counts: ArrayLike) -> Floats:
    y = np.asarray(counts, dtype=float)
    if y.ndim != 1 or not (np.isfinite(y) & (y >= 0) & (y == np.floor(y))).all():
        raise ValueError("counts are one row of whole numbers from 0")
    return y
