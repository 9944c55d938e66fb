"""BG/NBD: repeat purchases of customers who never say that they have left.

While active a customer buys at a rate of their own, Gamma(r, alpha) over customers, and after each purchase
drops out with a chance of their own, Beta(a, b). Each customer is three numbers in one time unit: x repeat purchases,
the time t_x of the last one, the time T observed, both since the first purchase.
Fader, Hardie & Lee (2005) Marketing Science 24(2):275-284.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from referral_playbook.methods.doors import door

Array = NDArray[np.float64]
LIMIT = 9.0
"""Parameters are sought between exp(-9) and exp(9), alpha in units of the mean T."""


@door
@dataclass(frozen=True, eq=False)
class Purchases:
    """Distinct customers (x, t_x, T), sorted by x, and how many of each there are; made by `compress`."""

    x: Array
    t_x: Array
    T: Array
    customers: Array

    def __post_init__(self) -> None:
        if not self.x.size or np.any(np.diff(self.x) < 0):
            raise ValueError("customers are sorted by x, one at least: use compress()")

    @property
    def n(self) -> int:
        return int(self.customers.sum())


@door
def compress(x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Purchases:
    """Count equal customers once: the likelihood needs each distinct (x, t_x, T) and its number only.

    A ValueError names the first row that cannot be: x not whole, t_x after T, or t_x not 0 exactly where x is.

    Parameters
    ----------
    x : array of int, shape (n,)
        Repeat purchases (days with a purchase, less one).
    t_x, T : arrays, shape (n,)
        Time from first to last purchase, and from first purchase to the as-of date, in one unit.

    Examples
    --------
    >>> compress([0, 2, 0], [0, 5, 0], [9, 9, 9]).customers.tolist()
    [2.0, 1.0]
    """
    rows = pd.DataFrame({"x": x, "t_x": t_x, "T": T}).astype(float)
    count, last, seen = (rows[c].to_numpy() for c in rows)
    good = (count >= 0) & (count == np.floor(count)) & (last <= seen) & np.isfinite(seen) & (seen > 0)
    good &= (last > 0) == (count > 0)
    if not rows.size or not good.all():
        first = f"row {int(np.argmin(good))}: {rows.iloc[int(np.argmin(good))].to_dict()}" if rows.size else "no rows"
        raise ValueError(f"x is whole, T above 0, 0 < t_x <= T where x > 0 and t_x = 0 where x = 0; {first}")
    sizes = rows.groupby(["x", "t_x", "T"], sort=True).size()
    x_of, last_of, seen_of = sizes.index.to_frame().to_numpy(dtype=float).T
    return Purchases(x_of, last_of, seen_of, sizes.to_numpy(dtype=float))


@dataclass(frozen=True, kw_only=True)
class BgNbdFit:
    """Maximum-likelihood BG/NBD; alpha in the time unit of T. `edge` names parameters at the end of the search."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")
    n: int = 0
    edge: tuple[str, ...] = ()


def fit_bgnbd(purchases: Purchases) -> BgNbdFit:
    """Fit r, alpha, a and b by maximum likelihood (L-BFGS-B on logarithms, analytic gradient).

    Raises a ValueError for no repeat purchase at all, or a search that did not settle.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> T = rng.integers(20, 60, 500).astype(float)
    >>> x = np.minimum(rng.poisson(rng.gamma(1.0, 0.05, 500) * T), 9)
    >>> fit = fit_bgnbd(compress(x, np.where(x > 0, T * rng.uniform(0.3, 1, 500), 0), T))
    >>> fit.n, fit.r > 0
    (500, True)
    """
    if not np.any(purchases.x > 0):
        raise ValueError("no customer has bought again, so a rate of repeat purchases cannot be estimated")
    unit = float(np.average(purchases.T, weights=purchases.customers))
    scaled = Purchases(purchases.x, purchases.t_x / unit, purchases.T / unit, purchases.customers)
    terms = _by_count(scaled)

    def cost(log: Array) -> tuple[float, Array]:
        value, slope = _log_likelihood(np.exp(log), scaled, terms)
        return -value / purchases.n, -slope * np.exp(log) / purchases.n

    best = optimize.minimize(
        cost,
        np.zeros(4),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-LIMIT, LIMIT)] * 4,
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-7, "maxcor": 20},
    )
    if not best.success and np.abs(best.jac).max() > 1e-4:
        raise ValueError(f"the BG/NBD fit did not settle ({best.message}); use the simple customer value")
    r, alpha, a, b = np.exp(best.x)
    edge = tuple(name for name, z in zip(("r", "alpha", "a", "b"), best.x, strict=True) if abs(z) > LIMIT - 1e-6)
    fit = BgNbdFit(r=float(r), alpha=float(alpha * unit), a=float(a), b=float(b), n=purchases.n, edge=edge)
    return BgNbdFit(**{**vars(fit), "log_likelihood": bgnbd_log_likelihood(fit, purchases)})


def bgnbd_log_likelihood(fit: BgNbdFit, purchases: Purchases) -> float:
    """Log-likelihood of given parameters, summed over customers.

    ``L = B(a,b+x)/B(a,b) G(r+x)/G(r) alpha^r [ (alpha+T)^-(r+x) + (x>0) a/(b+x-1) (alpha+t_x)^-(r+x) ]``,
    the sum in brackets by log-sum-exp.

    Examples
    --------
    >>> fit = BgNbdFit(r=1, alpha=1, a=1, b=1)
    >>> round(bgnbd_log_likelihood(fit, compress([0], [0], [1])), 4)  # (1 / 2)^1
    -0.6931
    """
    theta = np.array([fit.r, fit.alpha, fit.a, fit.b])
    return _log_likelihood(theta, purchases, _by_count(purchases))[0]


@door
def draw_bgnbd(fit: BgNbdFit, purchases: Purchases, *, draws: int, seed: int = 0) -> list[BgNbdFit]:
    """Fits that the data would also bear, by `draw_around` the maximum.

    Examples
    --------
    >>> rows = compress([0, 0, 1, 2, 3, 0], [0, 0, 4, 9, 20, 0], [30, 30, 30, 30, 30, 25])
    >>> len(draw_bgnbd(BgNbdFit(r=0.4, alpha=8, a=0.7, b=2.4), rows, draws=3))
    3
    """
    terms, best = _by_count(purchases), np.array([fit.r, fit.alpha, fit.a, fit.b])
    drawn = draw_around(best, lambda at: _log_likelihood(at, purchases, terms)[1], draws=draws, seed=seed)
    return [BgNbdFit(r=r, alpha=alpha, a=a, b=b, n=fit.n) for r, alpha, a, b in drawn.tolist()]


@door
def draw_around(best: Array, gradient: Callable[[Array], Array], *, draws: int, seed: int) -> Array:
    """Positive parameters that the data would also bear: logarithms drawn normal around the maximum.

    The covariance is the inverse of the observed information, from central differences of the analytic gradient of the
    log-likelihood; where the likelihood is flat a weak prior (standard deviation 2 on a logarithm) keeps the draws
    within reason. Shape (draws, parameters).
    """
    at, step = np.log(best), 1e-4 * np.eye(best.size)

    def slope(log: Array) -> Array:
        return gradient(np.exp(log)) * np.exp(log)

    information = -np.array([(slope(at + h) - slope(at - h)) / 2e-4 for h in step])
    sizes, axes = np.linalg.eigh((information + information.T) / 2)
    normal = np.random.default_rng(seed).standard_normal((draws, best.size))
    return np.asarray(np.exp(at + normal / np.sqrt(np.maximum(sizes, 0) + 1 / 4) @ axes.T))


def _by_count(p: Purchases) -> tuple[Array, Array]:
    """Distinct x and the customers of each: gamma functions are then taken once per x."""
    counts, where = np.unique(p.x, return_inverse=True)
    return counts, np.bincount(where, weights=p.customers).astype(float)


def _log_likelihood(theta: Array, p: Purchases, by_count: tuple[Array, Array]) -> tuple[float, Array]:
    """Value, and slopes in r, alpha, a and b; rows are sorted by x, those without repeat purchase first."""
    r, alpha, a, b = theta
    (x, n), psi, k = by_count, special.psi, int(np.searchsorted(p.x, 0.5))
    some, size, weight = p.x[k:], r + p.x, p.customers[k:]
    log_seen, log_last = np.log(alpha + p.T), np.log(alpha + p.t_x[k:])
    gap = log_seen[k:] - log_last
    odds = np.log(a / (b + some - 1)) + size[k:] * gap  # log odds of having left
    tiny = np.exp(-np.abs(odds))
    gone = weight * np.where(odds > 0, 1.0, tiny) / (1 + tiny)
    more = weight * (np.maximum(odds, 0) + np.log1p(tiny))  # log(1 + exp(odds))
    counts = special.gammaln(r + x) - special.gammaln(r) + special.betaln(a, b + x) - special.betaln(a, b)
    value = _sum(n, counts + r * np.log(alpha)) - _sum(p.customers, size * log_seen) + more.sum()
    slope_r = _sum(n, psi(r + x) - psi(r) + np.log(alpha)) - _sum(p.customers, log_seen) + _sum(gone, gap)
    pull = _sum(p.customers, size / (alpha + p.T)) + _sum(gone, size[k:] * np.expm1(gap) / (alpha + p.T[k:]))
    both = psi(a + b) - psi(a + b + x)
    slope_b = _sum(n, psi(b + x) - psi(b) + both) - _sum(gone, 1 / (b + some - 1))
    return float(value), np.array([slope_r, n.sum() * r / alpha - pull, _sum(n, both) + gone.sum() / a, slope_b])


def _sum(weight: Array, values: Array) -> float:
    """Weighted sum; not ``@``, whose BLAS threads cost a hundred times the CPU on a vector."""
    return float((weight * values).sum())


@door
def probability_alive(fit: BgNbdFit, *, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Array:
    """P(still a customer | x, t_x, T) ``= 1 / (1 + (x>0) a/(b+x-1) ((alpha+T)/(alpha+t_x))^(r+x))``.

    Without a repeat purchase it is 1: in this model a customer can only leave after one.

    Examples
    --------
    >>> cdnow = BgNbdFit(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> probability_alive(cdnow, x=[0, 26], t_x=[0, 30.857], T=[31, 31]).round(3)
    array([1.   , 0.969])
    """
    count, last, seen = _customers(x, t_x, T)
    odds = np.log(fit.a) - np.log(np.where(count > 0, fit.b + count - 1, 1.0))
    odds = odds + (fit.r + count) * np.log((fit.alpha + seen) / (fit.alpha + last))
    return np.asarray(np.where(count > 0, special.expit(-odds), 1.0))


@door
def expected_purchases(fit: BgNbdFit, t: ArrayLike) -> Array:
    """Repeat purchases expected of a new customer within time `t`, the first purchase not counted.

    ``E[X(t)] = (a+b-1)/(a-1) (1 - (alpha/(alpha+t))^r 2F1(r, b; a+b-1; t/(alpha+t)))``

    Examples
    --------
    >>> cdnow = BgNbdFit(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> expected_purchases(cdnow, [0, 52]).round(2)
    array([0.  , 1.45])
    """
    return _still_to_come(fit, np.zeros(1), np.zeros(1), np.asarray(t, dtype=float)).reshape(np.shape(t))


@door
def conditional_purchases(fit: BgNbdFit, t: ArrayLike, *, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Array:
    """Purchases expected in the next `t` of a customer with this history.

    ``E[Y(t) | x, t_x, T] = P(alive) (a+b+x-1)/(a-1) (1 - ((alpha+T)/(alpha+T+t))^(r+x) 2F1(r+x, b+x; a+b+x-1;
    t/(alpha+T+t)))``

    Examples
    --------
    >>> cdnow = BgNbdFit(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> conditional_purchases(cdnow, 39, x=[2, 1], t_x=[30.43, 1.71], T=[38.86, 38.86]).round(3)
    array([1.226, 0.203])
    """
    count, _, seen = _customers(x, t_x, T)
    alive = probability_alive(fit, x=x, t_x=t_x, T=T)
    return np.asarray(alive * _still_to_come(fit, count, seen, np.asarray(t, dtype=float)))


def _still_to_come(fit: BgNbdFit, x: Array, T: Array, t: Array) -> Array:
    """Purchases in the next t of one who is alive: ``E_p[(1 - ((alpha+T)/(alpha+T+p t))^(r+x)) / p]``."""
    if np.any(t < 0):
        raise ValueError("t is 0 or more")
    z, size = t / (fit.alpha + T + t), fit.r + x
    if fit.a > 20:  # 2F1 overflows there, and chances to drop out differ little: Gauss-Legendre over their quantiles
        nodes, weights = np.polynomial.legendre.leggauss(64)
        chances = [special.betaincinv(fit.a, fit.b + x, (1 + u) / 2) for u in nodes]
        odds = z / (1 - z)
        parts = [w / 2 * -np.expm1(-size * np.log1p(p * odds)) / p for p, w in zip(chances, weights, strict=True)]
        return np.asarray(np.sum(parts, axis=0))
    a = _off_whole(fit.a, 1.0)
    size = _off_whole(fit.r, a) + x
    c = a + fit.b + x - 1
    c = np.where(np.abs(c) < 1e-7, 1e-7, c)
    # Euler's transformation of the published 2F1(r+x, b+x; c; z), finite for any x
    result = c / (a - 1) * (1 - (1 - z) ** (a - 1) * special.hyp2f1(c - size, a - 1, c, z)) + 0.0
    if not np.all(np.isfinite(result)):
        raise ValueError("no finite expectation at these parameters and times. Check that t and T are in the same unit")
    return np.asarray(result)


def _off_whole(value: float, base: float) -> float:
    """Step off the points at a whole distance from `base`: removable poles, where scipy's 2F1 gives no number."""
    return value + 1e-6 if abs(value - base - round(value - base)) < 1e-7 else value


def _customers(*columns: Any) -> tuple[Array, Array, Array]:
    count, last, seen = np.broadcast_arrays(*(np.asarray(c, dtype=float) for c in columns))
    if np.any((count < 0) | (last < 0) | (last > seen) | ((last > 0) != (count > 0))):
        raise ValueError("0 < t_x <= T where x > 0, and t_x = 0 where x = 0")
    return count, last, seen
