"""K: friends that a customer brings, how fast they come, where it ends, and why growth alone does not identify it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from referral_playbook.contract.evidence import Basis, Estimate, assumed, undefined
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import ranged
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.rates import poisson_limits
from referral_playbook.methods.referrals.cascades import ceiling, check_positive
from referral_playbook.methods.uncertainty.propagation import propagate

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class KFactor:
    """K and its two factors."""

    k: Estimate
    invites_per_customer: Estimate
    conversion_per_invite: Estimate


@door
def k_factor(
    *, customers: int, invites: int, conversions: int, dispersion: float | None = None, confidence: float = 0.95
) -> KFactor:
    """``K = invites per customer x conversion per invite``, each with its range.

    K is conversions per customer; its limits, and those of invites per customer, are mid-p ones of Poisson counts, or
    of negative-binomial ones where `dispersion` is given (wider: a few customers decide). Conversion: Wilson.

    Parameters
    ----------
    customers, invites, conversions : int
        In one period (one cycle); every conversion comes from an invite.
    dispersion : float, optional
        k of the counts per customer, ``1 / counts.fit_counts(...).dispersion``. Give it where it is known: Poisson
        limits are too narrow wherever a few customers bring most.

    Returns
    -------
    KFactor
        Undefined where there are no customers, or no invites to convert.

    Examples
    --------
    >>> found = k_factor(customers=1000, invites=1500, conversions=120)
    >>> found.k.value, round(found.k.low, 3), round(found.k.high, 3)
    (0.12, 0.1, 0.143)
    """
    if conversions > invites:
        raise ValueError(
            f"conversions ({conversions}) cannot exceed invites ({invites}). Check that both count the same period"
        )
    if invites:
        source = "conversions / invites, Wilson"
        conversion = proportion(conversions, invites, confidence=confidence, per="invite", source=source)
    else:
        conversion = undefined("no invites", unit="share", per="invite", source="conversions / invites", n=0)
    options: dict[str, Any] = {"customers": customers, "dispersion": dispersion, "confidence": confidence}
    return KFactor(
        k=_per_customer(conversions, unit="friends", source="conversions / customers", **options),
        invites_per_customer=_per_customer(invites, unit="invites", source="invites / customers", **options),
        conversion_per_invite=conversion,
    )


def _per_customer(
    events: int, *, customers: int, dispersion: float | None, confidence: float, unit: str, source: str
) -> Estimate:
    """Mean count per customer; mid-p limits by inverting the Poisson or negative-binomial distribution of the sum."""
    if customers == 0:
        return undefined("no customers", unit=unit, per="customer", source=source, n=0)
    if dispersion is None:
        low, high = (limit / customers for limit in poisson_limits(events, confidence=confidence))
    else:
        check_positive(dispersion=dispersion)
        low, high = _uneven(events, dispersion * customers, (1 - confidence) / 2)
        low, high = dispersion * low, dispersion * high
    value = events / customers
    low, high = min(low, value), max(high, value)
    return ranged(value, low, high, n=customers, confidence=confidence, unit=unit, per="customer", source=source)


MOST_DOUBLINGS = 600.0
"""Growth by more than e to this power is beyond a float."""


def _uneven(events: int, size: float, tail: float) -> tuple[float, float]:
    """Mid-p limits of K / k from a negative-binomial sum: ``P(sum <= c) = I_p(size, c + 1), p = k / (k + K)``."""

    def below(log: float) -> float:  # P(sum < c) + P(sum = c) / 2 at ln(K / k), falling
        p = special.expit(-log)
        return float(special.betainc(size, events + 1, p) + (special.betainc(size, events, p) if events else 0.0)) / 2

    low = math.exp(optimize.brentq(lambda log: below(log) - (1 - tail), -60, 700)) if events else 0.0
    return low, math.exp(optimize.brentq(lambda log: below(log) - tail, -60, 700))


@door
def growth(t: ArrayLike, *, seeds: float, k: float, cycle: float) -> Array:
    """Customers after time t: ``C(t) = C0 (K^(t/ct + 1) - 1) / (K - 1)``, and ``C0 (t/ct + 1)`` at K = 1.

    Parameters
    ----------
    t : array
        Same unit as `cycle`.
    seeds, k : float
        C0 and K.
    cycle : float
        ct, time from joining to the friends' joining.

    References
    ----------
    Skok, "Lessons Learned: Viral Marketing".

    Examples
    --------
    >>> growth([0, 20], seeds=10, k=2, cycle=2).round().tolist()
    [10.0, 20470.0]
    """
    check_positive(cycle=cycle)
    rounds = np.asarray(t, dtype=float) / cycle + 1
    if k < 0 or np.any(rounds < 1):
        raise ValueError(f"k and t are 0 or more, not {k} and {t!r}")
    if abs(k - 1) < 1e-12:
        return np.asarray(seeds * rounds)
    if k == 0:
        return np.full_like(rounds, seeds)
    if float(np.max(rounds, initial=0.0)) * math.log(k) > MOST_DOUBLINGS:
        raise ValueError("t is so many cycles that nobody could count the customers: give a shorter time")
    return np.asarray(seeds * np.expm1(rounds * math.log(k)) / (k - 1))


@door
def cascade_size(k: Estimate, *, seeds: float = 1.0) -> Estimate:
    """Expected total of `seeds` customers with everyone they bring, with the range that K's range gives.

    Returns
    -------
    Estimate
        Undefined where K is, or where it is 1 or more; without upper limit where its range reaches 1.

    Examples
    --------
    >>> found = cascade_size(k_factor(customers=1000, invites=1500, conversions=120).k, seeds=100)
    >>> round(found.value, 1), round(found.low, 1), round(found.high, 1)
    (113.6, 111.1, 116.7)
    """

    def value(k: float) -> float:
        return ceiling(seeds=seeds, k=k)

    return propagate(value, unit="customers", per=f"{seeds:g} seeds", source="seeds / (1 - K)", open_above=True, k=k)


MOST_K = 1e6


@door
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
    source = f"(end / start) ** (1 / {per}s) - 1, of two published sizes"
    return assumed(ends[0], min(ends), max(ends), unit="share", per=per, source=source).as_(basis=Basis.BENCHMARK)


@door
def compounded(*, start: float, rate: float, periods: float) -> float:
    """Size after so many periods of the same growth: ``start * (1 + rate) ** periods``.

    Examples
    --------
    >>> round(compounded(start=100, rate=0.1, periods=2), 6)
    121.0
    """
    check_positive(start=start, growth=1 + rate)
    return float(start * (1 + rate) ** periods)


@door
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


@door
def k_that_grows(*, start: float, end: float, time: float, cycle: float) -> float:
    """K with which `start` customers, and nobody else, become `end` in this time: `k_factor.growth` turned round.

    Raises a ValueError for an end below the start: nobody leaves in this model.

    Parameters
    ----------
    time, cycle : float
        In one unit; the cycle is the time from joining to the friends' joining.

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


@door
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
    [(1.0, 0.95, 0), (6.0, 2.54, 0), (0.0, 0.5, 450)]
    """
    alone = [
        {"cycle": c, "k": k_that_grows(start=start, end=end, time=time, cycle=c), "by_other_ways": 0.0} for c in cycles
    ]
    helped = [{"cycle": 0.0, "k": k, "by_other_ways": (end - start) / ceiling(seeds=1, k=k)} for k in ks]
    return alone + helped
