"""Two groups compared: independent shares, and rates or means within strata."""

from __future__ import annotations

import math
from typing import Unpack

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.arguments import amounts, yes_no
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, Words, missing, ranged
from referral_playbook.methods.proportions import binomial_limits, check_counts, z_value
from referral_playbook.methods.survival.survival_curve import tally


@door
def difference(
    successes: int,
    n: int,
    base_successes: int,
    base_n: int,
    *,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Difference of two independent shares, first minus base, by Newcombe's square-and-add (his method 10).

    ``low = d - sqrt((p1-l1)^2 + (u0-p0)^2)``, ``high = d + sqrt((u1-p1)^2 + (p0-l0)^2)`` with each share's own limits,
    which are Wilson's.

    Parameters
    ----------
    successes, n, base_successes, base_n : int
        Counts of the group of interest and of the base.

    Returns
    -------
    Estimate
        Difference of shares, -1 to 1; undefined where either n is 0.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:873-890.

    Examples
    --------
    >>> d = difference(56, 70, 48, 80)
    >>> round(d.value, 4), round(d.low, 4), round(d.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    words, groups = Words(unit="difference of shares", per="observation"), ((successes, n), (base_successes, base_n))
    for k, m in groups:
        check_counts(k, m)
    if not (n and base_n):
        return missing("one of the two groups is empty", n=n + base_n, labels=labels, **words)
    (low, high), (low0, high0) = (binomial_limits(k, m, confidence=confidence) for k, m in groups)
    p, p0 = successes / n, base_successes / base_n
    low, high = p - p0 - math.hypot(p - low, high0 - p0), p - p0 + math.hypot(high - p, p0 - low0)
    return ranged(p - p0, low, high, n=n + base_n, confidence=confidence, labels=labels, **words)


WIDEST = 30.0  # of a log hazard ratio: beyond it one group has no events


@door
def hazard_ratio(
    durations: ArrayLike,
    events: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """How many times as often it happens in the group as outside it: Cox regression on one yes or no, within strata.

    The log ratio b solves ``sum over strata and times of d1 - d n1 e^b / (n1 e^b + n0) = 0`` (Breslow's ties);
    interval ``b +- z / sqrt(information)``.

    Parameters
    ----------
    durations, events : arrays, shape (n,)
        As `kaplan_meier` takes them.
    group : array of bool, shape (n,)
        True for the group of interest.
    strata : array, shape (n,), optional
        Only customers of one stratum are compared with each other.

    Returns
    -------
    Estimate
        Ratio above 0, `n` the events that were compared; undefined where a group has none while both were at risk.

    References
    ----------
    Cox (1972), JRSS B 34:187-220; Breslow (1974), Biometrics 30:89-99.

    Examples
    --------
    >>> months, left = [1, 2, 3, 4, 5, 6, 7, 8], [True] * 8
    >>> ratio = hazard_ratio(months, left, [False, False, True, False, True, False, True, True])
    >>> round(ratio.value, 3), ratio.low < ratio.value < ratio.high
    (0.289, True)
    """
    z, words = z_value(confidence), Words(unit="ratio", per="base rate")
    n1, n0, d1, d = _compared(durations, events, group, strata)
    n = int(d.sum())
    if n == 0:
        return missing("nothing happened while both groups were there", n=0, labels=labels, **words)
    if d1.sum() in (0, n):
        return missing("it happened in one of the two groups only", n=n, labels=labels, **words)

    def score(b: float) -> float:
        return float((d1 - d * n1 / (n1 + n0 * math.exp(-b))).sum())

    b = float(optimize.brentq(score, -WIDEST, WIDEST, xtol=1e-12))
    share = n1 / (n1 + n0 * math.exp(-b))
    half = z / math.sqrt(float((d * share * (1 - share)).sum()))
    limits = (math.exp(b), math.exp(b - half), math.exp(b + half))
    return ranged(*limits, n=n, confidence=confidence, labels=labels, **words)


def _compared(
    durations: ArrayLike, events: ArrayLike, group: ArrayLike, strata: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """At each time with an event and both groups at risk: at risk in the group and outside, events in it and in all."""
    event, inside = yes_no(events, "events"), yes_no(group, "group")
    if np.ndim(durations) != 1 or not np.shape(durations) == event.shape == inside.shape:
        raise ValueError(
            "give a duration, an event and a group for each customer, "
            f"not {np.shape(durations)}, {event.shape} and {inside.shape}"
        )
    rows = pd.DataFrame({"time": durations, "event": event, "group": inside})
    rows["stratum"] = 0 if strata is None else np.asarray(strata)
    parts = [_stratum(part) for _, part in rows.groupby("stratum", sort=True, dropna=False)]
    whole = np.concatenate(parts, axis=1) if parts else np.empty((4, 0))
    n1, n0, d1, d = whole[:, (whole[0] > 0) & (whole[1] > 0) & (whole[3] > 0)]
    return n1, n0, d1, d


def _stratum(rows: pd.DataFrame) -> np.ndarray:
    inside = yes_no(rows["group"], "group")
    seen = tally(rows["time"], rows["event"])
    mine = tally(rows["time"][inside], rows["event"][inside])
    # the group's numbers at the times of the whole stratum
    later = np.searchsorted(mine.times, seen.times, side="left")
    n1 = np.append(mine.at_risk, 0.0)[later]
    at = np.append(mine.times, np.inf)[later] == seen.times
    d1 = np.where(at, np.append(mine.events, 0.0)[later], 0.0)
    return np.stack([n1, seen.at_risk - n1, d1, seen.events])


@door
def ratio_of_means(
    values: ArrayLike,
    group: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> Estimate:
    """Mean of the group over the mean outside it, at the same mix of strata.

    ``sum w m1 / sum w m0`` with weights ``n1 n0 / (n1 + n0)`` by stratum; interval on the log scale by the delta
    method, the spread within a stratum pooled over both groups.

    Parameters
    ----------
    values : array of float, shape (n,)
        Amounts of 0 or more.
    group, strata : as `hazard_ratio` takes them

    Returns
    -------
    Estimate
        Undefined where no stratum holds both groups with three members, or a mean is 0.

    References
    ----------
    Cochran (1954), Biometrics 10:417-451, for the weights.

    Examples
    --------
    >>> came = [True, False, False, True, True, False]
    >>> ratio = ratio_of_means([10, 12, 11, 20, 22, 24], came, strata=[1, 1, 1, 2, 2, 2])
    >>> round(ratio.value, 3), ratio.low < ratio.value < ratio.high
    (0.873, True)
    """
    z, words = z_value(confidence), Words(unit="ratio", per="base mean")
    rows = pd.DataFrame({"value": amounts(values, "values"), "group": yes_no(group, "group")})
    rows["stratum"] = 0 if strata is None else np.asarray(strata)
    parts = [_means(part) for _, part in rows.groupby("stratum", sort=True, dropna=False)]
    known = np.array([p for p in parts if p is not None]).reshape(-1, 5)
    n1, n0, m1, m0, spread = known.T
    n = int((n1 + n0).sum())
    weight = n1 * n0 / (n1 + n0)
    top, bottom = float(weight @ m1), float(weight @ m0)
    if top <= 0 or bottom <= 0:
        return missing("no stratum holds both groups with amounts above 0", n=n, labels=labels, **words)
    relative = (weight**2 * spread / n1).sum() / top**2 + (weight**2 * spread / n0).sum() / bottom**2
    if relative == 0:
        return missing("all amounts of a stratum are the same: they show no spread", n=n, labels=labels, **words)
    factor = math.exp(z * math.sqrt(relative))
    ratio = top / bottom
    return ranged(ratio, ratio / factor, ratio * factor, n=n, confidence=confidence, labels=labels, **words)


def _means(rows: pd.DataFrame) -> tuple[float, float, float, float, float] | None:
    one, other = (rows["value"][side].to_numpy() for side in (rows["group"], ~rows["group"]))
    if not (one.size and other.size and one.size + other.size > 2):
        return None
    squares = ((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()
    return one.size, other.size, one.mean(), other.mean(), float(squares) / (one.size + other.size - 2)
