"""Plan an experiment on two proportions: sample size, power, smallest effect, weeks needed, and planned against run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtrc, ndtr, ndtri

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.methods.arguments import count, number
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, missing


@door
def proportions_power(n: float, p1: float, p2: float, *, alpha: float = 0.05, strict: bool = False) -> float:
    """Chance that an experiment on two proportions shows the difference, by a two-sided z test.

    ``Phi((d - z s0) / s1)`` with ``d = |p1 - p2|``, ``s0^2 = 2 p (1-p) / n`` (pooled p) and ``s1^2 = (p1 (1-p1) + p2
    (1-p2)) / n``; `strict` adds the other tail ``Phi((-d - z s0) / s1)``. Raises a ValueError for shares outside 0 to
    1, both without variance, or an impossible alpha or n.

    Parameters
    ----------
    n : float
        Users in each arm.
    p1, p2 : float
        Shares that convert.
    alpha : float
        Error of the first kind; divide it by the number of comparisons where several arms meet one control.
    strict : bool
        Count rejections in the wrong direction too (R's ``strict = TRUE``, Stata's two-sided power).

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
    if n <= 0:
        raise ValueError(f"an experiment has users: n is above 0, not {n}")
    base, spread = _spreads(p1, p2)
    gap, edge = math.sqrt(n) * abs(p1 - p2), -ndtri(alpha / 2) * base
    power = ndtr((gap - edge) / spread)
    return float(power + ndtr((-gap - edge) / spread) if strict else power)


@door
def proportions_sample(p1: float, p2: float, *, power: float = 0.8, alpha: float = 0.05, arms: int = 2) -> SampleSize:
    """Users per arm that show the difference of two proportions with the given power.

    ``n = ((z_alpha s0 + z_power s1) / d)^2`` with the spreads of `proportions_power` at n = 1. Raises a ValueError for
    equal shares: no sample shows a difference of nothing.

    Parameters
    ----------
    p1, p2 : float
        Shares that convert: today's, and the one worth having.
    power : float
        Chance to show the difference when it is there.
    arms : int
        Arms in all.

    References
    ----------
    R stats::power.prop.test.

    Examples
    --------
    >>> needed = proportions_sample(0.5, 0.75, power=0.9)
    >>> round(needed.exact, 5), needed.per_arm
    (76.70693, 77)
    """
    if p1 == p2 or power <= alpha:
        raise ValueError(f"no sample has power {power} to show {p1} against {p2}: shares differ, alpha < power < 1")
    base, spread = _spreads(p1, p2)
    n = ((ndtri(power) * spread - ndtri(alpha / 2) * base) / abs(p1 - p2)) ** 2
    return SampleSize(exact=float(n), arms=arms)


@door
def proportions_effect(n: float, p1: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """The nearest higher share that an experiment of this size can tell from the first (smallest effect shown).

    Raises a ValueError where even a share of 1 would not be shown.

    References
    ----------
    R stats::power.prop.test, solved for p2.

    Examples
    --------
    >>> round(proportions_effect(50, 0.5, power=0.9), 4)
    0.8026
    """

    def missing(p2: float) -> float:
        return proportions_power(n, p1, p2, alpha=alpha) - power

    before = p1
    for share in np.linspace(p1, 1 - 1e-12, 201)[1:].tolist():
        if missing(share) >= 0:
            return float(brentq(missing, before, share, xtol=1e-12)) if missing(before) < 0 else before
        before = share
    raise ValueError(f"{n:g} users an arm cannot show any effect in this direction: ask more users")


def _spreads(p1: float, p2: float) -> tuple[float, float]:
    """Standard errors for n = 1: as the test takes it without a difference, and as it is."""
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1):
        raise ValueError(f"shares lie between 0 and 1: {p1}, {p2}")
    pooled, variance = (p1 + p2) / 2, p1 * (1 - p1) + p2 * (1 - p2)
    if variance == 0:
        raise ValueError(f"shares of {p1} and {p2} have no variance: outcomes that are certain need no test")
    return math.sqrt(2 * pooled * (1 - pooled)), math.sqrt(variance)


@door
@dataclass(frozen=True, kw_only=True)
class SampleSize:
    """How many an experiment needs.

    Examples
    --------
    >>> SampleSize(exact=76.70693, arms=3).total
    231
    """

    exact: float  # users in each arm, before rounding up
    arms: int = 2  # arms in all

    def __post_init__(self) -> None:
        if number(self.exact, "exact") < 0 or count(self.arms, "arms") < 1:
            raise ValueError(f"an experiment has an arm, and sizes of 0 or more: {self}")

    @property
    def per_arm(self) -> int:
        return math.ceil(self.exact - 1e-9)

    @property
    def total(self) -> int:
        return self.per_arm * self.arms


@door
def weeks_needed(sample: SampleSize, traffic: Estimate) -> Estimate:
    """Whole weeks until the sample is complete, at the traffic that there is.

    Parameters
    ----------
    traffic : Estimate
        Users who enter the experiment per week, over all arms.

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
        return math.ceil(sample.total / rate - 1e-9)

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
    mismatch), and then the arms may not be comparable. Raises a ValueError for fewer than two arms, or a negative
    count.

    Parameters
    ----------
    weeks_planned, weeks_run : float, optional
        None of them: the check of the weeks is left out.

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
