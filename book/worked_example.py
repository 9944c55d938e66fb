"""One firm through chapters 02, 04 and 05: its numbers and the pictures of these chapters.

``python -m book.worked_example`` draws the pictures. The numbers in the chapters are typed, and a test compares them
with the ones here. The firm is made up; its figures are round, so that a reader can follow with pen and paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from referral_playbook.contract.estimate import Estimate, assumed
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.lists.goal_band import Outlook, certain_uplift
from referral_playbook.methods.decisions.against_nothing import (
    Plan,
    Volume,
    calculator_errors,
    monthly_contribution,
    three_answers,
)
from referral_playbook.methods.rates import poisson_rate
from referral_playbook.show.figures import band
from referral_playbook.show.style import axes, house

IMAGES = Path(__file__).resolve().parents[1] / "playbook" / "images"
FIRM = "Fernlea"
REFERRALS = (9, 12, 7, 10, 8, 17, 11, 9, 13, 6, 8, 10)
"""Valid referrals of the last twelve months, without a programme."""
BASELINE, QUALIFIED, CONVERSION = sum(REFERRALS) / 12, 0.5, 0.2
VALUE, SHARE, REWARD = 400.0, 0.75, 50.0
COST, MONTHS = 250.0, 12
UPLIFT = 2.6
WITH_PROGRAMME = (24, 30, 19, 26, 22, 15)
"""Six months of the programme."""
INK, BLUE, ORANGE, GREY = "#222222", "#0072B2", "#D55E00", "#999999"


def plan() -> Plan:
    """The firm's plan for a year."""
    return Plan(
        fixed_cost=COST * MONTHS,
        months=MONTHS,
        baseline=BASELINE,
        qualified=QUALIFIED,
        conversion=CONVERSION,
        value=VALUE,
        incremental_share=SHARE,
        reward=REWARD,
    )


def answers() -> tuple[Volume, Volume, Volume]:
    """The naive answer, every referral credited, and against doing nothing."""
    return three_answers(plan())


def errors() -> dict[str, float | None]:
    """Conversions needed by each error of public calculators."""
    return calculator_errors(plan())


def year(uplift: float) -> float:
    """Value of a year against doing nothing."""
    month = monthly_contribution(
        baseline=BASELINE,
        qualified=QUALIFIED,
        conversion=CONVERSION,
        uplift=uplift,
        value=VALUE,
        incremental_share=SHARE,
        reward=REWARD,
        running_cost=COST,
    )
    return float(MONTHS * month)


@dataclass(frozen=True, kw_only=True)
class RewardCeiling:
    """The most that a reward per conversion may cost, by three ways of counting (money)."""

    naive: float
    without_baseline: float
    with_baseline: Any  # below zero no reward pays; an array where the uplift is one


def ceilings(uplift: Any = UPLIFT) -> RewardCeiling:
    """The reward ceiling: ``V``, ``s V`` without a baseline, and ``s V (u - 1) / u`` with one, as it is paid on all."""
    without = SHARE * VALUE
    return RewardCeiling(naive=VALUE, without_baseline=without, with_baseline=without * (uplift - 1) / uplift)


def today() -> Estimate:
    """Referrals a month, with the range that twelve months give it."""
    return poisson_rate(sum(REFERRALS), MONTHS, unit="referrals", per="month")


def goal(*, measured: bool) -> Estimate:
    """A month of the programme with its band, with the uplift measured or stated."""
    low, high = (1.9, 3.6) if measured else (0.95, UPLIFT**2 / 0.95)
    factor = assumed(UPLIFT, low, high, unit="times", per="referral without the programme", source="example")
    return Outlook(rate=today(), factor=factor.as_(confidence=0.80)).band()


def best_month_again() -> float:
    """Chance that a month brings as many as the best one, at the same rate."""
    rate = decided_value("rate", BASELINE, unit="referrals", per="month")
    return 1 - Outlook(rate=rate, factor=certain_uplift(1.0)).below(max(REFERRALS) - 1)


def draw_ceiling(ax: Axes) -> None:
    """The reward ceiling by uplift, beside the reward of the example."""
    uplift = np.linspace(1, 4, 200)
    ax.plot(uplift, ceilings(uplift).with_baseline, color=BLUE)
    ax.axhline(SHARE * VALUE, color=GREY, linestyle="--")
    ax.axhline(REWARD, color=ORANGE)
    ax.plot([1.2], [REWARD], "o", color=ORANGE)
    ax.text(4, SHARE * VALUE + 6, "ceiling if no referral came without a programme, £300", ha="right", va="bottom")
    ax.text(2.7, 150, "ceiling where referrals\nalready come", color=BLUE)
    ax.text(1.3, REWARD - 10, "a reward of £50 pays from an uplift of 1.2", color=ORANGE, va="top")
    ax.set(xlabel="uplift: referrals with the programme / without it", ylabel="reward per conversion (£)")
    ax.set(xlim=(1, 4), ylim=(0, 350))


def draw_goal(ax: Axes) -> None:
    """Six months of the programme beside the band of a month."""
    month, n = goal(measured=True), len(WITH_PROGRAMME)
    band(
        ax,
        months=[f"2026-{i:02d}" for i in range(1, n + 1)],
        actual=list(WITH_PROGRAMME),
        low=[month.lower] * n,
        mid=[month.point] * n,
        high=[month.upper] * n,
    )


def draw_result(ax: Axes) -> None:
    """The year's value result by uplift, with the break-even uplift."""
    uplift = np.linspace(0.8, 3.2, 200)
    result = np.array([year(u) for u in uplift])
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.fill_between(uplift, result, 0, where=result < 0, color=ORANGE, alpha=0.15)
    ax.fill_between(uplift, result, 0, where=result >= 0, color=BLUE, alpha=0.15)
    ax.plot(uplift, result, color=BLUE)
    least = answers()[2].uplift or 0.0
    marks = {1.0: "changes nothing", least: f"breaks even at {least:.1f}", UPLIFT: "the estimate, 2.6"}
    for at, text in marks.items():
        ax.plot([at], [year(at)], "o", color=INK)
        ax.annotate(text, (at, year(at)), xytext=(8, -14), textcoords="offset points")
    ax.set(xlabel="uplift: referrals with the programme / without it", ylabel="value result of a year (£)")
    ax.set(xlim=(0.8, 3.2))


PICTURES: dict[str, Callable[[Axes], None]] = {
    "02-reward-ceiling.svg": draw_ceiling,
    "04-goal-band.svg": draw_goal,
    "05-break-even-uplift.svg": draw_result,
}


def drawn(pictures: Mapping[str, Callable[[Axes], None]], *, height: float = 3.2) -> list[Path]:
    """Draw pictures of the book, by file name, and return their paths."""
    for name, draw in pictures.items():
        ax = axes(width=6.0, height=height)
        with house():
            draw(ax)
            ax.figure.set_layout_engine("constrained")
            ax.figure.savefig(IMAGES / name, metadata={"Date": None})
    return [IMAGES / name for name in pictures]


if __name__ == "__main__":
    print(*drawn(PICTURES), sep="\n")
