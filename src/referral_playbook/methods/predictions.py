"""What the next periods may bring: predictive bands of counts."""

from __future__ import annotations

import math
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.counts import fit_counts
from referral_playbook.methods.labels import Labels, check_confidence, missing, ranged
from referral_playbook.methods.rates import check_events


def predict_events(
    events: int, exposure: float, *, ahead: float = 1.0, confidence: float = 0.80, **labels: Unpack[Labels]
) -> Estimate:
    """How many events an exposure ahead will bring, when events come at one steady rate (gamma-Poisson).

    Jeffreys' prior leaves the rate ``Gamma(k + 1/2, T)``, and so the next count over h is negative binomial with size
    ``k + 1/2`` and share ``T / (T + h)``: the noise of the count and what is not known of the rate, both.

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

    Examples
    --------
    >>> band = predict_events(36, 12)
    >>> band.value, band.low, band.high
    (3.0, 1.0, 5.0)
    """
    check_events(events, exposure)
    check_confidence(confidence)
    if not ahead > 0:
        raise ValueError(f"the exposure ahead is above 0, not {ahead}")
    if exposure == 0:
        return missing("nothing was observed: the exposure is 0", n=0, labels=labels, unit="events", per="exposure")
    share = exposure / (exposure + ahead)
    return _band(stats.nbinom(events + 0.5, share), events / exposure * ahead, events, confidence, labels)


def predict_counts(
    counts: ArrayLike, *, periods: int = 1, confidence: float = 0.80, **labels: Unpack[Labels]
) -> Estimate:
    """The total of the next `periods` periods from the counts of past ones, which may spread more than Poisson.

    Poisson counts go to `predict_events`. Otherwise a negative binomial with mean ``h m`` and variance
    ``h (m + a m^2) + h^2 (m + a m^2) / n``: the periods' own spread, and what is not known of their mean.

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

    Examples
    --------
    >>> band = predict_counts([3, 12, 0, 7, 1, 9])
    >>> round(band.value, 2), band.low, band.high
    (5.33, 0.0, 13.0)
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
    each = mean + dispersion * mean**2
    expected, variance = periods * mean, periods * each + periods**2 * each / past.size
    ahead = stats.nbinom(expected**2 / (variance - expected), expected / variance)
    return _band(ahead, expected, past.size, check_confidence(confidence), Labels(per="period") | labels)


def _band(ahead: Any, expected: float, n: int, confidence: float, labels: Labels) -> Estimate:
    low, high = (float(ahead.ppf(q)) for q in ((1 - confidence) / 2, (1 + confidence) / 2))
    low, high = min(low, math.floor(expected)), max(high, math.ceil(expected))
    return ranged(expected, low, high, n=n, confidence=confidence, labels=labels, unit="events", per="exposure")
