"""Events over an exposure: Poisson rates with exact intervals, and two rates compared."""

from __future__ import annotations

import math
from typing import Literal, Unpack

from scipy import stats

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.intervals import binomial_limits, z_value
from referral_playbook.methods.labels import Labels, Words, check_confidence, missing, ranged

RatioMethod = Literal["log", "exact"]


def poisson_rate(events: int, exposure: float, *, confidence: float = 0.95, **labels: Unpack[Labels]) -> Estimate:
    """Events per unit of exposure with the exact interval of Garwood (1936).

    ``chi2(alpha/2; 2k) / 2T`` to ``chi2(1 - alpha/2; 2k + 2) / 2T``.

    Parameters
    ----------
    events : int
        Events seen, 0 or more.
    exposure : float
        What they were seen over: months, customer-months, invites.
    confidence : float
        Level, two-sided; at least this.

    Returns
    -------
    Estimate
        Events per unit of exposure, `n` the events; undefined for an exposure of 0.

    Raises
    ------
    ValueError
        Negative or fractional events, or a negative or infinite exposure.

    Examples
    --------
    >>> rate = poisson_rate(9, 12, per="month")
    >>> rate.value, round(rate.low, 4), round(rate.high, 4)
    (0.75, 0.3429, 1.4237)
    """
    check_events(events, exposure)
    tail = (1 - check_confidence(confidence)) / 2
    if exposure == 0:
        return missing(
            "nothing was observed: the exposure is 0", n=events, labels=labels, unit="events", per="exposure"
        )
    low = stats.chi2.ppf(tail, 2 * events) / (2 * exposure) if events else 0.0
    high = stats.chi2.isf(tail, 2 * events + 2) / (2 * exposure)
    return ranged(
        events / exposure, low, high, n=events, confidence=confidence, labels=labels, unit="events", per="exposure"
    )


def check_events(events: float, exposure: float) -> None:
    """Refuse counts that are no whole number of events, and exposures that are no amount."""
    if not (events >= 0 and events == int(events)):
        raise ValueError(f"events are a whole number, 0 or more, not {events}")
    if not (exposure >= 0 and math.isfinite(exposure)):
        raise ValueError(f"an exposure is 0 or more and finite, not {exposure}")


def rate_ratio(
    events: int,
    exposure: float,
    base_events: int,
    base_exposure: float,
    *,
    method: RatioMethod = "exact",
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Ratio of two Poisson rates, first over base.

    ``exact``: given both counts' sum, the first is binomial with share ``RR T1 / (RR T1 + T0)``; Clopper-Pearson limits
    of that share, turned into ratios. ``log``: ``ln RR +- z sqrt(1/k1 + 1/k0)``.

    Parameters
    ----------
    events, exposure, base_events, base_exposure : int, float
        Events and exposure of the group of interest and of the base, in the same unit of exposure.
    method : str
        ``exact`` (holds at 0 events in the first group) or ``log``.
    confidence : float
        Level, two-sided.

    Returns
    -------
    Estimate
        Ratio; undefined where an exposure is 0, the base has no events, or `log` meets a count of 0.

    Raises
    ------
    ValueError
        Impossible counts or exposures, or an unknown method.

    References
    ----------
    Przyborowski & Wilenski (1940), Biometrika 31:313-323, for the conditional argument.

    Examples
    --------
    >>> ratio = rate_ratio(30, 1000, 15, 1000)
    >>> ratio.value, round(ratio.low, 3), round(ratio.high, 3)
    (2.0, 1.043, 4.0)
    """
    check_events(events, exposure)
    check_events(base_events, base_exposure)
    check_confidence(confidence)
    if method not in ("exact", "log"):
        raise ValueError(f"no method {method!r} for a rate ratio; there are exact and log")
    n, words = events + base_events, Words(unit="ratio", per="base rate")
    if exposure == 0 or base_exposure == 0:
        return missing("nothing was observed in one of the two groups", n=n, labels=labels, **words)
    if base_events == 0:
        return missing("the base has no events, so nothing can be divided by its rate", n=n, labels=labels, **words)
    if method == "log" and events == 0:
        return missing("the log interval needs events in both groups: use exact", n=n, labels=labels, **words)
    ratio = events / exposure / (base_events / base_exposure)
    low, high = (_exact if method == "exact" else _log)(events, base_events, exposure / base_exposure, confidence)
    return ranged(ratio, low, high, n=n, confidence=confidence, labels=labels, **words)


def _exact(events: int, base: int, relative_exposure: float, confidence: float) -> tuple[float, float]:
    shares = binomial_limits(events, events + base, method="clopper_pearson", confidence=confidence)
    low, high = (share / (1 - share) / relative_exposure for share in shares)
    return low, high


def _log(events: int, base: int, relative_exposure: float, confidence: float) -> tuple[float, float]:
    ratio, spread = events / base / relative_exposure, z_value(confidence) * math.sqrt(1 / events + 1 / base)
    return ratio * math.exp(-spread), ratio * math.exp(spread)


def rate_ratio_test(
    events: int, exposure: float, base_events: int, base_exposure: float, *, ratio: float = 1.0
) -> float:
    """Exact two-sided p-value that the first rate is `ratio` times the base (conditional binomial test).

    Parameters
    ----------
    events, exposure, base_events, base_exposure : int, float
        As `rate_ratio` takes them; both exposures above 0 and at least one event.
    ratio : float
        Ratio under test.

    Raises
    ------
    ValueError
        No exposure or no event at all: there is nothing to test.

    Examples
    --------
    >>> round(rate_ratio_test(30, 1000, 15, 1000), 4)
    0.0357
    """
    check_events(events, exposure)
    check_events(base_events, base_exposure)
    if exposure == 0 or base_exposure == 0 or events + base_events == 0 or not ratio > 0:
        raise ValueError("a test of two rates needs exposure in both groups, an event and a ratio above 0")
    share = ratio * exposure / (ratio * exposure + base_exposure)
    return float(stats.binomtest(int(events), int(events + base_events), share).pvalue)
