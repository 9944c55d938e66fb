"""What a customer or a deal is worth today: simple multiples, retention costs, NPV, and the sBG value.

Money is margin, not revenue, in the client's currency; rates are per period, and the period is the caller's to
name. Timing is named everywhere: "start" has the first margin at t = 0, "end" at the end of period 1 from those
who are still customers then.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.arguments import Numbers
from referral_playbook.methods.customer_value.renewals import Renewals
from referral_playbook.methods.customer_value.sbg import Timing
from referral_playbook.methods.customer_value.sbg_range import expected_lifetime
from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.propagation import propagate


@door
def margin_multiple(
    retention: Numbers,
    *,
    discount_rate: Numbers,
    timing: Timing = "end",
    periods: int | None = None,
    growth: Numbers = 0.0,
) -> Any:
    """Present value of a margin of 1 per period while the customer stays.

    timing "end": ``r / (1 + i - r (1+g))``; timing "start": ``(1+i) / (1 + i - r (1+g))``, without growth one more.
    The margin grows by g from the first one received; with `periods` only so many margins are counted.

    Parameters
    ----------
    retention, discount_rate, growth : float or array
        Shares per period.

    Raises
    ------
    ValueError
        Growth that outruns churn and discount: without `periods` the sum has no end.

    References
    ----------
    Gupta & Lehmann (2003) Journal of Interactive Marketing 17(1):9-24.

    Examples
    --------
    >>> round(margin_multiple(0.9, discount_rate=0.1), 9)
    4.5
    >>> round(margin_multiple(0.9, discount_rate=0.1, timing="start"), 9)
    5.5
    """
    r, i, g = (np.asarray(x, dtype=float) for x in (retention, discount_rate, growth))
    if np.any((r < 0) | (r > 1)) or np.any(i <= -1) or np.any(g <= -1) or timing not in ("start", "end"):
        raise ValueError("retention is a share, rates are above -1 and timing is 'start' or 'end'")
    ratio = r * (1 + g) / (1 + i)
    if periods is None:
        if np.any(ratio >= 1):
            raise ValueError("retention x growth is not below 1 + discount_rate: the value has no end, give periods")
        total = 1 / (1 - ratio)
    else:
        total = np.sum(ratio[..., None] ** np.arange(_count(periods)), axis=-1)
    multiple = total if timing == "start" else total * r / (1 + i)
    return multiple if np.ndim(multiple) else float(multiple)


@door
def plain_lifetime_value(*, margin: Numbers, churn: Numbers) -> Any:
    """The lifetime value that clients know: margin per period x average life, 1 / churn periods.

    Not discounted, and as if all customers were equally likely to leave.

    Examples
    --------
    >>> plain_lifetime_value(margin=30, churn=0.05)
    600.0
    """
    if np.any(np.asarray(churn) <= 0) or np.any(np.asarray(churn) > 1):
        raise ValueError(f"churn is above 0 and at most 1, not {churn}: without churn an average life is undefined")
    return margin / churn


@door
def value_with_retention_cost(
    *,
    margin: ArrayLike,
    retention_cost: ArrayLike,
    retention: ArrayLike,
    discount_rate: float,
    periods: int,
    cost_lag: float = 0.5,
    period_length: float = 1.0,
    acquisition_cost: float = 0.0,
) -> float:
    """Value of a customer whose retention is bought with promotions.

    ``sum_{i=0}^{n} GC_i S_i / (1+d)^(i L) - sum_{i=1}^{n} M_i S_{i-1} / (1+d)^((i - 1 + lag) L) - A``, S_i the share
    still a customer after i periods: margins at t = 0, L, 2 L, ..., promotions `cost_lag` of a period after them.

    Parameters
    ----------
    margin : float or array, shape (periods + 1,)
        GC_i, per period.
    retention_cost : float or array, shape (periods,)
        M_i, promotion per customer and period.
    retention : float or array, shape (periods,)
        Share kept in each period.
    discount_rate : float
        Per year (or other unit of `period_length`).
    periods : int
        n, renewals looked at.
    cost_lag : float
        0 at the start of the period, 0.5 in its middle, 1 at its end.
    period_length : float
        L, in years: 0.5 for half-yearly purchases, 2 for one every other year.

    References
    ----------
    Berger & Nasr (1998) Journal of Interactive Marketing 12(1):17-30.

    Examples
    --------
    >>> promoted = {"margin": 260, "retention_cost": 50, "retention": 0.75}
    >>> round(value_with_retention_cost(**promoted, discount_rate=0.2, periods=10), 2)
    568.78
    """
    n = _count(periods)
    retained = np.broadcast_to(np.asarray(retention, dtype=float), n)
    if np.any((retained < 0) | (retained > 1)) or discount_rate <= -1:
        raise ValueError("retention is a share per period and discount_rate is above -1")
    survival = np.concatenate([[1.0], np.cumprod(retained)])
    discount = (1 + discount_rate) ** (-period_length * np.arange(n + 1))
    paid = (1 + discount_rate) ** (-period_length * (np.arange(n) + cost_lag))
    margins = np.broadcast_to(np.asarray(margin, dtype=float), n + 1)
    costs = np.broadcast_to(np.asarray(retention_cost, dtype=float), n)
    return float(margins @ (survival * discount) - costs @ (survival[:-1] * paid) - acquisition_cost)


@door
def deal_value(
    *,
    amount: Numbers,
    discount_rate: Numbers,
    periods: int = 1,
    retention: Numbers = 1.0,
    growth: Numbers = 0.0,
    cost: Numbers = 0.0,
) -> Any:
    """NPV of a deal: one-off (`periods` = 1) or recurring, the first amount now.

    Parameters
    ----------
    amount : float or array
        Margin of the first period.
    periods : int
        Periods looked at; retention and growth apply between them.
    cost : float or array
        Spent now to win it.

    Examples
    --------
    >>> one_off = deal_value(amount=200_000, discount_rate=0.1)
    >>> recurring = deal_value(amount=300_000, discount_rate=0.1, periods=5, retention=0.9)
    >>> one_off, round(recurring / one_off, 1)
    (200000.0, 5.2)
    """
    parameters = {"discount_rate": discount_rate, "periods": periods, "growth": growth}
    return amount * margin_multiple(retention, timing="start", **parameters) - cost


@door
def simple_customer_value(
    *,
    margin: Estimate | float,
    retention: Estimate,
    discount_rate: float,
    unit: str,
    timing: Timing = "start",
    periods: int | None = None,
) -> Estimate:
    """Customer value by the margin multiple, with the ranges of margin and retention: for small samples.

    Examples
    --------
    >>> from referral_playbook.methods.survival.retention import period_retention
    >>> kept = period_retention(start=40, end=36, new=0)
    >>> worth = simple_customer_value(margin=100, retention=kept, discount_rate=0.1, unit="GBP")
    >>> round(worth.value), worth.low < worth.value < worth.high
    (550, True)
    """
    span = "without end" if periods is None else f"over {periods} periods"
    source = f"margin x multiple, discounted at {discount_rate:g} a period {span}, first margin at {timing} of period 1"

    def value(margin: float, retention: float) -> float:
        parameters: dict[str, Any] = {"discount_rate": discount_rate, "timing": timing, "periods": periods}
        return float(margin * margin_multiple(retention, **parameters))

    return propagate(value, unit=unit, per="new customer", source=source, margin=margin, retention=retention)


@door
def sbg_customer_value(
    renewals: Renewals,
    *,
    margin: Estimate | float,
    discount_rate: float,
    unit: str,
    horizon: int | None = None,
    timing: Timing = "start",
    confidence: float = 0.95,
    draws: int = 400,
    seed: int = 0,
) -> Estimate:
    """Customer value on a contract: margin per period x discounted expected lifetime by the sBG.

    Parameters
    ----------
    margin : Estimate or float
        Per customer and period, at the same `confidence`.
    discount_rate, horizon, timing : as in `sbg.discounted_lifetime`

    Returns
    -------
    Estimate
        Bootstrap interval of the lifetime combined with the range of the margin.

    Examples
    --------
    >>> from referral_playbook.methods.customer_value.renewals import renewals_from_cohorts
    >>> cohort = renewals_from_cohorts([[1000, 869, 743, 653, 593, 551, 517, 491]])
    >>> worth = sbg_customer_value(cohort, margin=100, discount_rate=0.1, unit="GBP")
    >>> round(worth.value), worth.low < worth.value < worth.high
    (592, True)
    """
    lifetime = expected_lifetime(
        renewals,
        discount_rate=discount_rate,
        horizon=horizon,
        timing=timing,
        confidence=confidence,
        draws=draws,
        seed=seed,
    )
    source = f"margin x {lifetime.source}"

    def value(margin: float, lifetime: float) -> float:
        return margin * lifetime

    return propagate(value, unit=unit, per="new customer", source=source, margin=margin, lifetime=lifetime)


def _count(periods: int) -> int:
    if periods < 1:
        raise ValueError(f"periods are 1 or more, not {periods}")
    return int(periods)
