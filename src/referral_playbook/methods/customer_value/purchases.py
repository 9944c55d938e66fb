"""What customers without a contract are worth: BG/NBD purchases x Gamma-Gamma amounts, and whether to believe it.

Fader, Hardie & Lee (2005) Journal of Marketing Research 42(4):415-430, "RFM and CLV", for value by both models.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.methods.customer_value.backtest import Backtest, compare_forecasts
from referral_playbook.methods.customer_value.bgnbd import (
    BgNbdFit,
    Purchases,
    compress,
    conditional_purchases,
    draw_bgnbd,
    expected_purchases,
    fit_bgnbd,
)
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import range_of_draws

Array = NDArray[np.float64]


@door
def discounted_purchases(expected: Callable[[Array], Array], *, horizon: int, discount_rate: float) -> Array:
    """Purchases over `horizon` periods, those of period t discounted by (1+d)^t (paid at its end).

    Parameters
    ----------
    expected : callable
        Cumulative purchases by time t: takes times of shape (horizon,), gives shape (..., horizon).
    horizon : int
        Periods, in the time unit of the fit.
    discount_rate : float
        Per period.

    Examples
    --------
    >>> float(discounted_purchases(lambda t: 2 * t, horizon=2, discount_rate=0.0))
    4.0
    """
    if horizon < 1 or discount_rate <= -1:
        raise ValueError(f"a horizon is 1 or more and a discount rate above -1, not {horizon} and {discount_rate}")
    t = np.arange(1.0, horizon + 1)
    per_period = np.diff(np.asarray(expected(t)), prepend=0.0, axis=-1)
    return np.asarray(per_period @ (1 + discount_rate) ** -t)


@door
def purchases_of_new_customer(
    purchases: Purchases,
    *,
    horizon: int,
    discount_rate: float,
    confidence: float = 0.95,
    draws: int = 300,
    seed: int = 0,
) -> Estimate:
    """Discounted purchases of a new customer over `horizon`, the first one (now) included, with the fit's range.

    Interval from draws of the parameters around the maximum (observed information on logarithms).

    Returns
    -------
    Estimate
        Undefined, with the reason, where the data do not determine the BG/NBD.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> T = np.full(800, 50.0)
    >>> x = rng.poisson(rng.gamma(0.5, 0.1, 800) * T)
    >>> seen = compress(x, np.where(x > 0, T * rng.beta(np.maximum(x, 1), 1), 0), T)
    >>> found = purchases_of_new_customer(seen, horizon=36, discount_rate=0.01)
    >>> 1 < found.low < found.value < found.high
    True
    """
    source = f"BG/NBD, {horizon} periods discounted at {discount_rate:g} a period, first purchase included"
    labels: dict[str, Any] = {"unit": "purchases", "per": "new customer", "source": source}

    def worth(fit: BgNbdFit) -> float:
        expected = partial(expected_purchases, fit)
        return 1 + float(discounted_purchases(expected, horizon=horizon, discount_rate=discount_rate))

    try:
        fit = fit_bgnbd(purchases)
        drawn = [worth(one) for one in draw_bgnbd(fit, purchases, draws=draws, seed=seed)]
    except ValueError as error:
        return undefined(str(error), n=purchases.n, **labels)
    return range_of_draws(worth(fit), drawn, n=purchases.n, confidence=confidence, **labels)


@door
def backtest_purchases(*, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, held_out: ArrayLike, length: float) -> Backtest:
    """Purchases held out, by customer, forecast by the BG/NBD and by "as often as so far" (x / T).

    Parameters
    ----------
    x, t_x, T : arrays, shape (n,)
        As known at the cut.
    held_out : array, shape (n,)
        Purchases in the `length` after it.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> rate, T = rng.gamma(0.5, 0.1, 800), np.full(800, 50.0)
    >>> x = rng.poisson(rate * T)
    >>> t_x = np.where(x > 0, T * rng.beta(np.maximum(x, 1), 1), 0)
    >>> backtest_purchases(x=x, t_x=t_x, T=T, held_out=rng.poisson(rate * 25), length=25).n
    800
    """
    fit = fit_bgnbd(compress(x, t_x, T))
    naive = np.asarray(x, dtype=float) / np.asarray(T, dtype=float) * length
    return compare_forecasts(
        held_out,
        model=conditional_purchases(fit, length, x=x, t_x=t_x, T=T),
        naive=naive,
        what="purchases by customer",
        names=("the BG/NBD", "as often as so far"),
    )
