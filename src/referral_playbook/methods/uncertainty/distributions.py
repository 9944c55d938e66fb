"""What is not known, as frozen distributions with `ppf`, `mean` and `sd`.

`ppf` turns equally likely levels into values, so that every option meets the same futures
(see `uncertainty.futures`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import betaincinv, ndtri

from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.proportions import binomial_limits

Floats = NDArray[np.float64]
SAME_WIDTH = 0.02
"""Relative difference up to which a range counts as Wilson's of its n: other intervals of one share differ by less."""
FEWEST = 0.01
"""People that the widest range of a share is worth at least."""


class Distribution(Protocol):
    """What an uncertain input can say of itself; one that is equal is the same."""

    def __hash__(self) -> int: ...

    @property
    def mean(self) -> float: ...

    @property
    def sd(self) -> float: ...

    def ppf(self, q: ArrayLike) -> Floats: ...


@door
@dataclass(frozen=True, kw_only=True)
class Known:
    """A quantity without uncertainty.

    Examples
    --------
    >>> Known(value=3.0).ppf([0.1, 0.9]).tolist()
    [3.0, 3.0]
    """

    value: float

    def __post_init__(self) -> None:
        _finite("a known value", self.value)

    @property
    def mean(self) -> float:
        return float(self.value)

    @property
    def sd(self) -> float:
        return 0.0

    def ppf(self, q: ArrayLike) -> Floats:
        return np.full(np.shape(q), float(self.value))


@door
@dataclass(frozen=True, kw_only=True)
class Pert:
    """Least, most likely and most: the beta-PERT distribution.

    ``alpha = 1 + lam (mode - low) / (high - low)``, ``beta = 1 + lam (high - mode) / (high - low)``; mean ``(low + lam
    mode + high) / (lam + 2)``; variance ``(mean - low)(high - mean) / (lam + 3)``. The classic ``(high - low) / 6`` is
    a rule of thumb and not its standard deviation. Raises a ValueError unless low <= mode <= high and low < high (no
    spread at all is `Known`).

    Parameters
    ----------
    low, mode, high : float
        In the unit of the quantity.
    lam : float
        Weight of the mode; 4 is the usual one, 0 gives the uniform distribution.

    References
    ----------
    Malcolm et al. (1959), Operations Research 7; Vose, Risk Analysis (2008), "modified PERT".

    Examples
    --------
    >>> cost = Pert(low=10, mode=20, high=60)
    >>> cost.mean, round(cost.sd, 4), cost.ppf([0.1, 0.5, 0.9]).round(3).tolist()
    (25.0, 8.6603, [14.495, 23.834, 37.267])
    """

    low: float
    mode: float
    high: float
    lam: float = 4.0

    def __post_init__(self) -> None:
        _finite("PERT", self.low, self.mode, self.high, self.lam)
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(f"PERT needs low <= mode <= high and low < high: {self.low}, {self.mode}, {self.high}")
        if self.lam < 0:
            raise ValueError(f"PERT's lam is 0 or more, not {self.lam}")

    @property
    def alpha(self) -> float:
        return 1 + self.lam * (self.mode - self.low) / (self.high - self.low)

    @property
    def beta(self) -> float:
        return 1 + self.lam * (self.high - self.mode) / (self.high - self.low)

    @property
    def mean(self) -> float:
        return (self.low + self.lam * self.mode + self.high) / (self.lam + 2)

    @property
    def sd(self) -> float:
        return float(np.sqrt((self.mean - self.low) * (self.high - self.mean) / (self.lam + 3)))

    def ppf(self, q: ArrayLike) -> Floats:
        return np.asarray(self.low + (self.high - self.low) * betaincinv(self.alpha, self.beta, _levels(q)))


@door
@dataclass(frozen=True, kw_only=True)
class LogNormal:
    """A positive quantity whose logarithm is normal: `mu` and `sigma` are those of the logarithm.

    Mean ``exp(mu + sigma^2 / 2)``; standard deviation ``mean sqrt(exp(sigma^2) - 1)``.

    Examples
    --------
    >>> value = LogNormal.from_quantiles(low=50, high=200, levels=(0.1, 0.9))
    >>> value.ppf([0.1, 0.5, 0.9]).round(6).tolist()
    [50.0, 100.0, 200.0]
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        _finite("log-normal", self.mu, self.sigma)
        if self.sigma <= 0:
            raise ValueError(f"a log-normal needs sigma above 0, not {self.sigma}; no spread is Known")

    @classmethod
    def from_quantiles(cls, *, low: float, high: float, levels: tuple[float, float] = (0.1, 0.9)) -> LogNormal:
        """The log-normal with these two quantiles: ``ln q = mu + sigma z``.

        Parameters
        ----------
        low, high : float
            The quantiles, 0 < low < high, in the unit of the quantity.
        levels : (float, float)
            Their probabilities; (0.1, 0.9) reads "one in ten below, one in ten above".
        """
        if not 0 < low < high:
            raise ValueError(f"log-normal quantiles are positive and rising: {low}, {high}")
        if not 0 < levels[0] < levels[1] < 1:
            raise ValueError(f"levels rise between 0 and 1: {levels}")
        z = ndtri(levels)
        sigma = np.log(high / low) / (z[1] - z[0])
        return cls(mu=float(np.log(low) - sigma * z[0]), sigma=float(sigma))

    @property
    def mean(self) -> float:
        return float(np.exp(self.mu + self.sigma**2 / 2))

    @property
    def sd(self) -> float:
        return self.mean * float(np.sqrt(np.expm1(self.sigma**2)))

    def ppf(self, q: ArrayLike) -> Floats:
        return np.asarray(np.exp(self.mu + self.sigma * ndtri(_levels(q))))


@door
@dataclass(frozen=True, kw_only=True)
class Beta:
    """A share between 0 and 1. Mean ``a / (a + b)``; variance ``a b / ((a + b)^2 (a + b + 1))``.

    Examples
    --------
    >>> rate = Beta.from_counts(12, 120)  # 12 conversions of 120 qualified referrals, Jeffreys prior
    >>> rate.a, rate.b, round(rate.mean, 4)
    (12.5, 108.5, 0.1033)
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        _finite("beta", self.a, self.b)
        if min(self.a, self.b) <= 0:
            raise ValueError(f"a beta distribution needs a and b above 0: {self.a}, {self.b}")

    @classmethod
    def from_counts(cls, k: float, n: float, *, prior: tuple[float, float] = (0.5, 0.5)) -> Beta:
        """Posterior of a share after k of n under a Beta prior: ``Beta(prior_a + k, prior_b + n - k)``.

        Parameters
        ----------
        k, n : float
            Successes and trials, 0 <= k <= n; n = 0 leaves the prior.
        prior : (float, float)
            Jeffreys (0.5, 0.5) unless told; (1, 1) is uniform.
        """
        if not 0 <= k <= n:
            raise ValueError(f"counts need 0 <= k <= n: k = {k}, n = {n}")
        return cls(a=prior[0] + k, b=prior[1] + n - k)

    @property
    def mean(self) -> float:
        return self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        return float(np.sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1)))

    def ppf(self, q: ArrayLike) -> Floats:
        return np.asarray(betaincinv(self.a, self.b, _levels(q)))


def to_distribution(estimate: Estimate) -> Distribution:
    """The distribution that an estimate stands for.

    A range without width is `Known`. A measured share with its n and a confidence is the Beta of its counts (Jeffreys
    prior); where its range is not the one of so many people one by one (groups, a ratio of sums, a finite population),
    of as many people as the range is worth. A range with a confidence and above 0 is the log-normal with these
    quantiles. Any other range is a PERT with the value as its most likely value. Raises a ValueError for an undefined
    estimate, or one without upper limit: fall back to a benchmark or an assumption first.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> to_distribution(assumed(0.1, 0.05, 0.2, unit="share", per="qualified referral", source="client"))
    Pert(low=0.05, mode=0.1, high=0.2, lam=4.0)
    """
    if estimate.value is None or estimate.low is None or estimate.high is None:
        raise ValueError(f"no spread of an estimate that is undefined or has no upper limit ({estimate.reason})")
    if estimate.low == estimate.high:
        return Known(value=estimate.value)
    counted = estimate.unit == "share" and estimate.basis is Basis.MEASURED and 0 <= estimate.value <= 1
    if counted and estimate.n and estimate.confidence:
        people = _people_behind(estimate.value, estimate.high - estimate.low, estimate.n, estimate.confidence)
        return Beta.from_counts(estimate.value * people, people)
    if estimate.confidence and estimate.low > 0:
        tail = (1 - estimate.confidence) / 2
        return LogNormal.from_quantiles(low=estimate.low, high=estimate.high, levels=(tail, 1 - tail))
    return Pert(low=estimate.low, mode=min(max(estimate.value, estimate.low), estimate.high), high=estimate.high)


def _people_behind(share: float, width: float, n: int, confidence: float) -> float:
    """How many people, one by one, have a Wilson interval of this width: n itself where it is theirs."""

    def excess(log_people: float) -> float:
        people = math.exp(log_people)
        low, high = binomial_limits(share * people, people, confidence=confidence)
        return high - low - width

    if abs(excess(math.log(n))) < SAME_WIDTH * width:
        return float(n)
    fewest, most = math.log(FEWEST), math.log(1e14)
    if excess(fewest) <= 0:
        return FEWEST
    return float(n) if excess(most) >= 0 else math.exp(brentq(excess, fewest, most))


def _levels(q: ArrayLike) -> Floats:
    levels = np.asarray(q, dtype=float)
    if not ((levels >= 0) & (levels <= 1)).all():
        raise ValueError("probabilities lie between 0 and 1")
    return levels


def _finite(what: str, *numbers: float) -> None:
    if not np.isfinite(numbers).all():
        raise ValueError(f"{what} needs finite numbers: {numbers}")
