"""Two independent shares compared: counts of both in, Estimate out."""

from __future__ import annotations

import math
from typing import Unpack

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.intervals import Method, z_value
from referral_playbook.methods.labels import Labels, check_confidence, missing, ranged
from referral_playbook.methods.proportions import check_counts, proportion


def difference(
    successes: int,
    n: int,
    base_successes: int,
    base_n: int,
    *,
    method: Method = "wilson",
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Difference of two independent shares, first minus base, by Newcombe's square-and-add.

    ``low = d - sqrt((p1-l1)^2 + (u0-p0)^2)``, ``high = d + sqrt((u1-p1)^2 + (p0-l0)^2)`` with each share's own limits
    (Wilson: his method 10; `wilson_cc`: method 11).

    Parameters
    ----------
    successes, n, base_successes, base_n : int
        Counts of the group of interest and of the base.
    method : str
        Limits of each share, see `intervals.binomial_limits`; "wald" is refused.
    confidence : float
        Level, two-sided.

    Returns
    -------
    Estimate
        Difference of shares, -1 to 1; undefined where either n is 0.

    Raises
    ------
    ValueError
        Impossible counts, or Wald limits, which square-and-add exists to avoid.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873-890.

    Examples
    --------
    >>> d = difference(56, 70, 48, 80)
    >>> round(d.value, 4), round(d.low, 4), round(d.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    if method == "wald":
        raise ValueError("square-and-add of Wald limits has no width at 0 and n: use wilson")
    shares = [
        proportion(k, m, method=method, confidence=confidence) for k, m in ((successes, n), (base_successes, base_n))
    ]
    unit, per = "difference of shares", "observation"
    if not all(share.defined for share in shares):
        return missing("one of the two groups is empty", n=n + base_n, labels=labels, unit=unit, per=per)
    (p, low, high), (p0, low0, high0) = (_numbers(share) for share in shares)
    d = p - p0
    low, high = d - math.hypot(p - low, high0 - p0), d + math.hypot(high - p, p0 - low0)
    return ranged(d, low, high, n=n + base_n, confidence=confidence, labels=labels, unit=unit, per=per)


def _numbers(share: Estimate) -> tuple[float, float, float]:
    assert share.value is not None and share.low is not None and share.high is not None  # noqa: PT018 - for mypy
    return share.value, share.low, share.high


def odds_ratio(
    successes: int, n: int, base_successes: int, base_n: int, *, confidence: float = 0.95, **labels: Unpack[Labels]
) -> Estimate:
    """Odds ratio of two shares with the interval of Woolf (1955): ``ln OR +- z sqrt(1/a + 1/b + 1/c + 1/d)``.

    Parameters
    ----------
    successes, n, base_successes, base_n : int
        Counts of the group of interest and of the base.
    confidence : float
        Level, two-sided.

    Returns
    -------
    Estimate
        Ratio above 0; undefined where a cell of the two-by-two table is empty.

    Examples
    --------
    >>> round(odds_ratio(296, 500, 221, 500).value, 4)
    1.8318
    """
    check_counts(successes, n)
    check_counts(base_successes, base_n)
    check_confidence(confidence)
    cells = (successes, n - successes, base_successes, base_n - base_successes)
    if min(cells) == 0:
        reason = "a cell of the two-by-two table is empty: compare the shares by their difference"
        return missing(reason, n=n + base_n, labels=labels, unit="odds ratio", per="base")
    a, b, c, d = cells
    half = z_value(confidence) * math.sqrt(sum(1 / cell for cell in cells))
    log = math.log(a * d / (b * c))
    numbers = (math.exp(log), math.exp(log - half), math.exp(log + half))
    return ranged(*numbers, n=n + base_n, confidence=confidence, labels=labels, unit="odds ratio", per="base")
