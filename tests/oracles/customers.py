"""Published formulas on customers that no step needs, and that the methods are held against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referral_playbook.methods.arguments import Numbers
from referral_playbook.methods.customer_value.gamma_gamma import SpendFit
from referral_playbook.methods.customer_value.sbg import discounted_lifetime
from referral_playbook.methods.customer_value.simple import margin_multiple
from referral_playbook.methods.doors import door

Array = NDArray[np.float64]


@door
def conditional_spend(fit: SpendFit, *, x: ArrayLike, mean_amount: ArrayLike) -> Array:
    """Mean amount expected of a customer: ``p (gamma + x z) / (p x + q - 1)``.

    Between the customer's own mean and the population's, nearer the latter the fewer purchases were seen; with x = 0
    it is the population's.

    Examples
    --------
    >>> fit = SpendFit(p=6.2488, q=3.7446, gamma=15.4477)
    >>> conditional_spend(fit, x=[2, 0], mean_amount=[22.35, 0]).round(2)
    array([24.66, 35.17])
    """
    count, amount = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x, mean_amount)))
    below = fit.p * count + fit.q - 1
    if np.any(below <= 0):
        raise ValueError(f"q is {fit.q:.3g}: customers without a purchase have no finite mean amount")
    return np.asarray(fit.p * (fit.gamma + np.where(count > 0, count * amount, 0.0)) / below)


@door
def discounted_residual_lifetime(
    *, alpha: Numbers, beta: Numbers, discount_rate: float, renewals_made: int, horizon: int | None = None
) -> Any:
    """Discounted expected residual lifetime (DERL) of a customer who has made `renewals_made` renewals, in payments.

    With n = renewals_made + 1: ``sum_{t>=n} S(t) / S(n-1) / (1+d)^(t-n)`` just before the next renewal falls due, which
    is uncertain but not discounted. Without horizon:
    ``(beta+n-1) / (alpha+beta+n-1) * 2F1(1, beta+n; alpha+beta+n; 1 / (1+d))``.

    Parameters
    ----------
    alpha, beta, discount_rate : as in `discounted_lifetime`
    renewals_made : int
        0 for a customer in the first period.
    horizon : int, optional
        Renewals counted from now.

    References
    ----------
    Fader & Hardie (2010) Marketing Science 29(1):85-93, equation 6.

    Examples
    --------
    >>> round(discounted_residual_lifetime(alpha=3.8, beta=15.19, discount_rate=0.1, renewals_made=0), 6)
    3.308377
    """
    # one who has renewed m times is a new customer of an sBG with beta + m, whose first payment is already made
    loyal, payments = np.asarray(beta) + renewals_made, None if horizon is None else horizon + 1
    lifetime = discounted_lifetime(alpha=alpha, beta=loyal, discount_rate=discount_rate, horizon=payments)
    return (lifetime - 1) * (1 + discount_rate)


@door
def value_with_retention_cost(
    *, margin: float, retention_cost: float, retention: float, discount_rate: float, periods: int
) -> float:
    """Value of a customer whose retention is bought with promotions in the middle of each period.

    ``GC sum_{i=0}^{n} r^i / (1+d)^i - M sum_{i=1}^{n} r^(i-1) / (1+d)^(i-0.5)``.

    Parameters
    ----------
    margin, retention_cost : float
        GC and M, money per customer and period.
    retention : float
        r, share kept in each period.
    discount_rate : float
        Per period.
    periods : int
        n, renewals looked at.

    References
    ----------
    Berger & Nasr (1998) Journal of Interactive Marketing 12(1):17-30, case 1.

    Examples
    --------
    >>> promoted = {"margin": 260, "retention_cost": 50, "retention": 0.75}
    >>> round(value_with_retention_cost(**promoted, discount_rate=0.2, periods=10), 2)
    568.78
    """
    margins = margin_multiple(retention, discount_rate=discount_rate, periods=periods + 1, timing="start")
    promotions = margin_multiple(retention, discount_rate=discount_rate, periods=periods, timing="start")
    return float(margin * margins - retention_cost * promotions / (1 + discount_rate) ** 0.5)


@door
def convert_churn(rate: float, *, periods: float) -> float:
    """Churn over `periods` periods from churn per period: ``1 - (1 - c)^periods``.

    Parameters
    ----------
    rate : float
        Share lost per period, 0 to 1.
    periods : float
        Length wanted, in periods of `rate`: 12 from month to year, 1/12 from year to month.

    Examples
    --------
    >>> round(convert_churn(0.05, periods=12), 5)  # not 0.60
    0.45964
    """
    if not 0 <= rate <= 1 or periods <= 0:
        raise ValueError(f"churn is a share from 0 to 1 and periods are above 0, not {rate} and {periods}")
    return float(1 - (1 - rate) ** periods)


@dataclass(frozen=True, kw_only=True)
class RevenueMovement:
    """Recurring revenue of one period, in money: what it was, what came, what went.

    Examples
    --------
    >>> period = RevenueMovement(start=100_000, expansion=15_000, contraction=5_000, churn=8_000)
    >>> period.nrr, period.grr, period.negative_churn
    (1.02, 0.87, True)
    """

    start: float
    new: float = 0.0
    expansion: float = 0.0
    contraction: float = 0.0
    churn: float = 0.0

    def __post_init__(self) -> None:
        if not all(math.isfinite(x) and x >= 0 for x in vars(self).values()):
            raise ValueError(f"revenue and its movements are amounts of 0 or more: {self}")
        if self.contraction + self.churn > self.start * (1 + 1e-9):
            raise ValueError(f"more is lost than there was at the start: {self}")

    @property
    def net_change(self) -> float:
        """Change in the revenue of customers who were there at the start."""
        return self.expansion - self.contraction - self.churn

    @property
    def nrr(self) -> float | None:
        """Net revenue retention ``(S + E - C - X) / S``; None where there was no revenue at the start."""
        return None if self.start == 0 else (self.start + self.net_change) / self.start

    @property
    def grr(self) -> float | None:
        """Gross revenue retention ``(S - C - X) / S``, never above 1; None where there was none at the start."""
        return None if self.start == 0 else (self.start - self.contraction - self.churn) / self.start

    @property
    def quick_ratio(self) -> float | None:
        """``(new + expansion) / (churn + contraction)``; None where nothing was lost."""
        lost = self.churn + self.contraction
        return None if lost == 0 else (self.new + self.expansion) / lost

    @property
    def negative_churn(self) -> bool | None:
        """Whether expansion outgrew the losses: NRR strictly above 100%."""
        return None if self.start == 0 else self.net_change > 0
