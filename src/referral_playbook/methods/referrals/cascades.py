"""Word of mouth as a branching process: K, where it ends, how it differs from seed to seed, and how it is fitted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from referral_playbook.methods.doors import door

Array = NDArray[np.float64]


@door
def ceiling(*, seeds: float, k: float) -> float:
    """Where n seeds end at K < 1: ``n / (1 - K)`` customers, the seeds included.

    Raises a ValueError for K of 1 or more: there is no ceiling to state.

    Examples
    --------
    >>> ceiling(seeds=100, k=0.6)
    250.0
    """
    return total_size(seeds=seeds, k=k).mean


@door
@dataclass(frozen=True, kw_only=True)
class TotalSize:
    """Mean and variance of a cascade's total size, seeds included."""

    mean: float
    variance: float


@door
def total_size(*, k: float, seeds: float = 1.0, dispersion: float | None = None) -> TotalSize:
    """Total size at K < 1: mean ``s / (1-K)``, variance ``s v / (1-K)^3``, v the variance of the offspring.

    v is K for Poisson offspring (Borel-Tanner) and ``K + K^2 / k`` for negative-binomial ones.

    Examples
    --------
    >>> found = total_size(k=0.8, seeds=10)
    >>> round(found.mean, 6), round(found.variance, 6)
    (50.0, 1000.0)
    """
    if not 0 <= k < 1:
        raise ValueError(f"K is {k}: from 1 on a cascade may never end and has no mean size")
    if dispersion is not None:
        check_positive(dispersion=dispersion)
    spread = k if dispersion is None else k + k**2 / dispersion
    return TotalSize(mean=seeds / (1 - k), variance=seeds * spread / (1 - k) ** 3)


@door
def total_size_pmf(total: ArrayLike, *, k: float, seeds: int = 1, dispersion: float | None = None) -> Array:
    """Probability that `seeds` customers end as `total`: Borel-Tanner, or its negative-binomial counterpart.

    ``P(N=n) = (s/n) P(n customers bring n - s friends)``: Poisson(n K), or negative binomial with size n k and mean
    n K. At K > 1 it sums to the probability that the cascade ends.

    References
    ----------
    Tanner (1961) Biometrika 48:222-224; Blumberg & Lloyd-Smith (2013) PLoS Computational Biology 9(5):e1002993.

    Examples
    --------
    >>> total_size_pmf([1, 2, 3], k=0.5).round(4)
    array([0.6065, 0.1839, 0.0837])
    """
    return np.asarray(np.exp(log_total_size_pmf(total, k=k, seeds=seeds, dispersion=dispersion)))


@door
def log_total_size_pmf(total: ArrayLike, *, k: float, seeds: ArrayLike = 1, dispersion: float | None = None) -> Array:
    """Logarithm of `total_size_pmf`; `seeds` may differ from cascade to cascade.

    Examples
    --------
    >>> log_total_size_pmf([1, 4], k=0.5, seeds=[1, 2]).round(4)
    array([-0.5, -2. ])
    """
    n, s = np.broadcast_arrays(np.asarray(total, dtype=float), np.asarray(seeds, dtype=float))
    if k < 0 or np.any(s < 1) or np.any(n != np.floor(n)):
        raise ValueError(f"K is 0 or more, there is a seed at least, totals are whole: {k}, {seeds!r}")
    some = np.maximum(n, s)  # fewer than the seeds is impossible: probability 0, set at the end
    return np.where(n >= s, np.log(s / some) + _log_offspring(some - s, some, k, dispersion), -np.inf)


def _log_offspring(friends: Array, parents: Array, k: Any, dispersion: float | None) -> Array:
    """Log-probability that so many parents bring so many friends together."""
    if dispersion is None:
        return np.asarray(special.xlogy(friends, parents * k) - parents * k - special.gammaln(friends + 1))
    check_positive(dispersion=dispersion)
    size = dispersion * parents
    ways = special.gammaln(size + friends) - special.gammaln(size) - special.gammaln(friends + 1)
    return np.asarray(ways - size * np.log1p(k / dispersion) + special.xlogy(friends, k / (k + dispersion)))


def check_positive(**given: float) -> None:
    """Refuse (ValueError) what is not a finite number above 0.

    Examples
    --------
    >>> check_positive(dispersion=0.2)
    """
    for name, x in given.items():
        if not (math.isfinite(x) and x > 0):
            raise ValueError(f"{name} is above 0, not {x}")
