"""Gamma-Gamma: what a customer spends per purchase, when few purchases of each have been seen.

Purchases of one customer vary as Gamma(p, nu), and nu over customers as Gamma(q, gamma); spend does not depend on how
often one buys. Fader & Hardie (2013) "The Gamma-Gamma Model of Monetary Value".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.methods.customer_value.bgnbd import draw_around
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import range_of_draws

Array = NDArray[np.float64]
LIMIT = 12.0
"""Parameters are sought between exp(-12) and exp(12), gamma in units of the mean amount."""


@dataclass(frozen=True, kw_only=True)
class SpendFit:
    """Maximum-likelihood Gamma-Gamma; gamma in money. `edge` names parameters at the end of the search."""

    p: float
    q: float
    gamma: float
    log_likelihood: float = float("nan")
    n: int = 0
    edge: tuple[str, ...] = ()

    @property
    def population_mean(self) -> float | None:
        """Mean amount per purchase over customers, ``p gamma / (q - 1)``; None where q <= 1 (no finite mean)."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else None


@door
def fit_spend(x: ArrayLike, mean_amount: ArrayLike) -> SpendFit:
    """Fit p, q and gamma by maximum likelihood (L-BFGS-B on logarithms, analytic gradient).

    Raises a ValueError for rows without purchase or amount, fewer than two customers, amounts that are all the same,
    nobody with more than one purchase, or a search that did not settle.

    Parameters
    ----------
    x : array, shape (n,)
        Purchases behind each mean, 1 or more: leave out customers without repeat purchase.
    mean_amount : array, shape (n,)
        Mean amount per purchase of each customer, above 0.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.integers(1, 9, 2000)
    >>> spent = rng.gamma(6 * x, 1 / rng.gamma(4, 1 / 15, 2000)) / x
    >>> bool(abs(fit_spend(x, spent).population_mean / 30 - 1) < 0.05)
    True
    """
    count, amount = _spenders(x, mean_amount)
    unit = float(amount.mean())

    def cost(log: Array) -> tuple[float, Array]:
        value, slope = _log_likelihood(np.exp(log), count, amount / unit)
        return -value / count.size, -slope * np.exp(log) / count.size

    best = optimize.minimize(
        cost,
        np.log([2.0, 3.0, 1.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-LIMIT, LIMIT)] * 3,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-7, "maxcor": 20},
    )
    if not best.success and np.abs(best.jac).max() > 1e-4:
        raise ValueError(f"the Gamma-Gamma fit did not settle ({best.message}); use the mean amount")
    p, q, gamma = np.exp(best.x)
    edge = tuple(name for name, z in zip(("p", "q", "gamma"), best.x, strict=True) if abs(z) > LIMIT - 1e-6)
    value = _log_likelihood(np.array([p, q, gamma * unit]), count, amount)[0]
    return SpendFit(p=float(p), q=float(q), gamma=float(gamma * unit), log_likelihood=value, n=count.size, edge=edge)


@door
def spend_of_new_customer(
    x: ArrayLike, mean_amount: ArrayLike, *, unit: str, confidence: float = 0.95, draws: int = 300, seed: int = 0
) -> Estimate:
    """Mean amount per purchase of a customer of whom nothing is known yet, ``p gamma / (q - 1)``, with its range.

    The range comes from draws of the parameters around the maximum (observed information on logarithms). Unlike a plain
    mean over purchases it does not count frequent buyers more often than others.

    Returns
    -------
    Estimate
        Undefined, with the reason, where the model cannot be fitted or has no finite mean.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.integers(1, 9, 2000)
    >>> spent = rng.gamma(6 * x, 1 / rng.gamma(4, 1 / 15, 2000)) / x
    >>> found = spend_of_new_customer(x, spent, unit="GBP")
    >>> found.low < 30 < found.high, found.high - found.low < 3
    (True, True)
    """
    order = np.lexsort((np.asarray(mean_amount, dtype=float), np.asarray(x, dtype=float)))
    count, amount = (np.asarray(v, dtype=float)[order] for v in (x, mean_amount))
    source = "payments: amount per purchase day by Gamma-Gamma"
    labels: dict[str, Any] = {"unit": unit, "per": "purchase", "source": source}
    try:
        fit = fit_spend(count, amount)
    except ValueError as error:
        return undefined(str(error), n=count.size, **labels)
    means = _drawn_means(fit, count, amount, draws, seed)
    if fit.edge or fit.population_mean is None or not np.isfinite(means).all():
        reason = "the Gamma-Gamma has no finite mean amount for these customers; use the mean amount"
        return undefined(reason, n=count.size, **labels)
    return range_of_draws(fit.population_mean, means, n=count.size, confidence=confidence, **labels)


def _drawn_means(fit: SpendFit, x: Array, z: Array, draws: int, seed: int) -> Array:
    """Population means that the data would also bear; infinite where q falls to 1."""
    best = np.array([fit.p, fit.q, fit.gamma])
    p, q, gamma = draw_around(best, lambda at: _log_likelihood(at, x, z)[1], draws=draws, seed=seed).T
    return np.where(q > 1, p * gamma / np.where(q > 1, q - 1, 1.0), np.inf)


def _spenders(x: ArrayLike, mean_amount: ArrayLike) -> tuple[Array, Array]:
    count, amount = (np.asarray(v, dtype=float) for v in (x, mean_amount))
    if count.ndim != 1 or count.shape != amount.shape:
        raise ValueError(f"one count and one mean amount per customer: {count.shape} and {amount.shape}")
    good = (count >= 1) & (count == np.floor(count)) & (amount > 0) & np.isfinite(amount) & np.isfinite(count)
    if not good.all():
        lost = int((~good).sum())
        raise ValueError(f"{lost} rows have no whole number of purchases or no finite amount above 0: leave them out")
    if count.size < 2 or np.all(amount == amount[0]) or count.max() < 2:
        raise ValueError("the Gamma-Gamma needs customers who differ, some with two purchases; use the mean amount")
    return count, amount


def _log_likelihood(theta: Array, x: Array, z: Array) -> tuple[float, Array]:
    p, q, gamma = theta
    px, total, psi = p * x, gamma + x * z, special.psi
    value = special.gammaln(px + q) - special.gammaln(px) - special.gammaln(q) + q * np.log(gamma)
    value = value + (px - 1) * np.log(z) + px * np.log(x) - (px + q) * np.log(total)
    slope_p = x * (psi(px + q) - psi(px) + np.log(x * z / total))
    slope_q = psi(px + q) - psi(q) + np.log(gamma / total)
    slope_gamma = q / gamma - (px + q) / total
    return float(value.sum()), np.array([slope_p.sum(), slope_q.sum(), slope_gamma.sum()])
