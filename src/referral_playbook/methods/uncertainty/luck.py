"""The luck of single customers: whole numbers where only their rate is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.distributions import Floats

FEW = 8.0
"""Highest mean count that is inverted; above it numpy, which draws each count on its own, is as fast."""


@door
def poisson_counts(rate: Floats, shares: Floats, chance: np.random.Generator) -> Floats:
    """Poisson counts of mean ``shares[i] * rate[j]``, of shape (shares, rates).

    Low rates are inverted: a count is the number of values of the distribution function that a uniform number exceeds.
    Rows with the same share have the same distribution function, so that it is worked out once for all of them. Raises
    a ValueError for a rate or a share below 0, and for arrays of more than one dimension.

    Parameters
    ----------
    rate, shares : array
        0 or more.

    Examples
    --------
    >>> counts = poisson_counts(np.full(10_000, 2.0), np.array([0.0, 0.5, 1.0]), np.random.default_rng(1))
    >>> counts.mean(axis=1).round(1).tolist()
    [0.0, 1.0, 2.0]
    """
    if rate.ndim != 1 or shares.ndim != 1:
        raise ValueError("rate and shares are arrays of one dimension")
    if (rate < 0).any() or (shares < 0).any():
        raise ValueError("rate and shares are 0 or more")
    most = FEW / shares.max() if shares.any() else np.inf
    counts = chance.random((shares.size, rate.size))
    for share in np.unique(shares):
        rows = shares == share
        counts[rows] = _poisson_quantiles(counts[rows], share * np.minimum(rate, most))
    many = np.flatnonzero(rate > most)
    if many.size:
        counts[:, many] = chance.poisson(shares[:, None] * rate[many])
    return counts


def _poisson_quantiles(uniform: Floats, rate: Floats) -> NDArray[np.int16]:
    """The Poisson count at each level of `uniform`, of shape (rows, rates); `rate` is low."""
    counts = np.zeros(uniform.shape, dtype=np.int16)
    number, probability = 0, np.exp(-rate)
    at_most = probability.copy()
    # Rounding may leave the sum of all probabilities just below the highest level that can be drawn.
    while (above := uniform > at_most).any() and probability.max() > 1e-20:
        counts += above
        number += 1
        probability *= rate / number
        at_most += probability
    return counts
