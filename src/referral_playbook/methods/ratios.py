"""Ratios of sums over the same customers: margin over revenue, revenue kept over revenue at the start."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from referral_playbook.contract.evidence import Basis, Estimate, undefined


def ratio_of_sums(top: ArrayLike, bottom: ArrayLike, *, confidence: float = 0.95, per: str, source: str) -> Estimate:
    """``sum(top) / sum(bottom)`` with its range over customers, by linearisation on the log scale.

    ``var(R) = n var(top - R bottom) / sum(bottom)^2``: a few large customers, not the number of euros, decide how sure
    a ratio is.

    Parameters
    ----------
    top, bottom : array, shape (customers,)
        Amounts of the same customers.

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
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    n, total = top.size, bottom.sum()
    if total == 0:
        return undefined(f"nothing to divide by: no {per}", unit="share", per=per, source=source, n=n)
    ratio = top.sum() / total
    spread = top - ratio * bottom
    if n < 2 or ratio == 0 or np.allclose(spread, 0, atol=1e-9 * bottom.max()):
        reason = f"{n} customers who all moved alike: the ratio is {ratio:.4g}, but they show no range"
        return undefined(reason, unit="share", per=per, source=source, n=n)
    relative = math.sqrt(n * spread.var(ddof=1)) / top.sum()
    factor = math.exp(special.ndtri((1 + confidence) / 2) * relative)
    return Estimate(
        value=ratio, low=ratio / factor, high=ratio * factor, confidence=confidence, n=n,
        unit="share", per=per, basis=Basis.MEASURED, source=source,
    )  # fmt: skip
