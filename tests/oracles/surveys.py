"""Published formulas on shares and waits that no step needs, and that the methods are held against."""

from __future__ import annotations

import math
from typing import Unpack

import numpy as np

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged
from referral_playbook.methods.proportions import check_counts, z_value
from referral_playbook.methods.survival.survival_curve import SurvivalCurve


@door
def odds_ratio(
    successes: int, n: int, base_successes: int, base_n: int, *, confidence: float = 0.95, **labels: Unpack[Labels]
) -> Estimate:
    """Odds ratio of two shares with the interval of Woolf (1955): ``ln OR +- z sqrt(1/a + 1/b + 1/c + 1/d)``.

    Parameters
    ----------
    successes, n, base_successes, base_n : int
        Counts of the group of interest and of the base.

    Returns
    -------
    Estimate
        Ratio above 0; undefined where a cell of the two-by-two table is empty.

    Examples
    --------
    >>> round(odds_ratio(296, 500, 221, 500).value, 4)
    1.8318
    """
    check_counts(successes, n)
    check_counts(base_successes, base_n)

    cells = (successes, n - successes, base_successes, base_n - base_successes)
    if min(cells) == 0:
        reason = "a cell of the two-by-two table is empty: compare the shares by their difference"
        return missing(reason, n=n + base_n, labels=labels, unit="odds ratio", per="base")
    a, b, c, d = cells
    half = z_value(confidence) * math.sqrt(sum(1 / cell for cell in cells))
    log = math.log(a * d / (b * c))
    numbers = (math.exp(log), math.exp(log - half), math.exp(log + half))
    return ranged(*numbers, n=n + base_n, confidence=confidence, labels=labels, unit="odds ratio", per="base")


@door
def answers_for_margin(
    margin: float, *, share: float = 0.5, confidence: float = 0.95, population: int | None = None
) -> int:
    """Answers wanted for a margin of error: ``ceil(z^2 p(1-p) / e^2)``, fewer from a finite population.

    Finite population N: ``n0 / (1 + (n0 - 1)/N)`` with n0 before rounding. Raises a ValueError for a margin or share
    outside 0 to 1, or an empty population.

    Parameters
    ----------
    margin : float
        Half-width wanted, as a share (0.05 for five points).
    share : float
        Share expected; 0.5 asks for the most.
    population : int, optional
        Everyone who could be asked.

    References
    ----------
    Cochran (1977), Sampling Techniques, chapter 4.

    Examples
    --------
    >>> answers_for_margin(0.05), answers_for_margin(0.05, population=1000)
    (385, 278)
    """

    if not (0 < margin < 1 and 0 < share < 1) or (population is not None and population < 1):
        raise ValueError(f"margin and share lie between 0 and 1, a population above 0: {margin}, {share}, {population}")
    wanted = z_value(confidence) ** 2 * share * (1 - share) / margin**2
    if population is not None:
        wanted = wanted / (1 + (wanted - 1) / population)
    return math.ceil(wanted - 1e-9)


def restricted_mean(curve: SurvivalCurve, horizon: float | None = None) -> Estimate:
    """Mean wait up to `horizon`, the area under the curve, with Greenwood's variance of an area.

    ``Var = sum over events of (area from t_i to the horizon)^2 d_i / (n_i (n_i - d_i))``. The default horizon is
    the longest duration. Undefined beyond it, and where nothing happened before it: no spread is known then.
    """
    horizon = curve.followed if horizon is None else horizon
    words = Words(unit=curve.unit, per="customer")
    before = (curve.times < horizon) & (curve.events > 0)
    reason = curve.at(horizon).reason or ("" if before.any() else f"no event within {horizon:g} {curve.unit}s")
    if reason:
        return missing(reason, n=curve.n, labels={}, **words)
    edges = np.concatenate([[0.0], curve.times[before], [horizon]])
    areas = np.diff(edges) * np.concatenate([[1.0], curve.survival[before]])
    ahead = areas[::-1].cumsum()[::-1][1:]
    d, n = curve.events[before], curve.at_risk[before]
    spread = np.divide(ahead**2 * d, n * (n - d), out=np.zeros_like(d), where=n > d).sum()
    value, half = float(areas.sum()), z_value(curve.confidence) * math.sqrt(spread)
    if half == 0:
        return missing("everyone had the event at once: no spread is known", n=curve.n, labels={}, **words)
    low, high = max(0.0, value - half), min(horizon, value + half)
    return ranged(value, low, high, n=curve.n, confidence=curve.confidence, labels={}, **words)
