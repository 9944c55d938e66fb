"""Intervals for one binomial proportion, seven ways: counts in, (low, high) out.

Compared by Newcombe (1998), Statistics in Medicine 17:857-872; Wilson is the playbook's default.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, get_args

from scipy import optimize, special, stats

Method = Literal["wilson", "wilson_cc", "jeffreys", "clopper_pearson", "mid_p", "agresti_coull", "wald"]
Limits = tuple[float, float]


def z_value(confidence: float) -> float:
    """Two-sided standard normal quantile.

    Examples
    --------
    >>> round(z_value(0.95), 4)
    1.96
    """
    return float(stats.norm.isf((1 - confidence) / 2))


def _wilson(k: float, n: float, confidence: float) -> Limits:
    # written out, for scipy's takes whole counts only and a finite population makes them fractional
    z2, p = z_value(confidence) ** 2, k / n
    middle, half = p + z2 / (2 * n), math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n)))
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return (0.0 if k <= 0 else low), (1.0 if k >= n else high)


def _wilson_cc(k: float, n: float, confidence: float) -> Limits:
    return tuple(stats.binomtest(int(k), int(n)).proportion_ci(confidence, method="wilsoncc"))


def _clopper_pearson(k: float, n: float, confidence: float) -> Limits:
    return tuple(stats.binomtest(int(k), int(n)).proportion_ci(confidence, method="exact"))


def _jeffreys(k: float, n: float, confidence: float) -> Limits:
    # Brown, Cai & DasGupta (2001): the limit at an end is the end itself, so that the range holds the value
    low, high = stats.beta(k + 0.5, n - k + 0.5).interval(confidence)
    return (0.0 if k <= 0 else float(low)), (1.0 if k >= n else float(high))


def _mid_p(k: float, n: float, confidence: float) -> Limits:
    tail = (1 - confidence) / 2

    def above(p: float) -> float:  # P(X > k) + P(X = k) / 2, rising in p
        more = special.betainc(k + 1, n - k, p) if k < n else 0.0
        return float(more + (special.betainc(k, n - k + 1, p) if k else 1.0)) / 2

    low = 0.0 if k <= 0 else optimize.brentq(lambda p: above(p) - tail, 0, 1, xtol=1e-14)
    high = 1.0 if k >= n else optimize.brentq(lambda p: 1 - above(p) - tail, 0, 1, xtol=1e-14)
    return float(low), float(high)


def _agresti_coull(k: float, n: float, confidence: float) -> Limits:
    z2 = z_value(confidence) ** 2
    centre = (k + z2 / 2) / (n + z2)
    half = math.sqrt(z2 * centre * (1 - centre) / (n + z2))
    return max(0.0, centre - half), min(1.0, centre + half)


def _wald(k: float, n: float, confidence: float) -> Limits:
    half = z_value(confidence) * math.sqrt(k * (n - k) / n**3)
    return max(0.0, k / n - half), min(1.0, k / n + half)


METHODS: dict[str, Callable[[float, float, float], Limits]] = {
    "wilson": _wilson, "wilson_cc": _wilson_cc, "jeffreys": _jeffreys, "clopper_pearson": _clopper_pearson,
    "mid_p": _mid_p, "agresti_coull": _agresti_coull, "wald": _wald,
}  # fmt: skip
WHOLE_COUNTS = frozenset({"wilson_cc", "clopper_pearson", "mid_p"})


def binomial_limits(successes: float, n: float, *, method: Method = "wilson", confidence: float = 0.95) -> Limits:
    """Limits of a proportion, 0 to 1.

    Parameters
    ----------
    successes, n : float
        Counts, ``0 <= successes <= n`` and ``n > 0``; fractional only where `method` is a formula in n.
    method : str
        ``wilson`` (score; Wilson 1927), ``wilson_cc`` (with continuity correction), ``jeffreys`` (Beta(1/2, 1/2)),
        ``clopper_pearson`` (exact, conservative), ``mid_p``, ``agresti_coull`` or ``wald``, the textbook one, which has
        no width at 0 and n.
    confidence : float
        Level, two-sided.

    Raises
    ------
    ValueError
        An unknown method, or fractional counts for an exact one.

    Examples
    --------
    >>> [round(limit, 4) for limit in binomial_limits(81, 263)]
    [0.2553, 0.3662]
    """
    if method not in METHODS:
        raise ValueError(f"no interval method {method!r}; there are {', '.join(get_args(Method))}")
    if method in WHOLE_COUNTS and (successes != int(successes) or n != int(n)):
        raise ValueError(f"{method} needs whole counts, not {successes} of {n}: use wilson")
    low, high = METHODS[method](successes, n, confidence)
    return float(low), float(high)
