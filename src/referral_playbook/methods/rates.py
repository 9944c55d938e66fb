"""Events over an exposure: Poisson rates with mid-p or exact intervals, and two rates compared."""

from __future__ import annotations

import math
from typing import Literal, Unpack

from scipy import optimize, special, stats

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged
from referral_playbook.methods.proportions import Limits, Method, binomial_limits, z_value

RateMethod = Literal["mid_p", "exact"]
RatioMethod = Literal["mid_p", "log", "exact"]
SHARE_METHOD: dict[str, Method] = {"mid_p": "mid_p", "exact": "clopper_pearson"}


@door
def poisson_rate(
    events: int,
    exposure: float,
    *,
    method: RateMethod = "mid_p",
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Events per unit of exposure with the mid-p interval, or with the exact one of Garwood (1936).

    ``mid_p``: the means m with ``P(X > k; m) + P(X = k; m) / 2`` between the two tails; it holds its level on average.
    ``exact``: ``chi2(alpha/2; 2k) / 2T`` to ``chi2(1 - alpha/2; 2k + 2) / 2T``; it holds at least its level for every
    rate, and so more often than it says where events are few. Raises a ValueError for negative or fractional events, a
    negative or infinite exposure, or an unknown method.

    Parameters
    ----------
    events : int
        Events seen, 0 or more.
    exposure : float
        What they were seen over: months, customer-months, invites.
    method : str
        ``mid_p`` or ``exact``.

    Returns
    -------
    Estimate
        Events per unit of exposure, `n` the events; undefined for an exposure of 0.

    References
    ----------
    Garwood (1936), Biometrika 28:437-442; Cohen & Yang (1994), Statistics in Medicine 13:2189-2203, for mid-p.

    Examples
    --------
    >>> rate = poisson_rate(9, 12, per="month")
    >>> rate.value, round(rate.low, 4), round(rate.high, 4)
    (0.75, 0.3658, 1.3764)
    >>> exact = poisson_rate(9, 12, method="exact", per="month")
    >>> round(exact.low, 4), round(exact.high, 4)
    (0.3429, 1.4237)
    """
    check_events(events, exposure)
    words = Words(unit="events", per="exposure")
    if exposure == 0:
        return missing("nothing was observed: the exposure is 0", n=events, labels=labels, **words)
    low, high = (limit / exposure for limit in poisson_limits(events, method=method, confidence=confidence))
    rate = events / exposure
    return ranged(rate, min(low, rate), max(high, rate), n=events, confidence=confidence, labels=labels, **words)


@door
def poisson_limits(events: float, *, method: RateMethod = "mid_p", confidence: float = 0.95) -> Limits:
    """Limits of a Poisson mean from one count, as `poisson_rate` explains them.

    Parameters
    ----------
    events : int
        The count, 0 or more.
    method : str
        ``mid_p`` or ``exact``.

    References
    ----------
    Garwood (1936), Biometrika 28:437-442; Cohen & Yang (1994), Statistics in Medicine 13:2189-2203.

    Examples
    --------
    >>> [round(limit, 3) for limit in poisson_limits(0)]  # the rule of three
    [0.0, 2.996]
    """
    tail = (1 - confidence) / 2
    low, high = (float(special.gammaincinv(events, tail)) if events else 0.0), special.gammainccinv(events + 1, tail)
    if method == "exact":
        return low, float(high)

    def above(mean: float) -> float:  # P(X > k) + P(X = k) / 2, rising in the mean
        return float(special.gammainc(events + 1, mean) + (special.gammainc(events, mean) if events else 1.0)) / 2

    if events:
        low = optimize.brentq(lambda mean: above(mean) - tail, low, high, xtol=1e-13)
    return low, float(optimize.brentq(lambda mean: 1 - above(mean) - tail, low, high, xtol=1e-13))


def check_events(events: float, exposure: float) -> None:
    """Refuse counts that are no whole number of events, and exposures that are no amount.

    Examples
    --------
    >>> check_events(3, 12.5)
    """
    if not (events >= 0 and events == int(events)):
        raise ValueError(f"events are a whole number, 0 or more, not {events}")
    if not (exposure >= 0 and math.isfinite(exposure)):
        raise ValueError(f"an exposure is 0 or more and finite, not {exposure}")


@door
def rate_ratio(
    events: int,
    exposure: float,
    base_events: int,
    base_exposure: float,
    *,
    method: RatioMethod = "mid_p",
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Ratio of two Poisson rates, first over base.

    ``mid_p`` and ``exact``: given both counts' sum, the first is binomial with share ``RR T1 / (RR T1 + T0)``; mid-p or
    Clopper-Pearson limits of that share, turned into ratios. ``log``: ``ln RR +- z sqrt(1/k1 + 1/k0)``. Raises a
    ValueError for impossible counts or exposures, or an unknown method.

    Parameters
    ----------
    events, exposure, base_events, base_exposure : int, float
        Events and exposure of the group of interest and of the base, in the same unit of exposure.
    method : str
        ``mid_p`` (its level on average), ``exact`` (at least its level) or ``log``, which needs events in both groups.

    Returns
    -------
    Estimate
        Ratio; undefined where an exposure is 0, the base has no events, or `log` meets a count of 0.

    References
    ----------
    Przyborowski & Wilenski (1940), Biometrika 31:313-323, for the conditional argument.

    Examples
    --------
    >>> ratio = rate_ratio(30, 1000, 15, 1000)
    >>> ratio.value, round(ratio.low, 3), round(ratio.high, 3)
    (2.0, 1.085, 3.813)
    """
    check_events(events, exposure)
    check_events(base_events, base_exposure)
    n, words = events + base_events, Words(unit="ratio", per="base rate")
    if exposure == 0 or base_exposure == 0:
        return missing("nothing was observed in one of the two groups", n=n, labels=labels, **words)
    if base_events == 0:
        return missing("the base has no events, so nothing can be divided by its rate", n=n, labels=labels, **words)
    if method == "log" and events == 0:
        return missing("the log interval needs events in both groups: use mid_p", n=n, labels=labels, **words)
    ratio = events / exposure / (base_events / base_exposure)
    if method == "log":
        low, high = _log(ratio, events, base_events, confidence)
    else:
        shares = binomial_limits(events, n, method=SHARE_METHOD[method], confidence=confidence)
        low, high = (share / (1 - share) * base_exposure / exposure for share in shares)
    return ranged(ratio, min(low, ratio), max(high, ratio), n=n, confidence=confidence, labels=labels, **words)


def _log(ratio: float, events: int, base: int, confidence: float) -> Limits:
    spread = z_value(confidence) * math.sqrt(1 / events + 1 / base)
    return ratio * math.exp(-spread), ratio * math.exp(spread)


@door
def rate_ratio_test(events: int, exposure: float, base_events: int, base_exposure: float) -> float:
    """Exact two-sided p-value that the first rate is the base's (conditional binomial test).

    Raises a ValueError where there is no exposure or no event at all: there is nothing to test.

    Parameters
    ----------
    events, exposure, base_events, base_exposure : int, float
        As `rate_ratio` takes them; both exposures above 0 and at least one event.

    Examples
    --------
    >>> round(rate_ratio_test(30, 1000, 15, 1000), 4)
    0.0357
    """
    check_events(events, exposure)
    check_events(base_events, base_exposure)
    if exposure == 0 or base_exposure == 0 or events + base_events == 0:
        raise ValueError("a test of two rates needs exposure in both groups, and an event")
    share = exposure / (exposure + base_exposure)
    return float(stats.binomtest(int(events), int(events + base_events), share).pvalue)
