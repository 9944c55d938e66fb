"""Shifted beta-geometric (sBG): how long customers on a contract stay when some are more loyal than others.

Each customer leaves at each renewal with a chance of their own, Beta(alpha, beta) over customers. Time is in
whole periods; period 1 ends with the first renewal. Fader & Hardie (2007) Journal of Interactive Marketing
21(1):76-90; (2010) Marketing Science 29(1):85-93.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from referral_playbook.methods.arguments import Numbers
from referral_playbook.methods.customer_value.renewals import Renewals, fit_hazards
from referral_playbook.methods.doors import door

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class SbgFit:
    """Maximum-likelihood sBG. `edge` says where the data cannot tell how customers differ.

    "homogeneous": one churn rate for all fits as well; "polarised": everyone leaves at once or never; "" : neither.
    """

    alpha: float
    beta: float
    log_likelihood: float
    n: float
    periods: int
    edge: str


def fit_sbg(renewals: Renewals) -> SbgFit:
    """Fit alpha and beta by maximum likelihood, to one cohort or to several of different age.

    Raises a ValueError for fewer than two periods, nobody lost or nobody kept: that does not determine two parameters.

    Parameters
    ----------
    renewals : Renewals
        Customers at risk and lost by period, as `renewals_from_lives` counts them.

    Examples
    --------
    >>> fit = fit_sbg(Renewals([1000, 869, 743, 653, 593, 551, 517], [131, 126, 90, 60, 42, 34, 26]))
    >>> round(fit.alpha, 3), round(fit.beta, 3)
    (0.668, 3.806)
    """
    alpha, beta, edge = fit_hazards(renewals.at_risk[None, :], renewals.lost[None, :])
    a, b = float(alpha[0]), float(beta[0])
    likelihood = sbg_log_likelihood(alpha=a, beta=b, renewals=renewals)
    names = {-1: "homogeneous", 0: "", 1: "polarised"}
    return SbgFit(
        alpha=a,
        beta=b,
        log_likelihood=likelihood,
        n=float(renewals.at_risk[0]),
        periods=renewals.at_risk.size,
        edge=names[int(edge[0])],
    )


@door
def sbg_log_likelihood(*, alpha: float, beta: float, renewals: Renewals) -> float:
    """``sum_t lost_t ln P(T=t) + sum over those kept of ln S``, written as lost and kept by period.

    Examples
    --------
    >>> round(sbg_log_likelihood(alpha=1, beta=1, renewals=Renewals([1, 0.5], [0.5, 0.1])), 4)
    -0.9652
    """
    _positive(alpha, beta)
    t = np.arange(1, renewals.at_risk.size + 1)
    lost = special.xlogy(renewals.lost, alpha / (alpha + beta + t - 1))
    renewed = special.xlogy(renewals.at_risk - renewals.lost, (beta + t - 1) / (alpha + beta + t - 1))
    return float(np.sum(lost + renewed))


@door
def sbg_survival(t: ArrayLike, *, alpha: Numbers, beta: Numbers) -> Array:
    """Share still a customer after `t` renewals: ``S(t) = B(alpha, beta + t) / B(alpha, beta)``.

    Parameters
    ----------
    t : array
        Periods, 0 or more; S(0) = 1.
    alpha, beta : float or array broadcast with t

    Examples
    --------
    >>> sbg_survival([0, 1, 2], alpha=1, beta=1).round(4)
    array([1.    , 0.5   , 0.3333])
    """
    _positive(alpha, beta)
    times = np.asarray(t, dtype=float)
    if np.any(times < 0):
        raise ValueError("t is 0 or more")
    return np.asarray(np.exp(special.betaln(alpha, beta + times) - special.betaln(alpha, beta)))


@door
def discounted_lifetime(*, alpha: Numbers, beta: Numbers, discount_rate: float, horizon: int | None = None) -> Any:
    """Discounted expected lifetime (DEL) of a new customer, in payments: one on joining and one at each renewal.

    ``sum_{t>=0} S(t) / (1+d)^t``, which without horizon is ``2F1(1, beta; alpha + beta; 1 / (1+d))``.

    Parameters
    ----------
    discount_rate : float
        Per period. At 0 without a horizon alpha must be above 1, or the lifetime has no finite mean.
    horizon : int, optional
        Periods looked at from joining: payments at t = 0 .. horizon - 1.

    References
    ----------
    Fader & Hardie (2010) Marketing Science 29(1):85-93.

    Examples
    --------
    >>> round(discounted_lifetime(alpha=0.668, beta=3.806, discount_rate=0.1), 4)
    5.9226
    """
    _positive(alpha, beta)
    if horizon is None:
        return _endless(alpha, beta, discount_rate)
    if horizon < 1 or discount_rate <= -1:
        raise ValueError(f"a horizon is 1 period or more and discount_rate above -1, not {horizon} and {discount_rate}")
    t, a, b = np.arange(horizon), np.asarray(alpha, dtype=float)[..., None], np.asarray(beta, dtype=float)[..., None]
    return _plain(sbg_survival(t, alpha=a, beta=b) @ (1 + discount_rate) ** -t.astype(float))


LEAST_RATE = 1e-6
"""Per period; a smaller one is no rate, and the fraction below would need too many terms."""


def _endless(alpha: Numbers, beta: Numbers, discount_rate: float) -> Any:
    """``2F1(1, b; a + b; z)``, z = 1 / (1+d), by Gauss's continued fraction.

    scipy's hyp2f1 gives NaN once the parameters are in the hundreds; this converges for all of them.
    """
    a, b = np.asarray(alpha, dtype=float), np.asarray(beta, dtype=float)
    if discount_rate < 0:
        raise ValueError(f"discount_rate is 0 or more, not {discount_rate}")
    if 0 < discount_rate < LEAST_RATE:
        raise ValueError(f"discount_rate is 0, or {LEAST_RATE:g} or more, not {discount_rate:g}")
    if discount_rate == 0:
        if np.any(a <= 1):
            raise ValueError("without discounting the lifetime has no finite mean at alpha <= 1: give a horizon")
        return _plain((a + b - 1) / (a - 1))
    z, c = 1 / (1 + discount_rate), a + b
    pairs = 20 + int(10 / np.sqrt(1 - z))
    tail = np.ones(np.broadcast(a, b).shape)
    for n in range(pairs, 0, -1):
        tail = 1 - z * (b + n) * (c - 1 + n) / ((c - 1 + 2 * n) * (c + 2 * n)) / tail
        tail = 1 - z * n * (a - 1 + n) / ((c - 2 + 2 * n) * (c - 1 + 2 * n)) / tail
    return _plain(1 / (1 - z * b / c / tail))


def _plain(x: Numbers) -> Any:
    return x if np.ndim(x) else float(x)


def _positive(alpha: Numbers, beta: Numbers) -> None:
    if not (np.all(np.asarray(alpha) > 0) and np.all(np.asarray(beta) > 0)):
        raise ValueError(f"alpha and beta are above 0, not {alpha} and {beta}")
