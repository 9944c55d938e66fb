"""K, and how concentrated it is, from the sizes of cascades that were seen to their end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.methods.cascades import log_total_size_pmf

Array = NDArray[np.float64]
DISPERSIONS = (1e-4, 1e4)
"""Range searched for k; at its upper end Poisson offspring fit as well."""


@dataclass(frozen=True, kw_only=True)
class CascadeFit:
    """K with its range; the dispersion k (None: Poisson); the log-likelihood. `edge`: k is at the end of its range."""

    k: Estimate
    dispersion: float | None
    log_likelihood: float
    edge: bool = False


def fit_cascades(
    totals: ArrayLike,
    *,
    seeds: ArrayLike = 1,
    dispersion: float | Literal["fit"] | None = None,
    confidence: float = 0.95,
) -> CascadeFit:
    """Maximum-likelihood K from cascade sizes: ``K = 1 - sum(seeds) / sum(totals)``, range by profile likelihood.

    The estimate is the same for Poisson and negative-binomial offspring, the range is not. It is for cascades that have
    ended: one that still grows makes K look smaller than it is.

    Parameters
    ----------
    totals : array of int, shape (cascades,)
        Customers in each cascade, seeds included.
    seeds : array of int, shape (cascades,) or scalar
    dispersion : float, "fit" or None
        k of negative-binomial offspring: given, estimated too (and profiled out of the range), or None for Poisson.

    Returns
    -------
    CascadeFit
        K undefined where there is no cascade; and with "fit" where no seed brought anybody.

    References
    ----------
    Blumberg & Lloyd-Smith (2013) PLoS Computational Biology 9(5):e1002993.

    Examples
    --------
    >>> fit = fit_cascades([1, 1, 1, 2, 5, 1, 1, 3])
    >>> round(fit.k.value, 3), round(fit.k.low, 3), round(fit.k.high, 3)
    (0.467, 0.201, 0.903)
    """
    n, s, times = _distinct(totals, seeds)
    said = {"unit": "friends", "per": "customer", "source": "1 - seeds / customers in finished cascades"}
    cascades = int(times.sum())
    if not n.size or (dispersion == "fit" and n.sum() == s.sum()):
        reason = "nobody brought anybody: how unequal they are cannot be told" if n.size else "no cascades"
        return CascadeFit(k=undefined(reason, n=cascades, **said), dispersion=None, log_likelihood=0.0)  # type: ignore[arg-type]
    value = 1 - float(times @ s / (times @ n))

    def likelihood(k: float, d: float | None) -> float:
        return float(times @ log_total_size_pmf(n, k=k, seeds=s, dispersion=d))

    def profile(k: float) -> tuple[float, float | None]:
        """Log-likelihood at K, over k where that is fitted."""
        if isinstance(dispersion, str):
            return _best_dispersion(lambda d: likelihood(k, d))
        return likelihood(k, dispersion), dispersion

    top, at = profile(value)
    drop = special.chdtri(1, 1 - confidence) / 2
    low, high = _limits(lambda k: profile(k)[0] - top + drop, value)
    k = Estimate(value=value, low=low, high=high, confidence=confidence, n=cascades, basis=Basis.MEASURED, **said)
    edge = dispersion == "fit" and at is not None and at > 0.99 * DISPERSIONS[1]
    return CascadeFit(k=k, dispersion=at, log_likelihood=top, edge=edge)


def _distinct(totals: ArrayLike, seeds: ArrayLike) -> tuple[Array, Array, Array]:
    """Distinct (total, seeds) and how many cascades have them."""
    n = np.asarray(totals, dtype=float)
    s = np.broadcast_to(np.asarray(seeds, dtype=float), n.shape)
    if np.any((s < 1) | (n < s) | (n != np.floor(n)) | (s != np.floor(s))):
        raise ValueError("a cascade has whole numbers, one seed at least, and counts its seeds in its total")
    if not n.size:
        return n, s, n
    pairs, times = np.unique(np.stack([n, s]), axis=1, return_counts=True)
    return pairs[0], pairs[1], times.astype(float)


def _best_dispersion(log_likelihood: Callable[[float], float]) -> tuple[float, float]:
    found = optimize.minimize_scalar(
        lambda z: -log_likelihood(float(np.exp(z))), bounds=tuple(np.log(DISPERSIONS)), method="bounded",
        options={"xatol": 1e-8},
    )  # fmt: skip
    return -float(found.fun), float(np.exp(found.x))


def _limits(above: Callable[[float], float], value: float) -> tuple[float, float]:
    """Where the profile crosses its cut, below and above the estimate."""
    low = optimize.brentq(above, 1e-12, value) if value > 0 and above(1e-12) < 0 else 0.0
    far = max(2 * value, 0.1)
    while above(far) > 0 and far < 1e3:
        far *= 2
    return float(low), float(optimize.brentq(above, value, far))
