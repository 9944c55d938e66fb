"""A share among people who come in groups, and in groups are alike: friends and those who brought them."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.intervals import binomial_limits
from referral_playbook.methods.labels import Labels
from referral_playbook.methods.proportions import proportion


def clustered_proportion(
    successes: ArrayLike, sizes: ArrayLike, *, confidence: float = 0.95, **labels: Unpack[Labels]
) -> Estimate:
    """A share with Wilson's interval at the number of people that the groups are worth.

    ``p = sum x / sum m``; its variance over ``g`` groups is ``v = g/(g-1) sum (x - p m)^2 / (sum m)^2``, the design
    effect ``v / (p(1-p)/n)``, never taken below 1, and the interval is that of ``n / effect`` people.

    Parameters
    ----------
    successes, sizes : array, shape (groups,)
        Of each group: how many, and out of how many.
    confidence : float
        Level, two-sided.
    **labels
        `unit`, `per`, `source`, `basis` of the Estimate. Name the denominator in `per`.

    Returns
    -------
    Estimate
        Share 0 to 1, with all people as n; undefined where there are none.

    Raises
    ------
    ValueError
        More successes than people in a group, or negative counts.

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
    x, m = np.asarray(successes, dtype=float), np.asarray(sizes, dtype=float)
    if (x < 0).any() or (x > m).any():
        raise ValueError("a group has more successes than people, or a negative count")
    simple = proportion(int(x.sum()), int(m.sum()), confidence=confidence, **labels)
    effect = design_effect(x, m)
    if simple.value is None or effect <= 1:
        return simple
    effective = m.sum() / effect
    low, high = binomial_limits(simple.value * effective, effective, confidence=confidence)
    return simple.as_(low=min(low, simple.value), high=max(high, simple.value))


def design_effect(successes: ArrayLike, sizes: ArrayLike) -> float:
    """How many times the variance of a share is what it were if people came one by one.

    1 where that cannot be told: fewer than two groups, or all people alike.

    Examples
    --------
    >>> design_effect([2, 0, 2, 0], [2, 2, 2, 2])  # pairs who are always alike; g/(g-1) for the few groups
    2.6666666666666665
    """
    x, m = np.asarray(successes, dtype=float), np.asarray(sizes, dtype=float)
    total = m.sum()
    p = x.sum() / total if total else 0.0
    if x.size < 2 or not 0 < p < 1:
        return 1.0
    variance = x.size / (x.size - 1) * ((x - p * m) ** 2).sum() / total**2
    return float(variance / (p * (1 - p) / total))
