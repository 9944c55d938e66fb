"""Counts per person or period that vary more than Poisson counts: the negative binomial and heavy tails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.arguments import Numbers
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged
from referral_playbook.methods.proportions import z_value
from referral_playbook.methods.rates import poisson_rate

SMALLEST = 1e-6  # a dispersion below this is Poisson to the last digit that matters
Floats = NDArray[np.floating[Any]]


@door
def compressed(values: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Distinct values ascending and how many have each; `weights` are people per row.

    Raises a ValueError for values that are negative or unknown, or weights that do not fit them or are no whole
    numbers.

    Examples
    --------
    >>> [part.tolist() for part in compressed([2, 0, 0], None)]
    [[0.0, 2.0], [2.0, 1.0]]
    """
    numbers = np.asarray(values, dtype=float)
    people = np.ones(numbers.shape) if weights is None else np.asarray(weights, dtype=float)
    if numbers.ndim != 1 or numbers.shape != people.shape or not (np.isfinite(numbers) & (numbers >= 0)).all():
        raise ValueError("one row of values, each known and 0 or more, with a weight for each")
    if not (np.isfinite(people) & (people >= 0) & (people == np.floor(people))).all():
        raise ValueError("weights are people per row: whole numbers, 0 or more")
    distinct, where = np.unique(numbers[people > 0], return_inverse=True)
    return distinct, np.bincount(where, weights=people[people > 0], minlength=distinct.size).astype(float)


@door
def count_distribution(mean: Numbers, dispersion: float) -> Any:
    """Scipy's frozen negative binomial with variance ``m + a m^2``; Poisson at a dispersion of 0; for each mean.

    Examples
    --------
    >>> round(float(count_distribution(2.0, 0.5).var()), 6)
    4.0
    """
    law, *shape = _law(mean, dispersion)
    return law(*shape)


def _law(mean: Numbers, dispersion: float) -> tuple[Any, ...]:
    """Scipy's distribution and its parameters: to freeze them takes longer than one chance."""
    if dispersion == 0:
        return stats.poisson, mean
    return stats.nbinom, 1 / dispersion, 1 / (1 + dispersion * mean)


@dataclass(frozen=True, kw_only=True)
class CountFit:
    """A fitted count distribution: mean, and dispersion a with ``variance = m + a m^2`` (0 is Poisson).

    `reason` says why it is Poisson where it is; empty for a negative binomial. Periods of a person are alike: over p
    periods the mean is p times as large and the dispersion, which is between persons, stays.
    """

    mean: Estimate
    dispersion: Estimate
    reason: str = ""

    def probability_at_least(self, x: int, *, periods: float = 1.0, **labels: Unpack[Labels]) -> Estimate:
        """Chance that one makes `x` or more in `periods` periods.

        The range adds the effects of the two parameters' own limits in squares (Zou & Donner 2008): at the maximum of
        the likelihood, mean and dispersion are uncorrelated.
        """
        if not (x >= 1 and x == int(x) and periods > 0):
            raise ValueError(f"x is a whole number from 1, periods are above 0, not {x} and {periods}")
        words = Words(unit="probability", per="person")
        if not self.mean.defined:
            return missing(self.mean.reason, n=self.mean.n, labels=labels, **words)
        m, a = self.mean, self.dispersion
        point = a.value or 0.0
        p, *by_mean = (self._reach(x, periods, mean, point) for mean in (m.value, m.low, m.high))
        spread = [self._reach(x, periods, m.value, end) for end in (a.low, a.high)] if a.defined else [p]
        low = p - math.hypot(p - min(by_mean), p - min(p, *spread))
        high = p + math.hypot(max(by_mean) - p, max(p, *spread) - p)
        return ranged(p, max(0.0, low), min(1.0, high), n=m.n, confidence=m.confidence, labels=labels, **words)

    def largest_reached(self, probability: float, *, periods: float = 1.0) -> int | None:
        """The largest x that one reaches with at least this probability (0: not even 1 is); None without data."""
        if not 0 < probability < 1:
            raise ValueError(f"a probability is between 0 and 1, not {probability}")
        if self.mean.value is None:
            return None
        law, *shape = _law(self.mean.value * periods, self.dispersion.value or 0.0)
        x = int(law.ppf(1 - probability, *shape))
        return x + 1 if law.sf(x, *shape) >= probability else x

    @staticmethod
    def _reach(x: int, periods: float, mean: float | None, dispersion: float | None) -> float:
        law, *shape = _law((mean or 0.0) * periods, dispersion or 0.0)
        return float(law.sf(x - 1, *shape))


@door
def fit_counts(
    counts: ArrayLike, *, weights: ArrayLike | None = None, confidence: float = 0.95, **labels: Unpack[Labels]
) -> CountFit:
    """Fit a negative binomial by maximum likelihood; Poisson, with the reason, where it does not spread more.

    The mean is the sample mean, with a log-scale interval (Poisson: `poisson_rate`'s). The dispersion's interval is the
    profile likelihood's. It is positive exactly where the variance (over n) is above the mean (Levin & Reeds 1977).
    Raises a ValueError for counts that are negative, unknown or not whole.

    Parameters
    ----------
    counts : array of int, shape (n,)
        Referrals per person, or events per period, zeros included.
    weights : array of int, shape (n,), optional
        People per row, for compressed counts.
    confidence : float
        Level of both intervals.
    **labels
        Of the mean.

    Returns
    -------
    CountFit
        Both undefined without counts; the dispersion is also where there is one count only, or all are 0.

    Examples
    --------
    >>> fit = fit_counts([0, 1, 2, 5, 10], weights=[60, 20, 12, 6, 2])
    >>> round(fit.mean.value, 2), round(fit.dispersion.value, 2), fit.largest_reached(0.7)
    (0.94, 2.33, 0)
    >>> fit_counts([1, 1, 1, 2]).reason
    'the counts spread no more than Poisson: variance 0.188, mean 1.25'
    """
    values, people = compressed(counts, weights)
    if (values != np.floor(values)).any():
        raise ValueError("counts are whole numbers")
    n, total = int(people.sum()), float(values @ people)
    words = Labels(unit="events", per="person") | labels
    if n == 0:
        nothing = missing("no counts", n=0, labels=words, unit="events", per="person")
        return CountFit(mean=nothing, dispersion=_no_dispersion("no counts", 0), reason="no counts")
    mean = total / n
    variance = float((values - mean) ** 2 @ people) / n
    poisson = poisson_rate(int(total), n, confidence=confidence, **words).as_(n=n)
    if n == 1 or total == 0:
        reason = "one count has no spread" if n == 1 else "every count is 0"
        return CountFit(mean=poisson, dispersion=_no_dispersion(reason, n), reason=reason)
    dispersion = _dispersion(values, people, confidence)
    if not dispersion.value:
        reason = f"the counts spread no more than Poisson: variance {variance:.3g}, mean {mean:.3g}"
        return CountFit(mean=poisson, dispersion=dispersion, reason=reason)
    spread = z_value(confidence) * math.sqrt((1 / mean + dispersion.value) / n)
    limits = (mean * math.exp(-spread), mean * math.exp(spread))
    estimate = ranged(mean, *limits, n=n, confidence=confidence, labels=words, unit="events", per="person")
    return CountFit(mean=estimate, dispersion=dispersion)


def _no_dispersion(reason: str, n: int) -> Estimate:
    return missing(reason, n=n, labels={}, unit="dispersion", per="person")


def _dispersion(values: Floats, people: Floats, confidence: float) -> Estimate:
    gain, slope = _likelihood(values, people)
    best = _root(slope, SMALLEST) if slope(SMALLEST) > 0 else 0.0
    bar = gain(best) - stats.chi2.ppf(confidence, 1) / 2
    low = 0.0 if best == 0 or gain(0.0) >= bar else optimize.brentq(lambda a: gain(a) - bar, 0.0, best, xtol=1e-12)
    top = _root(lambda a: gain(a) - bar, best)
    return ranged(best, low, top, n=int(people.sum()), confidence=confidence, unit="dispersion", per="person")


def _likelihood(values: Floats, people: Floats) -> tuple[Any, Any]:
    """Profile log likelihood of the dispersion a, less Poisson's, and its slope.

    ``sum_j N_j ln(1 + a j) - n m ln(1 + a m) - n (ln(1 + a m)/a - m)``, N_j = people above j: no gamma function, and
    so no loss of digits as a goes to 0. Large j are summed by blocks (`_blocks`).
    """
    n, mean = people.sum(), values @ people / people.sum()
    first, last = _blocks(values)
    j, bend = (first + last) / 2, (last - first + 1) * ((last - first + 1) ** 2 - 1) / 24
    above = n - np.concatenate([[0.0], people.cumsum()])[np.searchsorted(values, first, side="right")]
    wide = above * (last - first + 1)
    bend = above * bend

    def gain(a: float) -> float:
        if a == 0:
            return 0.0
        log, ratio = math.log1p(a * mean), a / (1 + a * j)
        return float(wide @ np.log1p(a * j) - bend @ ratio**2 - n * mean * log - n * (log / a - mean))

    def slope(a: float) -> float:
        log, one, each = math.log1p(a * mean), 1 + a * mean, 1 + a * j
        added = wide @ (j / each) - bend @ (2 * a / each**3)
        return float(added - n * mean**2 / one + n * (log / a - mean / one) / a)

    return gain, slope


ONE_BY_ONE, FINE = 2_000, 256
"""Numbers below the first are summed one by one; beyond, by blocks no wider than this part of where they begin."""


def _blocks(values: Floats) -> tuple[Floats, Floats]:
    """First and last of each block of the whole numbers below the largest value; no value lies within a block.

    Over a block a smooth function is its value in the middle and its curvature: with these blocks the sum is exact to
    nine digits, and its cost does not grow with the counts.
    """
    top = int(values[-1])
    edges = np.arange(min(top, ONE_BY_ONE) + 1, dtype=float)
    if top > ONE_BY_ONE:
        steps = math.ceil(math.log(top / ONE_BY_ONE) * FINE) + 1
        further = np.geomspace(ONE_BY_ONE, top, steps).round()
        edges = np.unique(np.concatenate([edges, further, values[values > ONE_BY_ONE]]))
    return edges[:-1], edges[1:] - 1


def _root(falling: Any, start: float) -> float:
    """Where a function that is positive just after `start` falls through 0."""
    end = max(1.0, 2 * start)
    while falling(end) > 0:
        end *= 4
    return float(optimize.brentq(falling, start, end, xtol=1e-12))


AT_ONCE = 250_000  # cells of one block of bootstrap draws: 2 MB, which stay in the processor's cache


@door
def top_share(
    amounts: ArrayLike,
    *,
    top: float = 0.10,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
    **labels: Unpack[Labels],
) -> Estimate:
    """Share of the total that comes from the top tenth: read off the Lorenz curve, with a bootstrap interval.

    People with the same amount share it evenly, so that a tenth may cut through a group. The interval is the
    bootstrap's percentiles over people; with few people and a heavy tail it is too narrow.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Referrals (or money) per person, zeros included.
    top : float
        Share of people that counts as the top.
    weights : array of int, shape (n,), optional
        People per row, for compressed counts.
    confidence, draws, seed : float, int, int
        Level, resamples, and the seed of the resampling.

    Returns
    -------
    Estimate
        Share of the total; undefined with fewer than two people, a total of 0, or when all have the same amount.

    Examples
    --------
    >>> share = top_share([0, 1, 10], weights=[50, 40, 10])
    >>> round(share.value, 3), share.low < share.value < share.high
    (0.714, True)
    """
    if not 0 < top < 1:
        raise ValueError(f"the top is a share of people between 0 and 1, not {top}")
    values, people = compressed(amounts, weights)
    n, words = int(people.sum()), Words(unit="share", per="total")
    if reason := _nothing_to_see(values, people):
        return missing(reason, n=n, labels=labels, **words)
    point = float(_top_shares(values, people[None, :], top)[0])
    drawn = _drawn_top_shares(values, people, top, draws, seed)
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return ranged(point, min(low, point), max(high, point), n=n, confidence=confidence, labels=labels, **words)


def _nothing_to_see(values: Floats, people: Floats) -> str:
    if people.sum() < 2:
        there = "one person" if people.sum() else "nobody"
        return f"{there}: a share of the few needs more"
    if values[-1] == 0:
        return "the total is 0"
    return "all have the same amount" if values.size == 1 else ""


def _top_shares(values: Floats, people: NDArray[Any], top: float) -> Floats:
    """The Lorenz curve of each row of people at `top`, from the largest amount down."""
    who, what = curve = np.zeros((2, len(people), values.size + 1))
    np.cumsum(people[:, ::-1], axis=1, out=curve[0, :, 1:])
    np.cumsum((people * values)[:, ::-1], axis=1, out=curve[1, :, 1:])
    rows, sought = np.arange(len(people)), top * who[:, -1]
    before = (who <= sought[:, None]).sum(axis=1) - 1
    run, rise = (c[rows, before + 1] - c[rows, before] for c in (who, what))
    return np.asarray((rise / run * (sought - who[rows, before]) + what[rows, before]) / what[:, -1])


def _drawn_top_shares(values: Floats, people: Floats, top: float, draws: int, seed: int) -> Floats:
    """Resampling n people is one multinomial draw over the distinct amounts; draws of zeros only are left out."""
    random, n = np.random.default_rng(seed), int(people.sum())
    block, chunks = max(1, AT_ONCE // values.size), []
    for start in range(0, draws, block):
        drawn = random.multinomial(n, people / n, size=min(block, draws - start))
        chunks.append(_top_shares(values, drawn[drawn @ values > 0], top))
    return np.concatenate(chunks)
