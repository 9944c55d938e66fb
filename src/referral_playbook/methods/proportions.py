"""One share: counts in, an Estimate out, with seven intervals for one binomial proportion."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, Unpack

from scipy import optimize, special, stats

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged

Method = Literal["wilson", "wilson_cc", "jeffreys", "clopper_pearson", "mid_p", "agresti_coull", "wald"]
Limits = tuple[float, float]


@door
def z_value(confidence: float) -> float:
    """Two-sided standard normal quantile.

    Examples
    --------
    >>> round(z_value(0.95), 4)
    1.96
    """
    return float(-special.ndtri((1 - confidence) / 2))


def _wilson(k: float, n: float, confidence: float) -> Limits:
    # written out, for scipy's takes whole counts only, and the people that a range is worth are fractional
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
    low, high = stats.beta.interval(confidence, k + 0.5, n - k + 0.5)
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
    "wilson": _wilson,
    "wilson_cc": _wilson_cc,
    "jeffreys": _jeffreys,
    "clopper_pearson": _clopper_pearson,
    "mid_p": _mid_p,
    "agresti_coull": _agresti_coull,
    "wald": _wald,
}
WHOLE_COUNTS = frozenset({"wilson_cc", "clopper_pearson", "mid_p"})


@door
def binomial_limits(successes: float, n: float, *, method: Method = "wilson", confidence: float = 0.95) -> Limits:
    """Limits of a proportion, 0 to 1.

    Raises a ValueError for an unknown method, or fractional counts for an exact one.

    Parameters
    ----------
    successes, n : float
        Counts, ``0 <= successes <= n`` and ``n > 0``; fractional only where `method` is a formula in n.
    method : str
        ``wilson`` (score; Wilson 1927), ``wilson_cc`` (with continuity correction), ``jeffreys`` (Beta(1/2, 1/2)),
        ``clopper_pearson`` (exact, conservative), ``mid_p``, ``agresti_coull`` or ``wald``, the textbook one, which has
        no width at 0 and n.

    Examples
    --------
    >>> [round(limit, 4) for limit in binomial_limits(81, 263)]
    [0.2553, 0.3662]
    """
    if method in WHOLE_COUNTS and (successes != int(successes) or n != int(n)):
        raise ValueError(f"{method} needs whole counts, not {successes} of {n}: use wilson")
    if not 0 <= successes <= n or n <= 0:
        raise ValueError(f"successes go from 0 to n, and n is above 0: not {successes:g} of {n:g}")
    low, high = METHODS[method](successes, n, confidence)
    return float(low), float(high)


Alternative = Literal["two-sided", "less", "greater"]


@door
def proportion(
    successes: float,
    n: int,
    *,
    method: Method = "wilson",
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """A share with its interval, Wilson's by default.

    ``p = k/n``; Wilson: ``(p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)``. Raises a ValueError for counts
    that are negative or larger than n, or an unknown method.

    Parameters
    ----------
    successes, n : int
        Counts, ``0 <= successes <= n``.
    method : str
        See `binomial_limits`.
    **labels
        `unit`, `per`, `source`, `basis` of the Estimate. Name the denominator in `per`.

    Returns
    -------
    Estimate
        Share 0 to 1; undefined for n = 0, and for Wald at 0 or n, where that method has no width.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:857-872.

    Examples
    --------
    >>> share = proportion(17, 30, per="answer")
    >>> round(share.value, 3), round(share.low, 3), round(share.high, 3)
    (0.567, 0.392, 0.726)
    """
    check_counts(successes, n)
    words = Words(unit="share", per="observation")
    if n == 0:
        return missing("no observations", n=0, labels=labels, **words)
    low, high = binomial_limits(successes, n, method=method, confidence=confidence)
    if method == "wald" and successes in (0, n):
        return missing(f"Wald has no width at {successes:g} of {n}: use wilson", n=n, labels=labels, **words)
    p = successes / n
    return ranged(p, min(low, p), max(high, p), n=n, confidence=confidence, labels=labels, **words)


def check_counts(successes: float, n: int) -> None:
    """Refuse counts that are no share: ``0 <= successes <= n`` (not-a-number included).

    Examples
    --------
    >>> check_counts(3, 10)
    """
    if not (n >= 0 and 0 <= successes <= n):
        raise ValueError(f"{successes} of {n} is not a share: counts go from 0 to n")


@door
def binomial_test(successes: int, n: int, *, p: float, alternative: Alternative = "two-sided") -> float:
    """Exact p-value of a share against a stated one, by scipy's `binomtest`.

    Raises a ValueError for no observations, impossible counts or a share outside 0 to 1.

    Parameters
    ----------
    successes, n : int
        Counts; n at least 1.
    p : float
        The share under test.
    alternative : str
        ``two-sided`` (outcomes no likelier than this one), ``less`` or ``greater``.

    Examples
    --------
    >>> round(binomial_test(51, 235, p=1 / 6), 6)
    0.043748
    """
    check_counts(successes, n)
    if n == 0:
        raise ValueError("no observations: there is nothing to test")
    if not 0 <= p <= 1:
        raise ValueError(f"p is a share from 0 to 1, not {p:g}")
    return float(stats.binomtest(successes, n, p, alternative).pvalue)


@door
def answers_needed(successes: float, n: int, *, threshold: float, confidence: float = 0.95) -> int | None:
    """How many further answers put Wilson's interval on one side of the threshold, if the share stays as it is.

    Wilson's limit is at the threshold t when ``n = z^2 t(1-t) / (p-t)^2`` (the score test turned round). Raises a
    ValueError where there are no answers yet, and for impossible counts or a threshold outside 0 to 1.

    Parameters
    ----------
    successes, n : int
        Answers so far; n at least 1.
    threshold : float
        Share to clear or to fail, strictly between 0 and 1.

    Returns
    -------
    int or None
        0 where the interval already decides; None where no number would (the share is at the threshold).

    Examples
    --------
    >>> answers_needed(17, 30, threshold=0.40)
    4
    >>> answers_needed(40, 100, threshold=0.40) is None
    True
    """
    check_counts(successes, n)
    if n == 0 or not 0 < threshold < 1:
        raise ValueError(f"needs answers and a threshold between 0 and 1, not {n} answers and {threshold}")
    gap = abs(successes / n - threshold)
    if gap < 1e-12:
        return None
    total = z_value(confidence) ** 2 * threshold * (1 - threshold) / gap**2
    return max(0, math.ceil(total - 1e-9) - n)
