"""A roll-out that reaches groups one after the other, read and planned: the stepped wedge.

Counts of each group and month follow ``log E[count] = log exposure + group + month + effect * started``. Group terms
take up that some groups refer more, month terms that some months do; what is left is the effect. Counts may spread
more than Poisson's by `dispersion`.

References
----------
Hussey & Hughes (2007) Contemporary Clinical Trials 28:182-191 for the design; Hemming, Haines, Chilton, Girling and
Lilford (2015) BMJ 350:h391 for its assumptions; McCullagh & Nelder (1989), chapter 6, for the fit.
"""

from __future__ import annotations

import math
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, missing, ranged

Floats = NDArray[np.float64]

ROUNDS = 100
TOLERANCE = 1e-10


@door
def stepped_ratio(
    counts: ArrayLike,
    exposure: ArrayLike,
    started: ArrayLike,
    *,
    dispersion: float = 1.0,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Ratio of the counts of groups that have started to what they would be had they not.

    It holds if the groups would have moved alike, and if the effect does not change with the months since the start.

    Parameters
    ----------
    counts, exposure, started : array of shape (groups, months)
        Events, what they could come from (customer-months), and whether the group had started (0 or 1).
    dispersion : float
        Variance over mean of counts; 1 for Poisson.

    Examples
    --------
    Two groups of a rate of 1, of which the first doubles in month 3:

    >>> found = stepped_ratio([[50, 50, 100, 100], [50, 50, 50, 50]], np.full((2, 4), 50), [[0, 0, 1, 1], [0, 0, 0, 0]])
    >>> round(found.value, 3), round(found.low, 2), round(found.high, 2)
    (2.0, 1.39, 2.89)
    """
    y, e, s = _tables(counts, exposure, started)
    words: dict[str, Any] = {"labels": labels, "unit": "ratio", "per": "count without the start"}
    reason = _why_not(y, e, s)
    n = int(y.sum())
    if reason:
        return missing(reason, n=n, **words)
    design, seen = _design(e, s)
    fitted = _fit(design, y.ravel()[seen], np.log(e.ravel()[seen]))
    error = math.sqrt(dispersion * _variance(design, fitted[1]))
    half = float(ndtri((1 + confidence) / 2)) * error
    low, value, high = (math.exp(float(fitted[0][0]) + side * half) for side in (-1, 0, 1))
    return ranged(value, low, high, n=n, confidence=confidence, **words)


@door
def stepped_power(
    expected: ArrayLike, started: ArrayLike, *, effect: float, dispersion: float = 1.0, alpha: float = 0.05
) -> float:
    """Probability that a roll-out will show an effect of this size.

    Parameters
    ----------
    expected : array of shape (groups, months)
        Counts that are expected without the effect.
    started : array of shape (groups, months)
    effect : float
        Log of the ratio that is hoped for.

    Examples
    --------
    >>> round(stepped_power(np.full((4, 12), 20.0), np.triu(np.ones((4, 12)), 3), effect=math.log(1.5)), 2)
    0.83
    """
    y, _, s = _tables(expected, expected, started)
    if not (y > 0).any() or _no_contrast(s, y > 0):
        return 0.0
    design, seen = _design(y, s)
    mean = y.ravel()[seen] * np.exp(effect * s.ravel()[seen])
    error = math.sqrt(dispersion * _variance(design, mean))
    return float(ndtr(abs(effect) / error - ndtri(1 - alpha / 2)))


def _tables(*rows: ArrayLike) -> tuple[Floats, ...]:
    made = tuple(np.asarray(row, dtype=float) for row in rows)
    if len({row.shape for row in made}) != 1 or made[0].ndim != 2:
        raise ValueError(f"a roll-out needs tables of groups by months of one shape, not {[row.shape for row in made]}")
    if any(not np.isfinite(row).all() or (row < 0).any() for row in made) or not np.isin(made[-1], (0, 1)).all():
        raise ValueError("counts and exposures are 0 or more, and started is 0 or 1")
    return made


def _why_not(counts: Floats, exposure: Floats, started: Floats) -> str:
    if _no_contrast(started, exposure > 0):
        return "no month has groups that had started beside groups that had not, so there is nothing to compare with"
    if counts[started == 1].sum() == 0 or counts[started == 0].sum() == 0:
        return "either side of the comparison has no events"
    return ""


def _no_contrast(started: Floats, seen: NDArray[np.bool_]) -> bool:
    """Whether no month has both kinds of groups, or no group has both kinds of months."""
    both = [[(seen & (started == kind)).any(axis=axis) for kind in (0, 1)] for axis in (0, 1)]
    return not all((without & with_).any() for without, with_ in both)


def _design(exposure: Floats, started: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Columns of the model (the effect first) for the cells that have exposure, and which cells these are."""
    groups, months = exposure.shape
    seen = (exposure > 0).ravel()
    group = np.repeat(np.eye(groups), months, axis=0)
    month = np.tile(np.eye(months), (groups, 1))[:, 1:]
    design = np.column_stack([started.ravel(), group, month])[seen]
    used = (design != 0).any(axis=0)
    return design[:, used], seen


def _fit(design: Floats, counts: Floats, offset: Floats) -> tuple[Floats, Floats]:
    """Coefficients and fitted means of a Poisson model with a log link, by reweighted least squares."""
    mean = counts + 0.5
    beta: Floats = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        working = np.log(mean) - offset + (counts - mean) / mean
        root = np.sqrt(mean)
        after = np.asarray(np.linalg.lstsq(design * root[:, None], working * root, rcond=None)[0], dtype=float)
        mean = np.exp(np.clip(offset + design @ after, -30, 30))
        if np.abs(after - beta).max() < TOLERANCE:
            break
        beta = after
    return after, mean


def _variance(design: Floats, mean: Floats) -> float:
    """Variance of the effect for Poisson counts."""
    return float(np.linalg.pinv(design.T @ (design * mean[:, None]))[0, 0])
