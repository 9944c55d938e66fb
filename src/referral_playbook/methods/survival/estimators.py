"""How long until it happens when for many it has not happened yet: Kaplan-Meier, hazards, and the log-rank test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.arguments import counts, yes_no
from referral_playbook.methods.doors import MOST, door
from referral_playbook.methods.labels import Labels, Words, check_confidence, missing, ranged
from referral_playbook.methods.proportions import binomial_limits, z_value
from referral_playbook.methods.rates import rate_ratio
from referral_playbook.methods.survival.survival_curve import Floats, SurvivalCurve, Waiting, tally


@door
def kaplan_meier(
    durations: ArrayLike,
    events: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
    unit: str = "month",
) -> SurvivalCurve:
    """Share still waiting by time: ``S(t) = prod over t_i <= t of (1 - d_i / n_i)``.

    The band is Greenwood's on the log(-log) scale, ``S^exp(+-z se / (S ln S))``. Where that has no width it is
    Wilson's: nobody yet out of those at risk, or nobody left out of those at risk last.

    Parameters
    ----------
    durations : array of float, shape (n,)
        Time from the start to the event or to when last seen, in `unit`.
    events : array of bool, shape (n,)
        True where it happened, False where censored.
    weights : array of int, shape (n,), optional
        Customers per row, for compressed counts.
    confidence : float
        Level of the band at one time.
    unit : str
        Unit of the durations.

    Returns
    -------
    SurvivalCurve
        Empty, and undefined wherever it is read, where there are no customers.

    Raises
    ------
    ValueError
        See `tally`.

    References
    ----------
    Kaplan & Meier (1958), JASA 53:457-481; Kalbfleisch & Prentice (1980) for the band.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 2, 4], [True, True, False, False])
    >>> curve.survival.tolist(), curve.at(2, per="customer").value
    ([0.75, 0.5, 0.5], 0.5)
    >>> curve.at(5).reason
    'nobody was followed for 5 months; the longest is 4'
    """
    seen, z = tally(durations, events, weights=weights), z_value(check_confidence(confidence))
    n, d = seen.at_risk, seen.events
    survival = np.cumprod(1 - d / n)
    greenwood = np.cumsum(np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d))
    low, high = _band(survival, greenwood, z)
    _close_ends(low, high, survival, n, confidence)
    return SurvivalCurve(
        times=seen.times,
        survival=survival,
        low=low,
        high=high,
        at_risk=n,
        events=d,
        standard_error=survival * np.sqrt(greenwood),
        confidence=confidence,
        unit=unit,
    )


def _band(survival: Floats, greenwood: Floats, z: float) -> tuple[Floats, Floats]:
    inside = (survival > 0) & (survival < 1)
    log = np.log(survival, out=np.full_like(survival, -1.0), where=inside)
    factor = np.exp(z * np.sqrt(greenwood) / -log)
    return np.where(inside, survival**factor, survival), np.where(inside, survival ** (1 / factor), survival)


def _close_ends(low: Floats, high: Floats, survival: Floats, at_risk: Floats, confidence: float) -> None:
    for i in np.flatnonzero(survival == 1):
        low[i] = binomial_limits(at_risk[i], at_risk[i], confidence=confidence)[0]
    gone = np.flatnonzero(survival <= 0)
    if gone.size:  # the last of them went together: what Wilson leaves possible of the band just before
        before = high[gone[0] - 1] if gone[0] else 1.0
        high[gone] = before * binomial_limits(0, at_risk[gone[0]], confidence=confidence)[1]


@dataclass(frozen=True, kw_only=True)
class PeriodHazard:
    """One period of waiting: its ends (the end excluded), who entered it, events in it, and the hazard."""

    start: float
    end: float
    at_risk: int
    events: int
    hazard: Estimate


@door
def hazard_by_period(
    durations: ArrayLike,
    events: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    width: float = 1.0,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> tuple[PeriodHazard, ...]:
    """Chance of the event in each period, for those who entered it: the actuarial life table.

    ``h = d / (n - c/2)``: those last seen within the period count for half of it. Wilson's interval.

    Parameters
    ----------
    durations, events, weights : arrays, shape (n,)
        As `kaplan_meier` takes them.
    width : float
        Length of a period, in the unit of the durations.
    confidence : float
        Level, two-sided.

    Returns
    -------
    tuple of PeriodHazard
        From 0 to the period of the longest duration; empty without customers.

    References
    ----------
    Cutler & Ederer (1958), Journal of Chronic Diseases 8:699-712.

    Examples
    --------
    >>> first, second = hazard_by_period([0, 0, 1, 1], [True, False, True, False])
    >>> round(first.hazard.value, 4), second.at_risk
    (0.2857, 2)
    """
    if not width > 0:
        raise ValueError(f"a period is longer than 0, not {width}")
    seen, periods = tally(durations, events, weights=weights), []
    check_confidence(confidence)
    if seen.times.size and seen.times[-1] / width > MOST["periods"]:
        raise ValueError(f"{seen.times[-1] / width:,.0f} periods of {width:g} are too many: take a wider period")
    period = np.floor(seen.times / width).astype(int)
    for i in range(int(period.max()) + 1 if period.size else 0):
        ended, last_seen = seen.events[period == i].sum(), seen.censored[period == i].sum()
        entered = (seen.events + seen.censored)[period >= i].sum()
        counts = (int(entered), int(ended), float(entered - last_seen / 2))
        hazard = _hazard(counts, confidence, labels)
        periods.append(
            PeriodHazard(start=i * width, end=(i + 1) * width, at_risk=counts[0], events=counts[1], hazard=hazard)
        )
    return tuple(periods)


def _hazard(counts: tuple[int, int, float], confidence: float, labels: Labels) -> Estimate:
    entered, ended, exposed = counts
    low, high = binomial_limits(ended, exposed, confidence=confidence)
    return ranged(
        ended / exposed,
        low,
        high,
        n=entered,
        confidence=confidence,
        labels=labels,
        unit="share",
        per="customer who entered the period",
    )


@door
def compare_hazards(
    durations: ArrayLike,
    events: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    horizon: float | None = None,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Does the curve flatten? Events per time at risk in the last third of the follow-up over those in the first.

    The ratio of two Poisson rates, mid-p (`rate_ratio`). It flattens where even the upper limit is below 1.

    Parameters
    ----------
    durations, events, weights : arrays, shape (n,)
        As `kaplan_meier` takes them.
    horizon : float, optional
        End of the follow-up looked at; the longest duration by default.
    confidence : float
        Level, two-sided.

    Returns
    -------
    Estimate
        Ratio of rates; undefined without customers or time at risk in a third, or with no event in the first third.

    Examples
    --------
    >>> ratio = compare_hazards([1, 2, 3, 25, 30], [1, 1, 1, 1, 0], weights=[40, 20, 10, 2, 30])
    >>> round(ratio.value, 4), ratio.high < 1
    (0.0396, True)
    """
    seen, words = tally(durations, events, weights=weights), Words(unit="ratio", per="hazard of the first third")
    if not seen.n:
        return missing("nobody was observed", n=0, labels=labels, **words)
    end = float(seen.times[-1]) if horizon is None else horizon
    if not end > 0:
        return missing("nobody was followed for any time", n=seen.n, labels=labels, **words)
    people, span = seen.events + seen.censored, (seen.times <= end)
    first = (seen.times < end / 3) & span
    last = (seen.times >= 2 * end / 3) & span
    early = (int(seen.events[first].sum()), float(people @ np.clip(seen.times, 0, end / 3)))
    late = (int(seen.events[last].sum()), float(people @ (np.clip(seen.times, 2 * end / 3, end) - 2 * end / 3)))
    return rate_ratio(*late, *early, confidence=confidence, **(Labels(per=words["per"]) | labels))


@dataclass(frozen=True, kw_only=True)
class LogRank:
    """Two curves compared: chi-square on one degree of freedom and its p-value, or None and the reason.

    Parameters
    ----------
    chi_square, p_value : float or None
    reason : str
        Why they are None.
    observed, expected, variance : float or None
        Of the group: events seen, events expected if both curves were the same, and the variance of their difference.
    """

    chi_square: float | None
    p_value: float | None
    reason: str = ""
    observed: float | None = None
    expected: float | None = None
    variance: float | None = None


@door
def logrank(durations: ArrayLike, events: ArrayLike, group: ArrayLike, *, weights: ArrayLike | None = None) -> LogRank:
    """Log-rank test that two groups have the same curve: ``(O - E)^2 / V``.

    At each time with d events among n at risk, of whom n1 are in the group, ``E = d n1/n`` and
    ``V = d (n1/n) (1 - n1/n) (n - d)/(n - 1)``; all three are summed over the times.

    Parameters
    ----------
    durations, events, weights : arrays, shape (n,)
        As `kaplan_meier` takes them.
    group : array of bool, shape (n,)
        True for one group, False for the other (referred or not).

    Returns
    -------
    LogRank
        None with a reason where a group is empty, nothing happened, or the groups were never at risk together.

    Raises
    ------
    ValueError
        Arrays that do not fit each other; see `waiting.tally`.

    References
    ----------
    Mantel (1966), Cancer Chemotherapy Reports 50:163-170.

    Examples
    --------
    >>> test = logrank([1, 2, 3, 4, 5, 6], [True] * 6, [True, True, True, False, False, False])
    >>> round(test.chi_square, 3), round(test.p_value, 3)
    (5.052, 0.025)
    >>> test.observed, round(test.expected, 3), round(test.variance, 3)
    (3.0, 1.15, 0.677)
    """
    seen = tally(durations, events, weights=weights)
    member, happened = yes_no(group, "group"), yes_no(events, "events")
    people = np.ones(happened.shape) if weights is None else counts(weights, "weights")
    if member.shape != happened.shape:
        raise ValueError(f"one group per row: {member.shape} groups, {happened.shape} events")
    if not people[member].sum() or not people[~member].sum():
        return LogRank(chi_square=None, p_value=None, reason="one of the two groups is empty")
    if not seen.events.sum():
        return LogRank(chi_square=None, p_value=None, reason="nothing happened in either group")
    observed, expected, variance = _observed_and_expected(
        seen, tally(np.asarray(durations, dtype=float)[member], happened[member], weights=people[member])
    )
    if not variance > 0:
        return LogRank(chi_square=None, p_value=None, reason="the groups were never at risk together at an event")
    chi_square = (observed - expected) ** 2 / variance
    return LogRank(
        chi_square=chi_square,
        p_value=float(special.chdtrc(1, chi_square)),
        observed=observed,
        expected=expected,
        variance=variance,
    )


def _observed_and_expected(everyone: Waiting, group: Waiting) -> tuple[float, float, float]:
    """Events in the group, those expected of it, and the hypergeometric variance, summed over the times of events."""
    n, d = everyone.at_risk, everyone.events
    # The group's numbers at the times of everyone: it is at risk until the last of its own times that is not earlier.
    inside = np.append(group.at_risk, 0.0)[np.searchsorted(group.times, everyone.times, side="left")]
    share = inside / n
    spread = np.divide(n - d, n - 1, out=np.zeros_like(n), where=n > 1)
    return float(group.events.sum()), float((d * share).sum()), float((d * share * (1 - share) * spread).sum())
