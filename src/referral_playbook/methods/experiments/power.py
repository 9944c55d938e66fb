"""Plan an experiment on two proportions: sample size, power, smallest effect, weeks needed, and planned against run."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, ndtr, ndtri

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.methods.arguments import count, number
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, missing

PowerTest = Literal["pooled", "unpooled", "arcsine"]


@door
def proportions_power(
    n: float,
    p1: float,
    p2: float,
    *,
    alpha: float = 0.05,
    two_sided: bool = True,
    strict: bool = False,
    ratio: float = 1.0,
    test: PowerTest = "pooled",
) -> float:
    """Chance that an experiment on two proportions shows the difference, by a z test.

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
    test : str
        ``pooled`` as above; ``unpooled`` with s1 in place of s0 (Wald's test); ``arcsine`` with Cohen's
        ``h = 2 asin sqrt p1 - 2 asin sqrt p2`` in place of d and the variance ``1/n1 + 1/n2``.
    strict : bool
        Count rejections in the wrong direction too (R's ``strict = TRUE``, Stata's two-sided power).

    Raises
    ------
    ValueError
        Shares outside 0 to 1, both without variance, or an impossible alpha or n.

    References
    ----------
    R stats::power.prop.test; Stata `power twoproportions`; Fleiss, Levin & Paik (2003), ch. 4;
    Cohen (1988), ch. 6, for the arcsine.

    Examples
    --------
    >>> round(proportions_power(50, 0.5, 0.75), 4)
    0.7402
    >>> round(proportions_power(550, 0.001, 0.015, strict=True), 6)
    0.74156
    """
    check_design(n, alpha, ratio)
    base, spread = _spreads(p1, p2, ratio, test)
    gap, edge = math.sqrt(n) * _gap(p1, p2, test), critical(alpha, two_sided) * base
    power = ndtr((gap - edge) / spread)
    return float(power + ndtr((-gap - edge) / spread) if strict and two_sided else power)


@door
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
    test: PowerTest = "pooled",
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
        Arms in all; all beside the first have ``ratio`` times its size.

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
    base, spread = _spreads(p1, p2, ratio, test)
    n = ((critical(alpha, two_sided) * base + ndtri(power) * spread) / _gap(p1, p2, test)) ** 2
    if strict and two_sided:

        def missing(m: float) -> float:
            return proportions_power(m, p1, p2, alpha=alpha, strict=True, ratio=ratio, test=test) - power

        n = brentq(missing, n * 1e-6, n * (1 + 1e-9), xtol=1e-9, rtol=1e-12)
    return SampleSize(exact=float(n), arms=arms, ratio=ratio)


@door
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
    test: PowerTest = "pooled",
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
        reached = proportions_power(n, p1, p2, alpha=alpha, two_sided=two_sided, strict=strict, ratio=ratio, test=test)
        return reached - power

    tried = np.linspace(p1, 1 - 1e-12 if up else 1e-12, 201)[1:]
    return first_shown(missing, tried, start=p1, what=f"{n:g} users an arm")


@door
def critical(alpha: float, two_sided: bool) -> float:
    """Normal quantile that a test statistic must pass.

    Examples
    --------
    >>> round(critical(0.05, two_sided=True), 4), round(critical(0.05, two_sided=False), 4)
    (1.96, 1.6449)
    """
    return float(-ndtri(alpha / 2 if two_sided else alpha))


def _gap(p1: float, p2: float, test: PowerTest) -> float:
    """The difference on the scale of the test."""
    if test == "arcsine":
        return 2 * abs(math.asin(math.sqrt(p1)) - math.asin(math.sqrt(p2)))
    return abs(p1 - p2)


def _spreads(p1: float, p2: float, ratio: float, test: PowerTest) -> tuple[float, float]:
    """Standard errors for n = 1: as the test takes it without a difference, and as it is."""
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1):
        raise ValueError(f"shares lie between 0 and 1: {p1}, {p2}")
    if test not in get_args(PowerTest):
        raise ValueError(f"no test {test!r} of two proportions; there are {', '.join(get_args(PowerTest))}")
    pooled = (p1 + ratio * p2) / (1 + ratio)
    variance = p1 * (1 - p1) + p2 * (1 - p2) / ratio
    if variance == 0:
        raise ValueError(f"shares of {p1} and {p2} have no variance: outcomes that are certain need no test")
    if test == "arcsine":
        return (math.sqrt(1 + 1 / ratio),) * 2
    base = pooled * (1 - pooled) * (1 + 1 / ratio) if test == "pooled" else variance
    return math.sqrt(base), math.sqrt(variance)


def check_design(n: float, alpha: float, ratio: float) -> None:
    """Refuse (ValueError) sizes and error levels that no experiment has.

    Examples
    --------
    >>> check_design(100, alpha=0.05, ratio=1)
    """
    if not (n > 0 and 0 < alpha < 1 and ratio > 0):
        raise ValueError(f"n and ratio are above 0, alpha between 0 and 1: {n}, {ratio}, {alpha}")


@door
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


Period = Literal["day", "week", "month"]
WEEKS = {"day": 1 / 7, "week": 1.0, "month": 365.25 / 12 / 7}


@door
@dataclass(frozen=True, kw_only=True)
class SampleSize:
    """How many an experiment needs.

    Parameters
    ----------
    exact : float
        Users in the first arm, before rounding up.
    arms : int
        Arms in all.
    ratio : float
        Users in every other arm, per user of the first.

    Examples
    --------
    >>> SampleSize(exact=76.70693, arms=3).total, SampleSize(exact=154.2, ratio=2.0).total
    (231, 464)
    """

    exact: float
    arms: int = 2
    ratio: float = 1.0

    def __post_init__(self) -> None:
        if number(self.exact, "exact") < 0 or number(self.ratio, "ratio") <= 0 or count(self.arms, "arms") < 1:
            raise ValueError(f"an experiment has an arm, and sizes and ratio above 0: {self}")

    @property
    def per_arm(self) -> int:
        return math.ceil(self.exact - 1e-9)

    @property
    def per_other_arm(self) -> int:
        """Users in each arm beside the first."""
        return math.ceil(self.exact * self.ratio - 1e-9)

    @property
    def total(self) -> int:
        return self.per_arm + self.per_other_arm * (self.arms - 1)


@door
def weeks_needed(sample: SampleSize, traffic: Estimate, *, period: Period = "week") -> Estimate:
    """Whole weeks until the sample is complete, at the traffic that there is.

    Parameters
    ----------
    sample : SampleSize
    traffic : Estimate
        Users who enter the experiment per `period`, over all arms.
    period : str
        day, week or month (30.4375 days).

    Returns
    -------
    Estimate
        Weeks; undefined without traffic, and without upper limit where its range reaches 0.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> traffic = assumed(40, 30, 60, unit="customers", per="week", source="client")
    >>> weeks = weeks_needed(SampleSize(exact=76.7), traffic)
    >>> weeks.value, weeks.low, weeks.high
    (4.0, 3.0, 6.0)
    """
    labels = Labels(basis=traffic.basis, source=traffic.source, unit="weeks", per="experiment")
    if traffic.value is None or traffic.low is None:
        return _never(f"no traffic known: {traffic.reason}", labels)
    if traffic.value <= 0:
        return _never(f"no traffic: {sample.total} users are never reached", labels)

    def weeks(rate: float) -> int:
        return math.ceil(sample.total * WEEKS[period] / rate - 1e-9)

    return Estimate(
        value=weeks(traffic.value),
        low=0 if traffic.high is None else weeks(traffic.high),
        high=weeks(traffic.low) if traffic.low > 0 else None,
        confidence=traffic.confidence,
        n=traffic.n,
        **labels,
        reason="" if traffic.low > 0 else "traffic may be 0, and then the sample is never reached",
    )


@door
def planned_against_run(
    planned: SampleSize, users: Mapping[str, int], *, weeks_planned: float | None = None, weeks_run: float | None = None
) -> tuple[Check, ...]:
    """What was planned against what was run: every arm's size, the weeks, and whether arms are of a size.

    Arms drawn at random differ by chance alone: the chi-square test of equal sizes fails below 0.001 (sample ratio
    mismatch), and then the arms may not be comparable.

    Parameters
    ----------
    planned : SampleSize
    users : mapping of arm to users
    weeks_planned, weeks_run : float, optional
        None of them: the check of the weeks is left out.

    Raises
    ------
    ValueError
        Fewer than two arms, or a negative count.

    References
    ----------
    Fabijan et al. (2019), KDD, on sample ratio mismatch.

    Examples
    --------
    >>> checks = planned_against_run(SampleSize(exact=76.7), {"control": 80, "gift": 60})
    >>> [(c.name, c.passed) for c in checks]
    [('control_size', True), ('gift_size', False), ('arms_of_a_size', True)]
    """
    if len(users) < 2 or min(users.values()) < 0:
        raise ValueError(f"an experiment has two arms or more, with 0 users or more: {dict(users)}")
    sizes = tuple(
        Check(
            name=f"{arm}_size", passed=n >= planned.per_arm, text=f"{n:,} of {planned.per_arm:,} planned users in {arm}"
        )
        for arm, n in users.items()
    )
    weeks = () if weeks_planned is None or weeks_run is None else (_weeks_check(weeks_planned, weeks_run),)
    return (*sizes, *weeks, _balance(users))


def _weeks_check(planned: float, run: float) -> Check:
    text = f"ran {run:g} of {planned:g} planned weeks"
    return Check(name="weeks_run", passed=run >= planned, text=text)


def _balance(users: Mapping[str, int]) -> Check:
    total, expected = sum(users.values()), sum(users.values()) / len(users)
    if total == 0:
        return Check(name="arms_of_a_size", passed=None, text="no users in any arm")
    p = float(chdtrc(len(users) - 1, sum((n - expected) ** 2 / expected for n in users.values())))
    text = f"chance of arms this uneven by a fair draw: p = {p:.2g}"
    return Check(name="arms_of_a_size", passed=p >= 0.001, text=text)


def _never(reason: str, labels: Labels) -> Estimate:
    return missing(reason, n=None, labels=labels, unit="weeks", per="experiment")
