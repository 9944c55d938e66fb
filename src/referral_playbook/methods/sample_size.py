"""An experiment's size: users per arm, weeks at today's traffic, and what was planned against what was run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scipy.special import chdtrc

from referral_playbook.contract.evidence import Check, Estimate
from referral_playbook.methods.labels import Labels, missing

Period = Literal["day", "week", "month"]
WEEKS = {"day": 1 / 7, "week": 1.0, "month": 365.25 / 12 / 7}


@dataclass(frozen=True, kw_only=True)
class SampleSize:
    """How many an experiment needs; `exact` is per arm, before rounding up.

    Examples
    --------
    >>> SampleSize(exact=76.70693, arms=3).total
    231
    """

    exact: float
    arms: int = 2

    @property
    def per_arm(self) -> int:
        return math.ceil(self.exact - 1e-9)

    @property
    def total(self) -> int:
        return self.per_arm * self.arms


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
    said = Labels(basis=traffic.basis, source=traffic.source, unit="weeks", per="experiment")
    if traffic.value is None or traffic.low is None:
        return _never(f"no traffic known: {traffic.reason}", said)
    if traffic.value <= 0:
        return _never(f"no traffic: {sample.total} users are never reached", said)

    def weeks(rate: float) -> int:
        return math.ceil(sample.total * WEEKS[period] / rate - 1e-9)

    return Estimate(
        value=weeks(traffic.value), low=0 if traffic.high is None else weeks(traffic.high),
        high=weeks(traffic.low) if traffic.low > 0 else None, confidence=traffic.confidence, n=traffic.n, **said,
        reason="" if traffic.low > 0 else "traffic may be 0, and then the sample is never reached",
    )  # fmt: skip


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


def _never(reason: str, said: Labels) -> Estimate:
    return missing(reason, n=None, labels=said, unit="weeks", per="experiment")
