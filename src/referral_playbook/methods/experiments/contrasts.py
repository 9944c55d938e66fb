"""One arm against another: the ratio of their rates, or the difference of their means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr, stdtrit

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels, check_confidence, missing, ranged
from referral_playbook.methods.rates import rate_ratio, rate_ratio_test


@door
@dataclass(frozen=True, kw_only=True)
class Arm:
    """One arm: how many users had the offer and how many events (conversions, invites) came of it.

    `exposure` is given where users were watched for different times (user-months, say); it stands in for users.
    """

    name: str
    users: int
    events: int
    exposure: float | None = None

    def __post_init__(self) -> None:
        if self.users < 0 or self.events < 0 or (self.exposure is not None and not self.exposure >= 0):
            raise ValueError(f"arm {self.name}: users, events and exposure are 0 or more: {self}")

    @property
    def at_risk(self) -> float:
        return float(self.users if self.exposure is None else self.exposure)

    @property
    def is_share(self) -> bool:
        """Whether events can be read as "one a user at most"."""
        return self.exposure is None and self.events <= self.users


@door
def arm_ratio(
    arm: Arm, control: Arm, *, confidence: float = 0.95, dispersion: float = 1.0, **labels: Unpack[Labels]
) -> Estimate:
    """Rate of an arm over the control's: ``ln RR +- z sqrt(dispersion (1/c1 + 1/c0))``.

    Parameters
    ----------
    arm, control : Arm
    dispersion : float
        Variance over mean of events per user; 1 is Poisson. Above 1 where a few advocates bring most.

    Returns
    -------
    Estimate
        Ratio above 0; undefined where a count or an exposure is 0.

    References
    ----------
    `rates.rate_ratio`, log method; McCullagh & Nelder (1989), ch. 6, for the dispersion.

    Examples
    --------
    >>> ratio = arm_ratio(Arm(name="gift", users=1_000, events=120), Arm(name="none", users=1_000, events=100))
    >>> round(ratio.value, 4), round(ratio.low, 4), round(ratio.high, 4)
    (1.2, 0.9203, 1.5647)
    """
    _check_dispersion(dispersion)
    counts = (arm.events, arm.at_risk, control.events, control.at_risk)
    ratio = rate_ratio(*counts, method="log", confidence=confidence, **labels)
    if ratio.value is None or ratio.low is None or ratio.high is None or dispersion == 1:
        return ratio
    low, high = (ratio.value * (x / ratio.value) ** math.sqrt(dispersion) for x in (ratio.low, ratio.high))
    return ratio.as_(low=low, high=high)


@door
def arm_ratio_p(arm: Arm, control: Arm, *, dispersion: float = 1.0) -> float | None:
    """Two-sided p-value of a rate ratio of 1: z of ln RR; the exact conditional test where a count is 0.

    Returns
    -------
    float or None
        None where nothing was seen or nobody was there: there is nothing to test.

    Examples
    --------
    >>> round(arm_ratio_p(Arm(name="gift", users=1_000, events=120), Arm(name="none", users=1_000, events=100)), 4)
    0.1781
    """
    _check_dispersion(dispersion)
    if arm.events + control.events == 0 or min(arm.at_risk, control.at_risk) == 0:
        return None
    if min(arm.events, control.events) == 0:
        return rate_ratio_test(arm.events, arm.at_risk, control.events, control.at_risk)
    log = math.log(arm.events / arm.at_risk) - math.log(control.events / control.at_risk)
    return float(2 * ndtr(-abs(log) / math.sqrt(dispersion * (1 / arm.events + 1 / control.events))))


def _check_dispersion(dispersion: float) -> None:
    if not (dispersion > 0 and math.isfinite(dispersion)):
        raise ValueError(f"dispersion is above 0 and finite, not {dispersion}")


@door
@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured per user in one arm: number of users, mean, and standard deviation (n - 1)."""

    name: str
    n: int
    mean: float
    sd: float

    @classmethod
    def of(cls, name: str, values: ArrayLike) -> Measured:
        """From the users' values; two or more of them, all finite.

        Examples
        --------
        >>> Measured.of("gift", [1, 2, 3])
        Measured(name='gift', n=3, mean=2.0, sd=1.0)
        """
        x = np.asarray(values, dtype=float)
        if x.ndim != 1 or x.size < 2 or not np.isfinite(x).all():
            raise ValueError(f"arm {name} needs two finite values or more, not {x.size}")
        return cls(name=name, n=x.size, mean=float(x.mean()), sd=float(x.std(ddof=1)))

    @property
    def variance(self) -> float:
        """Of the mean."""
        return self.sd**2 / self.n


@dataclass(frozen=True, kw_only=True)
class MeanContrast:
    """One arm's mean less the control's; `p_value` is None where nothing could be tested."""

    arm: str
    control: str
    difference: Estimate
    p_value: float | None


@door
def mean_contrasts(
    arms: Sequence[Measured],
    control: str,
    *,
    equal_variance: bool = True,
    confidence: float = 0.95,
    **labels: Unpack[Labels],
) -> tuple[MeanContrast, ...]:
    """Linear contrasts: each arm's mean less the control's, with Student's t.

    ``d +- t sqrt(s^2 (1/n1 + 1/n0))`` with the variance pooled over *all* arms on N - k degrees of freedom: ordinary
    least squares on arm indicators. Without equal variances: Welch's, each pair for itself.

    Parameters
    ----------
    arms : sequence of Measured
    control : str
    equal_variance : bool
        False where spread differs by arm, as with money and heavy tails.

    Returns
    -------
    tuple of MeanContrast
        Undefined differences, with the reason, where nothing varies. Correct the p-values for their number (`holm`).

    Raises
    ------
    ValueError
        No such control, no arm beside it, or an arm with fewer than two users.

    References
    ----------
    Welch (1947), Biometrika 34:28-35; any text on one-way analysis of variance.

    Examples
    --------
    >>> arms = [Measured.of("none", [1, 2, 3]), Measured.of("gift", [3, 4, 5])]
    >>> found = mean_contrasts(arms, "none")[0]
    >>> round(found.difference.value, 3), round(found.difference.low, 3), round(found.p_value, 4)
    (2.0, -0.267, 0.0705)
    """
    check_confidence(confidence)
    base = {arm.name: arm for arm in arms}.get(control)
    if base is None or len(arms) < 2 or min(arm.n for arm in arms) < 2:
        raise ValueError(f"contrasts need the control {control!r}, another arm, and two users or more in each")
    pooled = _pooled(arms) if equal_variance else None
    return tuple(_mean_contrast(a, base, pooled, confidence, labels) for a in arms if a.name != control)


def _pooled(arms: Sequence[Measured]) -> tuple[float, float]:
    """Variance within arms, and its degrees of freedom."""
    freedom = sum(a.n - 1 for a in arms)
    return sum((a.n - 1) * a.sd**2 for a in arms) / freedom, float(freedom)


def _mean_contrast(
    arm: Measured, base: Measured, pooled: tuple[float, float] | None, confidence: float, labels: Labels
) -> MeanContrast:
    n, gap, words = arm.n + base.n, arm.mean - base.mean, {"unit": "difference of means", "per": "user"}
    variance = arm.variance + base.variance if pooled is None else pooled[0] * (1 / arm.n + 1 / base.n)
    if variance == 0:
        none = missing("users do not differ, so no range can be computed", n=n, labels=labels, **words)
        return MeanContrast(arm=arm.name, control=base.name, difference=none, p_value=None)
    freedom = _welch(arm, base) if pooled is None else pooled[1]
    half = float(stdtrit(freedom, (1 + confidence) / 2)) * math.sqrt(variance)
    difference = ranged(gap, gap - half, gap + half, n=n, confidence=confidence, labels=labels, **words)
    p = 2 * float(stdtr(freedom, -abs(gap) / math.sqrt(variance)))
    return MeanContrast(arm=arm.name, control=base.name, difference=difference, p_value=p)


def _welch(arm: Measured, base: Measured) -> float:
    v, w = arm.variance, base.variance
    return (v + w) ** 2 / (v**2 / (arm.n - 1) + w**2 / (base.n - 1))
