"""Growth between two sizes, and what it does not tell: the same growth comes of many K, and of none.

For replaying published cases, which mostly give two sizes and a time between them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from scipy import optimize

from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.methods.cascades import ceiling, check_positive
from referral_playbook.methods.k_factor import growth

MOST_K = 1e6


def compound_growth(
    *, start: float, end: float, periods: float, per: str, shortest: float | None = None, longest: float | None = None
) -> Estimate:
    """Growth per period that leads from one size to another: ``(end / start) ** (1 / periods) - 1``.

    Parameters
    ----------
    start, end : float
        Customers, above 0.
    periods : float
        Periods between them, above 0.
    per : str
        What a period is: ``"month"``, ``"day"``.
    shortest, longest : float, optional
        Ends of what the time may have been, where only seasons were published; the range is what they give.

    Returns
    -------
    Estimate
        Share per period, basis `benchmark`.

    Examples
    --------
    >>> round(compound_growth(start=100_000, end=4_000_000, periods=15, per="month").value, 3)
    0.279
    """
    times = {"periods": periods, "shortest": shortest or periods, "longest": longest or periods}
    check_positive(start=start, end=end, **times)
    ends = [math.expm1(math.log(end / start) / t) for t in times.values()]
    return Estimate(
        value=ends[0], low=min(ends), high=max(ends), confidence=None, n=None, unit="share", per=per,
        basis=Basis.BENCHMARK, source=f"(end / start) ** (1 / {per}s) - 1, of two published sizes",
    )  # fmt: skip


def compounded(*, start: float, rate: float, periods: float) -> float:
    """Size after so many periods of the same growth: ``start * (1 + rate) ** periods``.

    Examples
    --------
    >>> round(compounded(start=100, rate=0.1, periods=2), 6)
    121.0
    """
    check_positive(start=start, growth=1 + rate)
    return float(start * (1 + rate) ** periods)


def periods_needed(*, start: float, end: float, rate: float) -> float:
    """Periods that growth at this rate takes from one size to another: ``log(end / start) / log(1 + rate)``.

    Examples
    --------
    >>> round(periods_needed(start=1, end=5, rate=0.01), 1)
    161.7
    """
    check_positive(start=start, end=end, growth=1 + rate)
    if rate == 0:
        raise ValueError("at a rate of 0 nothing grows, however long one waits")
    return math.log(end / start) / math.log1p(rate)


def k_that_grows(*, start: float, end: float, time: float, cycle: float) -> float:
    """K with which `start` customers, and nobody else, become `end` in this time: `k_factor.growth` turned round.

    Parameters
    ----------
    time, cycle : float
        In one unit; the cycle is the time from joining to the friends' joining.

    Raises
    ------
    ValueError
        An end below the start: nobody leaves in this model.

    Examples
    --------
    >>> round(k_that_grows(start=10, end=20_470, time=20, cycle=2), 6)
    2.0
    """
    check_positive(start=start, time=time, cycle=cycle)
    if end < start:
        raise ValueError(f"customers do not leave in this model: {start:,} cannot become {end:,}")

    def gap(k: float) -> float:
        return float(growth(time, seeds=start, k=k, cycle=cycle)) / end - 1

    if end == start:
        return 0.0
    high = 1.0
    while gap(high) < 0:  # doubled, for a power of a far K has no float
        high *= 2
        if high > MOST_K:
            raise ValueError(f"no K reaches {end:,} in {time / cycle:.2f} cycles: the time is shorter than one")
    return float(optimize.brentq(gap, 0.0, high))


def ways_to_grow(
    *, start: float, end: float, time: float, cycles: Sequence[float] = (), ks: Sequence[float] = ()
) -> list[dict[str, Any]]:
    """Ways to the same two sizes: friends alone at each cycle, and each K below 1 with newcomers by other ways.

    Parameters
    ----------
    cycles : sequence of float
        Length of a cycle, in the unit of `time`: K follows, and nobody comes by other ways.
    ks : sequence of float
        K from 0 to below 1: each newcomer by other ways ends at ``1 / (1 - K)`` customers, friends coming at once.

    Returns
    -------
    list of dict
        cycle (0: at once), k, by_other_ways (newcomers over the whole time).

    Examples
    --------
    >>> [(w["cycle"], round(w["k"], 2), round(w["by_other_ways"])) for w in ways_to_grow(
    ...     start=100, end=1_000, time=12, cycles=[1, 6], ks=[0.5])]
    [(1, 0.95, 0), (6, 2.54, 0), (0.0, 0.5, 450)]
    """
    alone = [
        {"cycle": c, "k": k_that_grows(start=start, end=end, time=time, cycle=c), "by_other_ways": 0.0} for c in cycles
    ]
    helped = [{"cycle": 0.0, "k": k, "by_other_ways": (end - start) / ceiling(seeds=1, k=k)} for k in ks]
    return alone + helped
