"""Read an experiment out: each arm against the control, corrected for the number of looks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Unpack

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import false_discovery_control

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.doors import door
from referral_playbook.methods.experiments.better_arm import Better, better_arm
from referral_playbook.methods.experiments.contrasts import Arm, arm_ratio, arm_ratio_p
from referral_playbook.methods.labels import Labels
from referral_playbook.methods.uncertainty.distributions import Floats

Correction = Literal["holm", "benjamini-hochberg"]


@door
def holm(p: ArrayLike) -> Floats:
    """p-values corrected by Holm's step-down: the chance of any false alarm stays below alpha.

    In rising order ``max over earlier ones of (m - i) p[i]``, at most 1; returned in the order given. Raises a
    ValueError for a p-value outside 0 to 1, or NaN: leave out what was not tested.

    Parameters
    ----------
    p : array of shape (m,)
        p-values; none at all gives none back.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, 0.005]).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    tested = _p_values(p)
    order = np.argsort(tested, kind="stable")
    adjusted = np.empty_like(tested)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(tested[order] * np.arange(tested.size, 0, -1)))
    return adjusted


@door
def benjamini_hochberg(p: ArrayLike) -> Floats:
    """p-values corrected for the share of false alarms among those raised (false discovery rate), by scipy.

    References
    ----------
    Benjamini & Hochberg (1995), JRSS B 57:289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.005]).round(4).tolist()
    [0.02, 0.04, 0.04, 0.02]
    """
    tested = _p_values(p)
    return np.asarray(false_discovery_control(tested)) if tested.size else tested


def _p_values(p: ArrayLike) -> Floats:
    tested = np.asarray(p, dtype=float)
    if tested.ndim != 1 or not ((tested >= 0) & (tested <= 1)).all():
        raise ValueError(f"p-values are one row of numbers from 0 to 1: {tested.tolist()}")
    return tested


CORRECTIONS = {"holm": holm, "benjamini-hochberg": benjamini_hochberg}


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """One arm against the control."""

    arm: str
    control: str
    rate_ratio: Estimate  # its range is for this contrast alone; the corrected p-value decides
    difference: Estimate | None  # of shares, Newcombe; None where events are no shares of users
    # P(arm > control) and expected losses, Beta-binomial; None where events are no shares of users or nobody was there
    better: Better | None
    # None where nothing could be tested
    p_value: float | None
    p_adjusted: float | None

    @property
    def ratio(self) -> float:
        """Rate over that of the control; beyond any number where only the arm has events."""
        if self.rate_ratio.value is not None:
            return self.rate_ratio.value
        return math.inf if self.better is not None and self.better.probability > 0.5 else 0.0

    def row(self) -> dict[str, Any]:
        """The contract's row of ``tables.contrasts``, without its conclusion."""
        ratio = self.rate_ratio
        return {
            "arm": self.arm,
            "control": self.control,
            "rate_ratio": ratio.value,
            "low": ratio.low,
            "high": ratio.high,
            "p_value": self.p_value,
            "p_adjusted": self.p_adjusted,
        }


@door
def read_out(
    arms: Sequence[Arm],
    control: str,
    *,
    alpha: float = 0.05,
    correction: Correction = "holm",
    dispersion: float = 1.0,
    **labels: Unpack[Labels],
) -> tuple[Contrast, ...]:
    """Every arm against the control, corrected for their number, in the order given.

    Raises a ValueError for a control that is no arm, names twice, or no arm beside the control.

    Parameters
    ----------
    control : str
        Name of the arm that the others are held against.
    alpha : float
        Error of the first kind over all contrasts; ranges are at ``1 - alpha`` each.
    correction : str
        ``holm`` (no false alarm at all) or ``benjamini-hochberg`` (few among those raised).
    dispersion : float
        As in `arm_ratio`.

    Examples
    --------
    >>> arms = [Arm(name="none", users=1_000, events=40), Arm(name="gift", users=1_000, events=80)]
    >>> [(c.rate_ratio.value, round(c.p_adjusted, 4)) for c in read_out(arms, "none")]
    [(2.0, 0.0003)]
    """
    base = _control(arms, control)
    others = [arm for arm in arms if arm.name != control]
    tests = [arm_ratio_p(arm, base, dispersion=dispersion) for arm in others]
    adjusted = iter(CORRECTIONS[correction]([p for p in tests if p is not None]))
    together = [None if p is None else float(next(adjusted)) for p in tests]
    return tuple(
        _contrast(arm, base, p, q, alpha, dispersion, labels) for arm, p, q in zip(others, tests, together, strict=True)
    )


def _control(arms: Sequence[Arm], control: str) -> Arm:
    names = [arm.name for arm in arms]
    if control not in names or len(set(names)) != len(names) or len(names) < 2:
        raise ValueError(
            f"a read-out needs the control {control!r} and another arm, each named once; there are {names}"
        )
    return arms[names.index(control)]


def _contrast(
    arm: Arm,
    control: Arm,
    p: float | None,
    adjusted: float | None,
    alpha: float,
    dispersion: float,
    labels: Labels,
) -> Contrast:
    ratio = arm_ratio(arm, control, confidence=1 - alpha, dispersion=dispersion, **labels)
    shares = arm.is_share and control.is_share
    gap = difference(arm.events, arm.users, control.events, control.users, confidence=1 - alpha) if shares else None
    there = shares and min(arm.users, control.users) > 0
    return Contrast(
        arm=arm.name,
        control=control.name,
        rate_ratio=ratio,
        difference=gap,
        better=better_arm((control.events, control.users), (arm.events, arm.users)) if there else None,
        p_value=p,
        p_adjusted=adjusted,
    )
