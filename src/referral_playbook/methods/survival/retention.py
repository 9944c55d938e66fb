"""Retention and churn as clients count them: customers kept, and revenue kept.

Definitions as Farris et al. (2010), Marketing Metrics, 2nd ed., have them; ranges as the functions say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.methods.arguments import yes_no
from referral_playbook.methods.doors import door
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.referrals.clusters import ratio_of_sums


@door
def period_retention(*, start: int, end: int, new: int, confidence: float = 0.95) -> Estimate:
    """Classic retention of one period: ``(E - N) / S``, with Wilson's interval.

    Raises a ValueError for counts that contradict each other: more kept than there were, or fewer than none.

    Parameters
    ----------
    start, end : int
        Customers at the start and at the end of the period.
    new : int
        Customers at the end who joined within the period.

    Returns
    -------
    Estimate
        Share per customer at the start; undefined where there were none.

    Examples
    --------
    >>> kept = period_retention(start=200, end=210, new=30)
    >>> kept.value, round(kept.low, 3), round(kept.high, 3)
    (0.9, 0.851, 0.934)
    """
    stayed = end - new
    if not 0 <= stayed <= max(start, 0):
        raise ValueError(f"{end} at the end less {new} new is {stayed} kept of {start}: check what counts as new")
    labels: dict[str, Any] = {"per": "customer at the start of the period", "source": "(end - new) / start, Wilson"}
    if start == 0:
        return undefined("no customers at the start of the period", n=0, unit="share", **labels)
    return proportion(stayed, start, confidence=confidence, **labels)


@door
def leaving_rate(
    left: ArrayLike, months: ArrayLike, *, weights: ArrayLike | None = None, confidence: float = 0.95
) -> Estimate:
    """Customers who left per customer-month: ``sum(left) / sum(months)``, with its range over customers.

    Customers differ in how likely they are to leave, and so the count of those who left spreads more than Poisson's;
    where no spread over customers can be seen (nobody left, one customer), it is Poisson's all the same.

    Parameters
    ----------
    left : array of bool, shape (customers,)
        Whether the customer left while watched.
    months : array of float, shape (customers,)
        How long each was watched; any unit of time, 0 or more.
    weights : array of int, shape (customers,), optional
        Customers per row, where equal customers are counted once.

    Returns
    -------
    Estimate
        Leavings per customer and month, `n` the customers; undefined where no time was watched.

    References
    ----------
    Cochran (1977), section 6.4 (`ratios.ratio_of_sums`); Cohen & Yang (1994) for Poisson (`rates.poisson_rate`).

    Examples
    --------
    >>> rate = leaving_rate([True, True, False, False, True], [3, 14, 24, 30, 7])
    >>> round(rate.value, 4), rate.low < rate.value < rate.high
    (0.0385, True)
    """
    gone, watched = yes_no(left, "left").astype(float), _amounts(months)
    if gone.shape != watched.shape:
        raise ValueError(f"one yes or no and one time for each customer: {gone.shape} and {watched.shape}")
    labels: dict[str, Any] = {"per": "customer and month", "source": "customers who left / customer-months"}
    people = np.ones(gone.size) if weights is None else _amounts(weights)
    rate = ratio_of_sums(gone, watched, weights=people, confidence=confidence, **labels)
    if rate.defined:
        return rate.as_(unit="leavings")
    events, exposure = int(people @ gone), float(people @ watched)
    return poisson_rate(events, exposure, confidence=confidence, unit="leavings", **labels).as_(n=int(people.sum()))


def at_most_one(share: Estimate) -> Estimate:
    """A share of what was there: its upper limit on the log scale may pass 1, the share cannot.

    Examples
    --------
    >>> at_most_one(period_retention(start=10, end=10, new=0)).high
    1.0
    """
    return share.as_(high=min(share.high, 1.0)) if share.high is not None else share


def _amounts(values: ArrayLike) -> NDArray[np.float64]:
    a = np.asarray(values, dtype=float)
    if a.ndim != 1 or not np.all(np.isfinite(a)) or np.any(a < 0):
        raise ValueError("revenue per customer is a list of finite amounts of 0 or more")
    return a
