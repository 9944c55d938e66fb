"""Closed forms that cascades and unequal counts are held against."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from referral_playbook.methods.doors import door
from referral_playbook.methods.referrals.cascades import check_positive

Array = NDArray[np.float64]


@door
def extinction_probability(k: float, *, seeds: int = 1, dispersion: float | None = None) -> float:
    """Probability that word of mouth from `seeds` customers dies out by itself.

    Smallest root of ``q = exp(K (q-1))``, or ``q = (1 + K (1-q) / k)^-k`` for negative-binomial offspring; 1 at K <= 1.
    Several seeds: q^s.

    References
    ----------
    Galton & Watson (1874); Lloyd-Smith et al. (2005) Nature 438:355-359.

    Examples
    --------
    >>> round(extinction_probability(1.5), 6), round(extinction_probability(1.5, dispersion=1), 6)
    (0.417188, 0.666667)
    """
    if k < 0 or seeds < 1:
        raise ValueError(f"K is 0 or more and there is a seed at least, not {k} and {seeds}")
    if dispersion is not None:
        check_positive(dispersion=dispersion)
    if k <= 1:
        return 1.0

    def gap(s: float) -> float:  # s = 1 - q, on the log scale: 0 at s = 0 and at the root
        grown = k * s if dispersion is None else dispersion * math.log1p(k * s / dispersion)
        return math.log1p(-s) + grown

    spread = 1 + (k**2 / dispersion if dispersion else 0.0)
    near = min(0.5, (k - 1) / (spread + k**2))  # below the root, which is near 2 (K-1) / (spread + ...) for K near 1
    if gap(near) <= 0:
        return 1.0  # K exceeds 1 by less than a float can tell
    if gap(1 - 1e-16) > 0:
        return 0.0  # the chance is less than a float can tell from nothing
    root = optimize.brentq(gap, near, 1 - 1e-16, xtol=1e-15, rtol=1e-14)
    return float((1 - root) ** seeds)


@door
def share_by_top(fraction: ArrayLike, *, dispersion: float) -> Array:
    """Share of all friends expected from the top `fraction` of customers.

    Customers' own means are Gamma with shape k: the share is the upper tail of Gamma(k + 1) at the quantile of Gamma(k)
    that leaves `fraction` above it. K does not matter.

    References
    ----------
    Lloyd-Smith et al. (2005) Nature 438:355-359.

    Examples
    --------
    >>> share_by_top([0.2, 1.0], dispersion=0.16).round(4)
    array([0.8825, 1.    ])
    """
    check_positive(dispersion=dispersion)
    top = np.asarray(fraction, dtype=float)
    if np.any((top < 0) | (top > 1)):
        raise ValueError(f"a fraction is from 0 to 1, not {fraction!r}")
    return np.asarray(special.gammaincc(dispersion + 1, special.gammainccinv(dispersion, top)))
