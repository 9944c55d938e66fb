"""An arm against its control, read every month: ratio, difference, always-valid p-value, months to go, futility."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.experiments.sequential import (
    conditional_power,
    crossing_probabilities,
    planned_information,
    valid_bounds,
    valid_p,
)
from referral_playbook.methods.labels import Labels, missing, ranged

Floats = NDArray[np.float64]

LEAST_INFORMATION = 2.0
FUTILE_BELOW = 0.10
MOST_MONTHS = 120


@dataclass(frozen=True, kw_only=True)
class Looks:
    """Cumulative counts of an arm and its control at each look, oldest first.

    Exposure is users, or user-months where users were watched for different times.
    """

    events: Floats
    exposure: Floats
    control_events: Floats
    control_exposure: Floats

    @classmethod
    def of(
        cls, events: ArrayLike, exposure: ArrayLike, control_events: ArrayLike, control_exposure: ArrayLike
    ) -> Looks:
        """From four rows of equal length, or four numbers where only the present look is known.

        Raises a ValueError where lengths differ, a count is negative, or a cumulative count falls.
        """
        rows = [np.atleast_1d(np.asarray(x, dtype=float)) for x in (events, exposure, control_events, control_exposure)]
        if len({row.shape for row in rows}) != 1 or rows[0].ndim != 1 or rows[0].size == 0:
            raise ValueError(f"looks need four rows of one length, not {[row.shape for row in rows]}")
        if any(not np.isfinite(row).all() or (row < 0).any() or (np.diff(row) < 0).any() for row in rows):
            raise ValueError("counts up to each look must be 0 or more and must not fall from look to look")
        return cls(events=rows[0], exposure=rows[1], control_events=rows[2], control_exposure=rows[3])

    def informative(self, dispersion: float = 1.0) -> Looks:
        """Only the looks at which enough had been seen for the normal approximation; perhaps none."""
        keep = self.information(dispersion) >= LEAST_INFORMATION
        return Looks(**{name: row[keep] for name, row in self.__dict__.items()})

    def information(self, dispersion: float = 1.0) -> Floats:
        """One over the variance of the log rate ratio if there is no effect.

        ``N p (1 - p)`` with N the events of both arms and p the arm's share of exposure.
        """
        both = self.exposure + self.control_exposure
        share = np.divide(self.exposure, both, out=np.zeros_like(both), where=both > 0)
        return np.asarray((self.events + self.control_events) * share * (1 - share) / dispersion)


@dataclass(frozen=True, kw_only=True)
class SequentialReading:
    """The reading of an arm at the present look; it is valid at any time."""

    rate_ratio: Estimate  # always-valid confidence sequence; undefined where too little has been seen
    p_value: float | None
    fraction: float | None  # share of the planned information seen so far; None without a plan
    # probability that the planned end will show the effect that was hoped for; None without a plan
    chance: float | None

    @property
    def futile(self) -> bool:
        return self.chance is not None and self.chance < FUTILE_BELOW


@door
def read_arm(
    looks: Looks,
    *,
    planned: float | None = None,
    effect: float | None = None,
    confidence: float = 0.95,
    dispersion: float = 1.0,
    **labels: Unpack[Labels],
) -> SequentialReading:
    """The rate ratio of an arm over its control, valid at every look.

    Given the number of events in both, those of the arm are binomial with the arm's share of exposure when there is no
    effect. That score statistic is compared with `sequential.valid_bounds`; the interval inverts it (Wilson's).

    Parameters
    ----------
    planned : float, optional
        Information at the planned end, as `sequential.planned_information` gives it.
    effect : float, optional
        Log rate ratio that the plan hoped for; used for the chance at the planned end.
    dispersion : float
        Variance over mean of events per user; above 1 where a few users bring most.

    Examples
    --------
    >>> months = Looks.of([10, 25, 42, 60], [100, 200, 300, 400], [8, 15, 21, 30], [100, 200, 300, 400])
    >>> found = read_arm(months, planned=24.0)
    >>> round(found.rate_ratio.value, 2), round(found.rate_ratio.low, 2), round(found.p_value, 3)
    (2.0, 1.24, 0.003)
    """
    n = int(looks.exposure[-1] + looks.control_exposure[-1])
    seen = looks.informative(dispersion)
    if seen.events.size == 0 or looks.control_events[-1] == 0:
        reason = "too few events in both arms together to read them"
        nothing = missing(reason, n=n, labels=labels, unit="ratio", per="rate of the control")
        return SequentialReading(rate_ratio=nothing, p_value=None, fraction=None, chance=None)
    # Where the arm's share of exposure moves away from a half, the formula falls; what was learned stays.
    information = np.maximum.accumulate(seen.information(dispersion))
    z = _score(seen, dispersion)
    bound = float(valid_bounds(information, planned=planned, alpha=1 - confidence)[-1])
    fraction = None if planned is None else float(information[-1] / planned)
    chance = None
    if planned is not None and effect is not None and fraction is not None:
        chance = conditional_power(z, fraction, effect=effect, planned=planned, alpha=1 - confidence)
    return SequentialReading(
        rate_ratio=_ratio(seen, bound * math.sqrt(dispersion), n, confidence, labels),
        p_value=valid_p(z, information, planned=planned),
        fraction=fraction,
        chance=chance,
    )


@door
def months_to_tell(
    per_month: float, *, effect: float, planned: float | None = None, chance: float = 0.8, alpha: float = 0.05
) -> int | None:
    """Months until an experiment of this pace shows the effect with the stated chance, if it is as hoped.

    Parameters
    ----------
    per_month : float
        Information on the log rate ratio that a month adds.
    effect : float
        Log rate ratio that is hoped for.
    planned : float, optional
        Information at the planned end; by default the one that `effect` needs.

    Returns
    -------
    int or None
        None where ten years are not enough.

    Examples
    --------
    >>> months_to_tell(4.0, effect=math.log(1.5))
    14
    """
    if not (per_month > 0 and math.isfinite(per_month)):
        return None
    end = planned or planned_information(effect, alpha=alpha, power=chance)
    due = round(end / per_month)
    for tried in (range(max(1, due - 2), min(due + 2, MOST_MONTHS) + 1), range(due + 6, MOST_MONTHS + 1, 6)):
        information = per_month * np.arange(1, max(tried, default=1) + 1)
        bounds = valid_bounds(information, planned=end, alpha=alpha)
        chances = crossing_probabilities(bounds, information, effect=effect)
        if found := next((months for months in tried if chances[months - 1] >= chance), None):
            return found
    return None


def _score(looks: Looks, dispersion: float) -> float:
    total = looks.events[-1] + looks.control_events[-1]
    share = looks.exposure[-1] / (looks.exposure[-1] + looks.control_exposure[-1])
    return float((looks.events[-1] - total * share) / math.sqrt(dispersion * total * share * (1 - share)))


def _ratio(looks: Looks, bound: float, n: int, confidence: float, labels: Labels) -> Estimate:
    """Rate ratio with the limits at which the score statistic reaches the bound."""
    arm, control = float(looks.events[-1]), float(looks.control_events[-1])
    per_exposure = float(looks.control_exposure[-1] / looks.exposure[-1])
    low, high = (share / (1 - share) * per_exposure for share in _wilson(arm, arm + control, bound))
    return ranged(
        arm / control * per_exposure,
        low,
        high,
        n=n,
        confidence=confidence,
        labels=labels,
        unit="ratio",
        per="rate of the control",
    )


def _wilson(events: float, total: float, z: float) -> tuple[float, float]:
    centre = (events + z**2 / 2) / (total + z**2)
    half = z / (total + z**2) * math.sqrt(events * (total - events) / total + z**2 / 4)
    return max(0.0, centre - half), min(1 - 1e-12, centre + half)


@door
def fixed_ratio(
    looks: Looks, *, confidence: float = 0.95, dispersion: float = 1.0, **labels: Unpack[Labels]
) -> Estimate:
    """The fixed-sample range of the rate ratio: right for one look alone, and for planning with the result.

    Examples
    --------
    >>> found = fixed_ratio(Looks.of(60, 400, 30, 400))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (2.0, 1.29, 3.09)
    """
    n = int(looks.exposure[-1] + looks.control_exposure[-1])
    if looks.information(dispersion)[-1] < LEAST_INFORMATION or looks.control_events[-1] == 0:
        reason = "too few events in both arms together to read them"
        return missing(reason, n=n, labels=labels, unit="ratio", per="rate of the control")
    bound = float(ndtri((1 + confidence) / 2)) * math.sqrt(dispersion)
    return _ratio(looks, bound, n, confidence, labels)
