"""Plan an experiment on two proportions: power, sample size, smallest effect it can show, as R has them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from referral_playbook.methods.sample_size import SampleSize


def proportions_power(
    n: float,
    p1: float,
    p2: float,
    *,
    alpha: float = 0.05,
    two_sided: bool = True,
    strict: bool = False,
    ratio: float = 1.0,
) -> float:
    """Chance that an experiment on two proportions shows the difference, by the pooled z test.

    ``Phi((d - z s0) / s1)`` with ``d = |p1 - p2|``, ``s0^2 = p (1-p) (1/n1 + 1/n2)`` (pooled p) and
    ``s1^2 = p1 (1-p1)/n1 + p2 (1-p2)/n2``; `strict` adds the other tail ``Phi((-d - z s0) / s1)``.

    Parameters
    ----------
    n : float
        Users in the first arm; the second has ``ratio * n``.
    p1, p2 : float
        Shares that convert.
    alpha : float
        Error of the first kind; divide it by the number of comparisons where several arms meet one control.
    strict : bool
        Count rejections in the wrong direction too (R's ``strict = TRUE``, Stata's two-sided power).

    Raises
    ------
    ValueError
        Shares outside 0 to 1, both without variance, or an impossible alpha or n.

    References
    ----------
    R stats::power.prop.test; Stata `power twoproportions`; Fleiss, Levin & Paik (2003), ch. 4.

    Examples
    --------
    >>> round(proportions_power(50, 0.5, 0.75), 4)
    0.7402
    >>> round(proportions_power(550, 0.001, 0.015, strict=True), 6)
    0.74156
    """
    check_design(n, alpha, ratio)
    base, spread = _spreads(p1, p2, ratio)
    gap, edge = math.sqrt(n) * abs(p1 - p2), critical(alpha, two_sided) * base
    power = ndtr((gap - edge) / spread)
    return float(power + ndtr((-gap - edge) / spread) if strict and two_sided else power)


def proportions_sample(
    p1: float,
    p2: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    two_sided: bool = True,
    strict: bool = False,
    ratio: float = 1.0,
    arms: int = 2,
) -> SampleSize:
    """Users per arm that show the difference of two proportions with the given power.

    ``n = ((z_alpha s0 + z_power s1) / d)^2`` with the spreads of `proportions_power` at n = 1; the `strict` one
    is solved for.

    Parameters
    ----------
    p1, p2 : float
        Shares that convert: today's, and the one worth having.
    power : float
        Chance to show the difference when it is there.
    arms : int
        Arms in all, of the same size.

    Raises
    ------
    ValueError
        Equal shares: no sample shows a difference of nothing.

    References
    ----------
    R stats::power.prop.test.

    Examples
    --------
    >>> needed = proportions_sample(0.5, 0.75, power=0.9)
    >>> round(needed.exact, 5), needed.per_arm
    (76.70693, 77)
    """
    check_design(1.0, alpha, ratio)
    if p1 == p2 or not alpha < power < 1:
        raise ValueError(f"no sample has power {power} to show {p1} against {p2}: shares differ, alpha < power < 1")
    base, spread = _spreads(p1, p2, ratio)
    n = ((critical(alpha, two_sided) * base + ndtri(power) * spread) / abs(p1 - p2)) ** 2
    if strict and two_sided:

        def missing(m: float) -> float:
            return proportions_power(m, p1, p2, alpha=alpha, strict=True, ratio=ratio) - power

        n = brentq(missing, n * 1e-6, n * (1 + 1e-9), xtol=1e-9, rtol=1e-12)
    return SampleSize(exact=float(n), arms=arms)


def proportions_effect(
    n: float,
    p1: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    two_sided: bool = True,
    strict: bool = False,
    ratio: float = 1.0,
    up: bool = True,
) -> float:
    """The nearest second share that an experiment of this size can tell from the first (smallest effect shown).

    Raises
    ------
    ValueError
        Where even a share of 1 (or 0) would not be shown.

    References
    ----------
    R stats::power.prop.test, solved for p2.

    Examples
    --------
    >>> round(proportions_effect(50, 0.5, power=0.9), 4), round(proportions_effect(50, 0.5, power=0.9, up=False), 4)
    (0.8026, 0.1974)
    """

    def missing(p2: float) -> float:
        found = proportions_power(n, p1, p2, alpha=alpha, two_sided=two_sided, strict=strict, ratio=ratio)
        return found - power

    tried = np.linspace(p1, 1 - 1e-12 if up else 1e-12, 201)[1:]
    return first_shown(missing, tried, start=p1, what=f"{n:g} users an arm")


def critical(alpha: float, two_sided: bool) -> float:
    """Normal quantile that a test statistic must pass.

    Examples
    --------
    >>> round(critical(0.05, two_sided=True), 4), round(critical(0.05, two_sided=False), 4)
    (1.96, 1.6449)
    """
    return float(-ndtri(alpha / 2 if two_sided else alpha))


def _spreads(p1: float, p2: float, ratio: float) -> tuple[float, float]:
    """Standard errors of the difference for n = 1: pooled (no difference) and as it is."""
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1):
        raise ValueError(f"shares lie between 0 and 1: {p1}, {p2}")
    pooled = (p1 + ratio * p2) / (1 + ratio)
    variance = p1 * (1 - p1) + p2 * (1 - p2) / ratio
    if variance == 0:
        raise ValueError(f"shares of {p1} and {p2} have no variance: outcomes that are certain need no test")
    return math.sqrt(pooled * (1 - pooled) * (1 + 1 / ratio)), math.sqrt(variance)


def check_design(n: float, alpha: float, ratio: float) -> None:
    """Refuse (ValueError) sizes and error levels that no experiment has.

    Examples
    --------
    >>> check_design(100, alpha=0.05, ratio=1)
    """
    if not (n > 0 and 0 < alpha < 1 and ratio > 0):
        raise ValueError(f"n and ratio are above 0, alpha between 0 and 1: {n}, {ratio}, {alpha}")


def first_shown(missing: Callable[[float], float], tried: Iterable[float], *, start: float, what: str) -> float:
    """The value nearest to `start`, among and between those tried, at which `missing` (power lacking) is 0.

    Raises ValueError where even the last one tried is not shown.

    Examples
    --------
    >>> round(first_shown(lambda effect: effect - 0.25, [0.1, 0.2, 0.3], start=0.0, what="this plan"), 6)
    0.25
    """
    before = start
    for value in map(float, tried):
        if missing(value) >= 0:
            return float(brentq(missing, before, value, xtol=1e-12)) if missing(before) < 0 else before
        before = value
    raise ValueError(f"{what} cannot show any effect in this direction: ask more users")
