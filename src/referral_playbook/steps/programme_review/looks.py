"""The arms as they may be read every month: the fixed-sample contrast and the always-valid one side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.writing.formatting import interval, number, share
from referral_playbook.methods.experiments.contrasts import Arm
from referral_playbook.methods.experiments.readout import CORRECTIONS, Contrast, Correction
from referral_playbook.methods.experiments.sequential_arms import Looks, SequentialReading, read_arm
from referral_playbook.steps.programme_review.readout import Experiment

USUAL_LOOKS = 12
WEEKS_A_MONTH = 365.25 / 12 / 7
WORTH_FINDING = 1.2


@dataclass(frozen=True, kw_only=True)
class ArmReading:
    """One arm against the control."""

    fixed: Contrast  # right if the arm is read once only
    valid: SequentialReading  # right at every look
    p_adjusted: float | None  # the always-valid p-value, corrected for the number of arms
    conclusion: str
    alpha: float = 0.05  # the error that the experiment allows

    @property
    def shown(self) -> bool:
        """Whether the difference from the control is shown, however often it was looked at."""
        return self.p_adjusted is not None and self.p_adjusted < self.alpha

    @property
    def arm(self) -> str:
        return self.fixed.arm

    @property
    def ratio(self) -> float:
        return self.fixed.ratio

    def row(self) -> dict[str, Any]:
        """``tables.contrasts``: the contract's columns, the always-valid range and p-value beside them."""
        ratio = self.valid.rate_ratio
        return self.fixed.row() | {
            "conclusion": self.conclusion,
            "valid_low": ratio.low,
            "valid_high": ratio.high,
            "valid_p": self.valid.p_value,
            "valid_p_adjusted": self.p_adjusted,
            "share_of_plan": self.valid.fraction,
            "chance_at_planned_end": self.valid.chance,
        }


def read_arms(
    run: Experiment, contrasts: Sequence[Contrast], p: Parameters, *, planned_users: int | None
) -> tuple[ArmReading, ...]:
    """Every arm against the control, valid at every look, corrected for the number of arms.

    Where the planned number of users is known, looks are taken to have been monthly and evenly spaced, 12 of them where
    the weeks are not known. Without a plan the mixture boundary alone is used, which needs neither.
    """
    arms = {arm.name: arm for arm in run.arms}
    readings = [_sequential(arms[c.arm], arms[c.control], planned_users, run, p) for c in contrasts]
    tested = [reading.p_value for reading in readings if reading.p_value is not None]
    adjusted = iter(CORRECTIONS[cast(Correction, p.text("correction"))](tested))
    together = [None if r.p_value is None else float(next(adjusted)) for r in readings]
    return tuple(
        ArmReading(
            fixed=c,
            valid=r,
            p_adjusted=chance,
            conclusion=_conclusion(c, r, chance, len(tested), 1 - p.number("confidence")),
            alpha=1 - p.number("confidence"),
        )
        for c, r, chance in zip(contrasts, readings, together, strict=True)
    )


def _sequential(arm: Arm, control: Arm, planned_users: int | None, run: Experiment, p: Parameters) -> SequentialReading:
    weeks, spread = p.optional_number("weeks_run"), run.spread(p.number("dispersion"))
    now = Looks.of(arm.events, arm.at_risk, control.events, control.at_risk)
    users = min(arm.users, control.users)
    planned, looks = None, now
    if planned_users and users and now.information(spread)[-1] > 0:
        planned = float(now.information(spread)[-1]) * planned_users / users
        looks = _evenly(now, USUAL_LOOKS if weeks is None else max(1, round(weeks / WEEKS_A_MONTH)))
    return read_arm(
        looks,
        planned=planned,
        effect=math.log(WORTH_FINDING),
        confidence=p.number("confidence"),
        dispersion=spread,
        unit="times",
        per=f"rate of {control.name}",
        source=f"{run.source}, valid at every look",
    )


def _evenly(now: Looks, months: int) -> Looks:
    """The same counts as they grew over so many equal months."""
    part = np.arange(1, months + 1) / months
    return Looks(**{name: row[-1] * part for name, row in now.__dict__.items()})


def _conclusion(c: Contrast, valid: SequentialReading, p: float | None, arms: int, alpha: float) -> str:
    if p is None:
        return f"{c.arm} cannot be compared with {c.control}: there are too few events."
    ratio = valid.rate_ratio
    seen = f"{interval(ratio.as_(unit='times'))} the rate of {c.control}"
    if p < alpha:
        return f"{c.arm} has {seen}."
    fixed = c.p_value is not None and c.p_value < alpha
    caution = ""
    if fixed:
        why = "is read every month" if arms == 1 else f"is one of {arms} arms and is read every month"
        caution = f" A single test would call this a difference, but the test {why}."
    return f"{c.arm} does not show a difference from {c.control}: {seen}.{caution}"


def describe_progress(readings: Sequence[ArmReading]) -> str:
    """How far the test has come, and whether going on can still show the effect that was hoped for."""
    planned = [r for r in readings if r.valid.fraction is not None]
    if not planned:
        return "No number of users was planned, so nobody can say how far the test has come."
    done = min(r.valid.fraction for r in planned if r.valid.fraction is not None)
    text = f"The test has reached {share(min(done, 1.0))} of its planned size."
    futile = [r.arm for r in planned if r.valid.futile and not r.shown and (r.valid.fraction or 0) < 1]
    if futile:
        text += (
            f" Going on is futile for {', '.join(futile)}: even if the true effect were {number(WORTH_FINDING)} times, "
            f"the chance of showing it by the planned end is below {share(0.1)}."
        )
    return text
