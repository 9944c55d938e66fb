"""One share: counts in, Estimate out. Two shares are in `comparisons`, survey scores in `surveys`."""

from __future__ import annotations

import math
from typing import Literal, Unpack

from scipy import stats

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.intervals import WHOLE_COUNTS, Method, binomial_limits, z_value
from referral_playbook.methods.labels import Labels, check_confidence, missing, ranged

Alternative = Literal["two-sided", "less", "greater"]


def proportion(
    successes: float,
    n: int,
    *,
    method: Method = "wilson",
    confidence: float = 0.95,
    population: int | None = None,
    **labels: Unpack[Labels],
) -> Estimate:
    """A share with its interval, Wilson's by default.

    ``p = k/n``; Wilson: ``(p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)``. A finite population counts n as
    ``n (N-1)/(N-n)``, so that a census has no sampling error left.

    Parameters
    ----------
    successes, n : int
        Counts, ``0 <= successes <= n``.
    method : str
        See `intervals.binomial_limits`.
    confidence : float
        Level, two-sided.
    population : int, optional
        Size of the whole group that `n` was drawn from at random; None for a large one.
    **labels
        `unit`, `per`, `source`, `basis` of the Estimate. Name the denominator in `per`.

    Returns
    -------
    Estimate
        Share 0 to 1; undefined for n = 0, and for Wald at 0 or n, where that method has no width.

    Raises
    ------
    ValueError
        Counts that are negative or larger than n or the population, or an unknown method.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:857-872; Cochran (1977) for the finite population.

    Examples
    --------
    >>> share = proportion(17, 30, per="answer")
    >>> round(share.value, 3), round(share.low, 3), round(share.high, 3)
    (0.567, 0.392, 0.726)
    """
    check_counts(successes, n)
    check_confidence(confidence)
    if population is not None and population < n:
        raise ValueError(f"{n} were asked out of a population of {population}: the population is at least the sample")
    if n == 0:
        return missing("no observations", n=0, labels=labels, unit="share", per="observation")
    low, high = _limits(successes, n, method, confidence, population)
    if method == "wald" and successes in (0, n) and population != n:
        reason = f"Wald has no width at {successes:g} of {n}: use wilson"
        return missing(reason, n=n, labels=labels, unit="share", per="observation")
    p = successes / n
    return ranged(
        p, min(low, p), max(high, p), n=n, confidence=confidence, labels=labels, unit="share", per="observation"
    )


def _limits(k: float, n: int, method: Method, confidence: float, population: int | None) -> tuple[float, float]:
    if population is None:
        return binomial_limits(k, n, method=method, confidence=confidence)
    if method in WHOLE_COUNTS:
        raise ValueError(f"{method} is exact for a large population only: use wilson with a finite one")
    if population == n:
        return k / n, k / n
    effective = n * (population - 1) / (population - n)
    return binomial_limits(k / n * effective, effective, method=method, confidence=confidence)


def check_counts(successes: float, n: int) -> None:
    """Refuse counts that are no share: ``0 <= successes <= n`` (not-a-number included).

    Examples
    --------
    >>> check_counts(3, 10)
    """
    if not (n >= 0 and 0 <= successes <= n):
        raise ValueError(f"{successes} of {n} is not a share: counts go from 0 to n")


def binomial_test(successes: int, n: int, *, p: float, alternative: Alternative = "two-sided") -> float:
    """Exact p-value of a share against a stated one, by scipy's `binomtest`.

    Parameters
    ----------
    successes, n : int
        Counts; n at least 1.
    p : float
        The share under test.
    alternative : str
        ``two-sided`` (outcomes no likelier than this one), ``less`` or ``greater``.

    Raises
    ------
    ValueError
        No observations, impossible counts or a share outside 0 to 1.

    Examples
    --------
    >>> round(binomial_test(51, 235, p=1 / 6), 6)
    0.043748
    """
    check_counts(successes, n)
    if n == 0:
        raise ValueError("no observations: there is nothing to test")
    return float(stats.binomtest(successes, n, p, alternative).pvalue)


def answers_needed(
    successes: float, n: int, *, threshold: float, confidence: float = 0.95, population: int | None = None
) -> int | None:
    """How many further answers put Wilson's interval on one side of the threshold, if the share stays as it is.

    Wilson's limit is at the threshold t when ``n = z^2 t(1-t) / (p-t)^2`` (the score test turned round); a finite
    population N needs ``n N / (N - 1 + n)`` of these.

    Parameters
    ----------
    successes, n : int
        Answers so far; n at least 1.
    threshold : float
        Share to clear or to fail, strictly between 0 and 1.
    confidence : float
        Level of the interval.
    population : int, optional
        Everyone who could be asked.

    Returns
    -------
    int or None
        0 where the interval already decides; None where no number would (the share is at the threshold).

    Raises
    ------
    ValueError
        No answers yet, impossible counts or a threshold outside 0 to 1.

    Examples
    --------
    >>> answers_needed(17, 30, threshold=0.40)
    4
    >>> answers_needed(40, 100, threshold=0.40) is None
    True
    """
    check_counts(successes, n)
    check_confidence(confidence)
    if n == 0 or not 0 < threshold < 1:
        raise ValueError(f"needs answers and a threshold between 0 and 1, not {n} answers and {threshold}")
    gap = abs(successes / n - threshold)
    if gap < 1e-12:
        return None
    total = z_value(confidence) ** 2 * threshold * (1 - threshold) / gap**2
    if population is not None:
        total = total * population / (population - 1 + total)
    return max(0, math.ceil(total - 1e-9) - n)
