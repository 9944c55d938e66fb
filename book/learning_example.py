"""The firm of the worked example a year on: what its sealed forecasts, monthly looks and kept control say.

``python -m book.learning_example`` draws the pictures of the learning chapter and the forest plot of chapter 02. The
numbers in the chapters are typed, and a test compares them with the ones here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes

from book.worked_example import BLUE, GREY, INK, ORANGE, drawn
from referral_playbook.benchmarks.evidence import forest_rows
from referral_playbook.benchmarks.uplift import Updated, update_with_own, uplift_evidence
from referral_playbook.contract.estimate import Estimate
from referral_playbook.methods.experiments.sequential import planned_information, valid_bounds
from referral_playbook.methods.experiments.sequential_arms import Looks, SequentialReading, fixed_ratio, read_arm
from referral_playbook.methods.uncertainty.scoring import Coverage, interval_coverage
from referral_playbook.show.figures import forest

ASKED, CONTROL, MONTHS = 360, 40, 12
"""Customers who may be asked, customers of the control, and the months since the control began."""
REFERRALS, CONTROL_REFERRALS = 234, 10
FORECASTS = (
    (10, 6, 15), (11, 7, 16), (12, 7, 17), (14, 9, 20), (17, 11, 23), (19, 13, 25), (20, 14, 27), (21, 15, 28),
    (22, 16, 29), (22, 16, 29), (23, 16, 30), (22, 16, 29), (22, 16, 29),
)  # fmt: skip
"""What each of thirteen months sealed for the next one: value, low and high of the 80% range."""
OUTCOMES = (12, 9, 16, 21, 15, 24, 18, 22, 27, 19, 24, 33, 20)
LOOKS = 24
SEED = 113
"""Of the random walk in the picture, which has no effect in it."""


def looks() -> Looks:
    """Both groups after the year."""
    return Looks.of(REFERRALS, ASKED * MONTHS, CONTROL_REFERRALS, CONTROL * MONTHS)


def own() -> Estimate:
    """The uplift as the control shows it, right for one look."""
    said = {"unit": "times", "per": "referral without the programme", "source": "kept control"}
    return fixed_ratio(looks(), **said)


def every_look() -> SequentialReading:
    """The uplift with the range that is right at every look."""
    return read_arm(looks(), planned=planned_information(np.log(1.5)), unit="times", per="referral")


def together() -> Updated:
    """The published range, moved by the firm's own control."""
    return update_with_own(uplift_evidence().next_client, own())


def record() -> Coverage:
    """How often the thirteen ranges held."""
    low, high = ([f[end] for f in FORECASTS] for end in (1, 2))
    return interval_coverage(low, high, OUTCOMES, level=0.8)


def walk() -> np.ndarray:
    """The statistic of a test without any effect at each of 24 monthly looks."""
    steps = np.random.default_rng(SEED).standard_normal(LOOKS)
    return np.asarray(steps.cumsum() / np.sqrt(np.arange(1, LOOKS + 1)))


def draw_forecasts(ax: Axes) -> None:
    """Each month's sealed range and what came."""
    for month, ((value, low, high), came) in enumerate(zip(FORECASTS, OUTCOMES, strict=True), 1):
        ax.plot([month, month], [low, high], color=GREY, linewidth=5, solid_capstyle="butt")
        ax.plot([month - 0.25, month + 0.25], [value, value], color=INK)
        ax.plot([month], [came], "o", color=BLUE if low <= came <= high else ORANGE)
    ax.set(xlabel="month", ylabel="referrals", xticks=range(1, len(OUTCOMES) + 1), ylim=(0, 36))


def draw_looks(ax: Axes) -> None:
    """A test without effect, read every month: the plain threshold is crossed, the one for every look is not."""
    months = np.arange(1.0, LOOKS + 1)
    bounds = np.minimum(valid_bounds(months, planned=float(LOOKS)), 4.5)
    ax.plot(months, walk(), "o-", color=BLUE, label="the test, without any effect")
    for sign in (-1, 1):
        label = "threshold for one look" if sign > 0 else None
        ax.plot(months, np.full(LOOKS, sign * 1.96), color=ORANGE, linestyle="--", label=label)
        ax.plot(months, sign * bounds, color=INK, label="threshold for every look" if sign > 0 else None)
    ax.set(xlabel="month", ylabel="distance from no effect", ylim=(-4.5, 6.5))
    ax.legend(loc="upper right", frameon=False)


def draw_forest(ax: Axes) -> None:
    """Published studies, the range for the next client, the firm's own control, and both together."""
    forest(ax, forest_rows(uplift_evidence(), own()), threshold=1.0)


PICTURES: dict[str, Callable[[Axes], None]] = {
    "learning-forecasts.svg": draw_forecasts,
    "learning-looks.svg": draw_looks,
    "learning-forest.svg": draw_forest,
}


if __name__ == "__main__":
    print(*drawn(PICTURES, height=3.0), sep="\n")
