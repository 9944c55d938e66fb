"""Shares and ratios among people who come in groups, such as friends and the customers who referred them."""

from __future__ import annotations

import math
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.methods.arguments import amounts, counts
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, ranged
from referral_playbook.methods.proportions import binomial_limits, proportion


@door
def clustered_proportion(
    successes: ArrayLike, sizes: ArrayLike, *, confidence: float = 0.95, **labels: Unpack[Labels]
) -> Estimate:
    """A share with Wilson's interval at the number of people that the groups are worth.

    ``p = sum x / sum m``; its variance over ``g`` groups is ``v = g/(g-1) sum (x - p m)^2 / (sum m)^2``, the design
    effect ``v / (p(1-p)/n)``, never taken below 1, and the interval is that of ``n / effect`` people. Raises a
    ValueError for more successes than people in a group, counts that are negative or fractional, or lists of unequal
    length.

    Parameters
    ----------
    successes, sizes : array, shape (groups,)
        Of each group: how many, and out of how many.
    **labels
        `unit`, `per`, `source`, `basis` of the Estimate. Name the denominator in `per`.

    Returns
    -------
    Estimate
        Share 0 to 1, with all people as n; undefined where there are none.

    References
    ----------
    Kish (1965) Survey Sampling; Dean and Pagano (2015), Journal of Survey Statistics and Methodology 3:484-503, for
    Wilson's interval at the effective size.

    Examples
    --------
    >>> alone = clustered_proportion([1, 1, 1, 1, 0, 0, 0, 0], [1] * 8, per="customer")
    >>> families = clustered_proportion([4, 0, 0, 0], [5, 1, 1, 1], per="customer")
    >>> alone.value == families.value, families.high - families.low > alone.high - alone.low
    (True, True)
    """
    x, m = counts(successes, "successes"), counts(sizes, "sizes")
    if x.ndim != 1 or x.shape != m.shape:
        raise ValueError(f"one number of successes and one size per group: {x.shape} and {m.shape}")
    if (x > m).any():
        raise ValueError("a group has more successes than people")
    simple = proportion(int(x.sum()), int(m.sum()), confidence=confidence, **labels)
    effect = design_effect(x, m)
    if simple.value is None or effect <= 1:
        return simple
    effective = m.sum() / effect
    low, high = binomial_limits(simple.value * effective, effective, confidence=confidence)
    return simple.as_(low=min(low, simple.value), high=max(high, simple.value))


@door
def design_effect(successes: ArrayLike, sizes: ArrayLike) -> float:
    """How many times the variance of a share is what it were if people came one by one.

    1 where the data do not show it: fewer than two groups, or all people alike.

    Examples
    --------
    >>> design_effect([2, 0, 2, 0], [2, 2, 2, 2])  # pairs who are always alike; g/(g-1) for the few groups
    2.6666666666666665
    """
    x, m = amounts(successes, "successes"), amounts(sizes, "sizes")
    total = m.sum()
    p = x.sum() / total if total else 0.0
    if x.size < 2 or not 0 < p < 1:
        return 1.0
    variance = x.size / (x.size - 1) * ((x - p * m) ** 2).sum() / total**2
    return float(variance / (p * (1 - p) / total))


@door
def ratio_of_sums(
    top: ArrayLike,
    bottom: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
    per: str,
    source: str,
) -> Estimate:
    """``sum(top) / sum(bottom)`` with its range over customers, by linearisation on the log scale.

    ``var(R) = n var(top - R bottom) / sum(bottom)^2``: a few large customers, not the number of euros, decide how sure
    a ratio is.

    Parameters
    ----------
    top, bottom : array, shape (customers,)
        Amounts of the same customers.
    weights : array of int, shape (customers,), optional
        Customers per row, where equal customers are counted once.

    Returns
    -------
    Estimate
        unit share; undefined where there is nothing to divide by, or where all customers are alike.

    References
    ----------
    Cochran (1977) Sampling Techniques, 3rd ed., section 6.4 (ratio estimator).

    Examples
    --------
    >>> found = ratio_of_sums([60, 75, 40], [100, 100, 80], per="unit of revenue", source="payments")
    >>> round(found.value, 3), found.low < found.value < found.high
    (0.625, True)
    """
    top, bottom = amounts(top, "top"), amounts(bottom, "bottom")
    if top.ndim != 1 or top.shape != bottom.shape:
        raise ValueError(f"one amount above and one below per customer: {top.shape} and {bottom.shape}")
    people = _people(weights, top.size)
    n, total, above = int(people.sum()), float(people @ bottom), float(people @ top)
    words: dict[str, Any] = {"unit": "share", "per": per, "source": source}
    if total == 0:
        return undefined(f"nothing to divide by: no {per}", n=n, **words)
    ratio = above / total
    if ratio < 0:  # the log scale has no place for it
        reason = f"the sums are {above:.4g} and {total:.4g}: a negative ratio has no range on the log scale"
        return undefined(reason, n=n, **words)
    spread = top - ratio * bottom
    if n < 2 or ratio == 0 or np.allclose(spread, 0, atol=1e-9 * bottom.max()):
        reason = f"{n} customers who all moved alike: the ratio is {ratio:.4g}, but they show no range"
        return undefined(reason, n=n, **words)
    variance = float(people @ (spread - people @ spread / n) ** 2) / (n - 1)
    factor = math.exp(special.ndtri((1 + confidence) / 2) * math.sqrt(n * variance) / above)
    return ranged(ratio, ratio / factor, ratio * factor, n=n, confidence=confidence, **words)


def _people(weights: ArrayLike | None, rows: int) -> NDArray[np.float64]:
    """Customers per row; one each where no weights say otherwise."""
    people = np.ones(rows) if weights is None else counts(weights, "weights").astype(float)
    if people.shape != (rows,):
        raise ValueError(f"one number of customers per row: {people.shape} and {rows} rows")
    return people
