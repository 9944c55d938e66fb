"""What the next periods may bring: predictive bands of counts."""

from __future__ import annotations

import math
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, missing, ranged
from referral_playbook.methods.rates import check_events
from referral_playbook.methods.referrals.counts import fit_counts


@door
def predict_events(
    events: int, exposure: float, *, ahead: float = 1.0, confidence: float = 0.80, **labels: Unpack[Labels]
) -> Estimate:
    """How many events an exposure ahead will bring, when events come at one steady rate (gamma-Poisson).

    Jeffreys' prior leaves the rate ``Gamma(k + 1/2, T)``, and so the next count over h is negative binomial with size
    ``k + 1/2`` and share ``T / (T + h)``: the noise of the count and what is not known of the rate, both. The band is
    the counts y whose ``P(Y < y) + P(Y = y) / 2`` is between the tails: whole numbers that hold the level on average,
    where the plain quantiles hold more.

    Parameters
    ----------
    events, exposure : int, float
        Events seen, and over what (months).
    ahead : float
        Exposure to predict for, in the same unit.
    confidence : float
        Share of outcomes within the band; 0.80 puts 10% below it.

    Returns
    -------
    Estimate
        The expected count ``k h / T`` with its predictive band; undefined for an exposure of 0.

    References
    ----------
    Lancaster (1961), JASA 56:223-234, for mid-p; Hahn & Meeker (1991), Statistical Intervals, for predicting counts.

    Examples
    --------
    >>> band = predict_events(36, 12)
    >>> band.value, band.low, band.high
    (3.0, 1.0, 5.0)
    """
    check_events(events, exposure)
    if not ahead > 0:
        raise ValueError(f"the exposure ahead is above 0, not {ahead}")
    if exposure == 0:
        return missing("nothing was observed: the exposure is 0", n=0, labels=labels, unit="events", per="exposure")
    share = exposure / (exposure + ahead)
    level = (confidence, (1 - confidence) / 2)
    return _band(stats.nbinom(events + 0.5, share), events / exposure * ahead, events, level, labels)


@door
def predict_counts(
    counts: ArrayLike, *, periods: int = 1, confidence: float = 0.80, **labels: Unpack[Labels]
) -> Estimate:
    """The total of the next `periods` periods from the counts of past ones, which may spread more than Poisson.

    Poisson counts go to `predict_events`. Otherwise a negative binomial with mean ``h m`` and variance
    ``h v + h^2 v / n``, ``v = (m + a m^2) n / (n - 1)``: the periods' own spread, and what is not known of their mean.
    That v itself is read from n periods makes the tails Student's instead of the normal's: each is ``Phi(-t)``, t the
    quantile at n - 1 degrees of freedom.

    Parameters
    ----------
    counts : array of int, shape (n,)
        Events per past period, zeros included; periods without a trend.
    periods : int
        How many periods ahead, in total.
    confidence : float
        Share of outcomes within the band; 0.80 puts 10% below it.

    Returns
    -------
    Estimate
        Expected total with its predictive band, `n` the periods; undefined without past periods.

    References
    ----------
    Hahn & Meeker (1991), Statistical Intervals: Student's tails for the next observation; `predict_events` for mid-p.

    Examples
    --------
    >>> band = predict_counts([3, 12, 0, 7, 1, 9])
    >>> round(band.value, 2), band.low, band.high
    (5.33, 0.0, 15.0)
    """
    past = np.asarray(counts, dtype=float)
    if periods < 1:
        raise ValueError(f"at least one period ahead, not {periods}")
    fit = fit_counts(past)
    if past.size == 0:
        return missing("no past period", n=0, labels=labels, unit="events", per="period")
    if not fit.dispersion.value:
        total, words = int(past.sum()), Labels(per="period") | labels
        return predict_events(total, past.size, ahead=periods, confidence=confidence, **words).as_(n=past.size)
    mean, dispersion = float(past.mean()), fit.dispersion.value
    each = (mean + dispersion * mean**2) * past.size / (past.size - 1)
    expected, variance = periods * mean, periods * each + periods**2 * each / past.size
    ahead = stats.nbinom(expected**2 / (variance - expected), expected / variance)
    tail = float(stats.norm.sf(stats.t.isf((1 - confidence) / 2, past.size - 1)))
    return _band(ahead, expected, past.size, (confidence, tail), Labels(per="period") | labels)


def _band(ahead: Any, expected: float, n: int, level: tuple[float, float], labels: Labels) -> Estimate:
    confidence, tail = level
    low, high = float(ahead.ppf(tail)), float(ahead.isf(tail))
    low += ahead.cdf(low) - ahead.pmf(low) / 2 < tail
    high -= ahead.sf(high) + ahead.pmf(high) / 2 < tail
    low, high = min(low, math.floor(expected)), max(high, math.ceil(expected))
    return ranged(expected, low, high, n=n, confidence=confidence, labels=labels, unit="events", per="exposure")
