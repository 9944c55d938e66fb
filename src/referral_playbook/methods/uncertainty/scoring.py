"""Score forecasts once their time has come: did the ranges cover, were the probabilities right, on which side were we?

Every score is proper or says that it is not: a forecaster cannot improve it by stating something else than what is
believed (Gneiting & Raftery 2007).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, missing
from referral_playbook.methods.proportions import proportion

Floats = NDArray[np.float64]

LEVELS = (0.5, 0.8, 0.95)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How often ranges at one level covered what came: `held` of `n`, with an interval for the share."""

    level: float
    held: int
    n: int
    share: Estimate

    @property
    def too_narrow(self) -> bool:
        """Whether the ranges covered less often than they claim, beyond chance."""
        return self.share.high is not None and self.share.high < self.level


@door
def interval_coverage(
    low: ArrayLike, high: ArrayLike, outcome: ArrayLike, *, level: float, **labels: Unpack[Labels]
) -> Coverage:
    """Count the outcomes that fell within their ranges.

    Parameters
    ----------
    low, high, outcome : array of shape (n,)
        Forecast ranges at `level`, and what came. NaN in `high` is a range without upper limit.

    Examples
    --------
    >>> found = interval_coverage([0, 0, 0], [1, 1, 1], [0.5, 0.2, 3.0], level=0.8)
    >>> found.held, found.n
    (2, 3)
    """
    bottom, top, came = _rows(low, high, outcome, nan_in=1)
    inside = (came >= bottom) & ((came <= top) | np.isnan(top))
    held, n = int(inside.sum()), int(came.size)
    words = Labels(unit="share", per="forecast range") | labels
    share = proportion(held, n, **words) if n else missing("no forecast has ripened", n=0, labels=labels, **_SHARE)
    return Coverage(level=level, held=held, n=n, share=share)


_SHARE = {"unit": "share", "per": "forecast range"}


@door
def brier(probability: ArrayLike, happened: ArrayLike) -> float:
    """Mean squared distance between stated probabilities and what happened (0 or 1): 0 is perfect, 0.25 is a coin.

    References
    ----------
    Brier (1950) Monthly Weather Review 78:1-3.

    Examples
    --------
    >>> round(brier([0.9, 0.2], [1, 0]), 3)
    0.025
    """
    p, y = _rows(probability, happened)
    _check_probabilities(p, y)
    return float(np.mean((p - y) ** 2))


@door
def bias(forecast: ArrayLike, outcome: ArrayLike) -> float:
    """Mean of forecast less outcome over the mean outcome: above 0 where forecasts were too high.

    Examples
    --------
    >>> bias([12, 12], [10, 10])
    0.2
    """
    f, y = _rows(forecast, outcome)
    scale = float(np.mean(np.abs(y)))
    if scale == 0:
        raise ValueError("all outcomes are 0: a relative bias has no meaning; compare the forecasts themselves")
    return float(np.mean(f - y)) / scale


@door
def crps_normal(mean: ArrayLike, sd: ArrayLike, outcome: ArrayLike) -> Floats:
    """Continuous ranked probability score of normal forecasts.

    References
    ----------
    Gneiting, Raftery, Westveld & Goldman (2005) Monthly Weather Review 133:1098-1118, equation 5.

    Examples
    --------
    >>> crps_normal([0.0], [1.0], [0.0]).round(4).tolist()
    [0.2337]
    """
    m, s, y = _rows(mean, sd, outcome)
    if not (s > 0).all():
        raise ValueError("every forecast needs a standard deviation above 0")
    z = (y - m) / s
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return np.asarray(s * (z * (2 * ndtr(z) - 1) + 2 * density - 1 / math.sqrt(math.pi)))


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A forecast as a split normal distribution: the value, and a standard deviation below and above it.

    The two standard deviations come from the two ends of a range, so that the median and the printed range are kept.
    """

    value: float
    below: float
    above: float

    @classmethod
    def of(cls, estimate: Estimate, *, confidence: float = 0.8) -> Spread:
        """From an estimate; `confidence` stands in where its range states none.

        Raises a ValueError where the estimate is undefined or has no upper limit.
        """
        if estimate.value is None or estimate.low is None or estimate.high is None:
            raise ValueError(f"an undefined or open forecast cannot be scored: {estimate.reason}")
        z = float(ndtri((1 + (estimate.confidence or confidence)) / 2))
        return cls(
            value=estimate.value, below=(estimate.value - estimate.low) / z, above=(estimate.high - estimate.value) / z
        )

    def range(self, level: float) -> tuple[float, float]:
        """The range that covers `level`, half of the rest on each side.

        Examples
        --------
        >>> low, high = Spread(value=10.0, below=1.0, above=2.0).range(0.8)
        >>> round(low, 2), round(high, 2)
        (8.72, 12.56)
        """
        z = float(ndtri((1 + level) / 2))
        return self.value - z * self.below, self.value + z * self.above

    def crps(self, outcome: float) -> float:
        """Continuous ranked probability score: the integral of the squared gap of distribution functions.

        Below the value the distribution is that of a normal with `below`, above it that with `above`; each half has
        a closed form.
        """
        gap = outcome - self.value
        if gap >= 0:
            return _half(self.below) + _half_with(self.above, gap)
        return _half(self.above) + _half_with(self.below, -gap)


def _half(sd: float) -> float:
    """Integral of the squared tail of a normal over its half line: ``sd (sqrt 2 - 1)/(2 sqrt pi)``."""
    return sd * (math.sqrt(2) - 1) / (2 * math.sqrt(math.pi))


def _half_with(sd: float, gap: float) -> float:
    """The same half line with the outcome on it: F squared up to the outcome, the tail squared beyond.

    By symmetry this is the score of the whole normal less the half on which the outcome does not lie.
    """
    if sd == 0:
        return gap
    return float(crps_normal([0.0], [sd], [gap])[0]) - _half(sd)


def _check_probabilities(p: Floats, y: Floats) -> None:
    if not ((p >= 0) & (p <= 1)).all() or not np.isin(y, (0, 1)).all():
        raise ValueError("probabilities lie between 0 and 1, and what happened is 0 or 1")


def _rows(*rows: ArrayLike, nan_in: int | None = None) -> tuple[Floats, ...]:
    """Rows of one length, finite; the row at `nan_in` may hold NaN."""
    made = tuple(np.asarray(row, dtype=float) for row in rows)
    if len({row.shape for row in made}) != 1 or made[0].ndim != 1:
        raise ValueError(f"forecasts and outcomes need one row of the same length each: {[row.shape for row in made]}")
    for place, row in enumerate(made):
        if place != nan_in and not np.isfinite(row).all():
            raise ValueError("forecasts and outcomes must be finite: leave out what has not ripened")
    return made
