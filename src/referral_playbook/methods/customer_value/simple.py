"""What a customer or a deal is worth today: simple multiples, retention costs and NPV.

Money is margin, not revenue, in the client's currency; rates are per period, and the period is the caller's to
name. Timing is named everywhere: "start" has the first margin at t = 0, "end" at the end of period 1 from those
who are still customers then.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.arguments import Numbers
from referral_playbook.methods.doors import door
from referral_playbook.methods.uncertainty.propagation import propagate

Timing = Literal["start", "end"]


@door
def margin_multiple(
    retention: Numbers,
    *,
    discount_rate: Numbers,
    timing: Timing = "end",
    periods: int | None = None,
) -> Any:
    """Present value of a margin of 1 per period while the customer stays.

    timing "end": ``r / (1 + i - r)``; timing "start": ``(1+i) / (1 + i - r)``, one more. With `periods` only so many
    margins are counted. Raises a ValueError where there is neither churn nor discount: without `periods` the sum has no
    end.

    Parameters
    ----------
    retention, discount_rate : float or array
        Shares per period.

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
    r, i = (np.asarray(x, dtype=float) for x in (retention, discount_rate))
    if np.any((r < 0) | (r > 1)) or np.any(i <= -1):
        raise ValueError("retention is a share, and rates are above -1")
    ratio = r / (1 + i)
    if periods is None:
        if np.any(ratio >= 1):
            raise ValueError("retention is not below 1 + discount_rate: the value has no end, give periods")
        total = 1 / (1 - ratio)
    elif periods < 1:
        raise ValueError(f"periods are 1 or more, not {periods}")
    else:
        total = np.sum(ratio[..., None] ** np.arange(periods), axis=-1)
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
def deal_value(*, amount: Numbers, discount_rate: Numbers, periods: int = 1, retention: Numbers = 1.0) -> Any:
    """NPV of a deal: one-off (`periods` = 1) or recurring, the first amount now.

    Parameters
    ----------
    amount : float or array
        Margin of the first period.
    periods : int
        Periods looked at; retention applies between them.

    Examples
    --------
    >>> one_off = deal_value(amount=200_000, discount_rate=0.1)
    >>> recurring = deal_value(amount=300_000, discount_rate=0.1, periods=5, retention=0.9)
    >>> one_off, round(recurring / one_off, 1)
    (200000.0, 5.2)
    """
    return amount * margin_multiple(retention, timing="start", discount_rate=discount_rate, periods=periods)


@door
def simple_customer_value(
    *,
    margin: Estimate | float,
    retention: Estimate,
    discount_rate: float,
    unit: str,
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
    source = f"margin x multiple, discounted at {discount_rate:g} a period {span}, first margin at start of period 1"

    def value(margin: float, retention: float) -> float:
        multiple = margin_multiple(retention, discount_rate=discount_rate, timing="start", periods=periods)
        return float(margin * multiple)

    return propagate(value, unit=unit, per="new customer", source=source, margin=margin, retention=retention)
