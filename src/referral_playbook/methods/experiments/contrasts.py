"""One arm against another: the ratio of their rates, or the difference of their means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Unpack

from scipy.special import ndtr

from referral_playbook.contract.evidence import Estimate
from referral_playbook.methods.doors import door
from referral_playbook.methods.labels import Labels
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
