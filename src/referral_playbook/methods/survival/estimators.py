"""How long until it happens when for many it has not happened yet: Kaplan-Meier, hazards, and the log-rank test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import MOST, door
from referral_playbook.methods.labels import Labels, Words, missing, ranged
from referral_playbook.methods.proportions import binomial_limits, z_value
from referral_playbook.methods.rates import rate_ratio
from referral_playbook.methods.survival.survival_curve import Floats, SurvivalCurve, tally


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
    Wilson's: nobody yet out of those at risk, or nobody left out of those at risk last. Raises a ValueError as `tally`
    does.

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
    seen, z = tally(durations, events, weights=weights), z_value(confidence)
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
    width: float = 1.0,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> tuple[PeriodHazard, ...]:
    """Chance of the event in each period, for those who entered it: the actuarial life table.

    ``h = d / (n - c/2)``: those last seen within the period count for half of it. Wilson's interval.

    Parameters
    ----------
    durations, events : arrays, shape (n,)
        As `kaplan_meier` takes them.
    width : float
        Length of a period, in the unit of the durations.

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
    seen, periods = tally(durations, events), []
    if seen.times.size and seen.times[-1] / width > MOST["periods"]:
        raise ValueError(f"{seen.times[-1] / width:,.0f} periods of {width:g} are too many: take a wider period")
    period = np.floor(seen.times / width).astype(int)
    for i in range(int(period.max()) + 1 if period.size else 0):
        ended, last_seen = seen.events[period == i].sum(), seen.censored[period == i].sum()
        entered = (seen.events + seen.censored)[period >= i].sum()
        exposed, words = float(entered - last_seen / 2), Words(unit="share", per="customer who entered the period")
        low, high = binomial_limits(ended, exposed, confidence=confidence)
        hazard = ranged(ended / exposed, low, high, n=int(entered), confidence=confidence, labels=labels, **words)
        periods.append(
            PeriodHazard(start=i * width, end=(i + 1) * width, at_risk=int(entered), events=int(ended), hazard=hazard)
        )
    return tuple(periods)


@door
def compare_hazards(
    durations: ArrayLike,
    events: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Does the curve flatten? Events per time at risk in the last third of the follow-up over those in the first.

    The ratio of two Poisson rates, mid-p (`rate_ratio`). It flattens where even the upper limit is below 1.

    Parameters
    ----------
    durations, events, weights : arrays, shape (n,)
        As `kaplan_meier` takes them.

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
    end = float(seen.times[-1])
    if not end > 0:
        return missing("nobody was followed for any time", n=seen.n, labels=labels, **words)
    people, first, last = seen.events + seen.censored, seen.times < end / 3, seen.times >= 2 * end / 3
    early = (int(seen.events[first].sum()), float(people @ np.clip(seen.times, 0, end / 3)))
    late = (int(seen.events[last].sum()), float(people @ (np.clip(seen.times, 2 * end / 3, end) - 2 * end / 3)))
    return rate_ratio(*late, *early, confidence=confidence, **(Labels(per=words["per"]) | labels))
