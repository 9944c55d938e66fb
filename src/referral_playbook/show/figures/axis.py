"""Axes that speak the unit of what they show."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import PLAIN_UNITS, number, written
from referral_playbook.show.palette import GREY, INK
from referral_playbook.show.style import label

SMALL = 9.2
"""Points of the smallest text in a picture: 9 px where the picture is shown 358 px wide."""


LINE = 0.155
"""Inches from line to line of the smallest text."""


def by_unit(axis: Axis, unit: str, *, most: int = 6) -> None:
    """Write ticks as percentages, money or numbers; at most `most` of them."""
    written_on_ticks = unit == "share" or unit.isupper()
    whole = unit in ("count", "months")  # months go by 3, 6 and 12, and nobody has half a referral
    steps = [1, 2, 3, 5, 6, 10] if whole else [1, 2, 2.5, 5, 10]
    axis.set_major_locator(MaxNLocator(nbins=most, steps=steps, integer=whole))
    axis.set_major_formatter(FuncFormatter(lambda x, _: written(x, unit) if written_on_ticks else number(x)))


def describe_unit(estimate: Estimate) -> str:
    """The words of an axis: ``share per answer``, ``GBP per customer``."""
    unit = "" if estimate.unit in PLAIN_UNITS else estimate.unit
    return " ".join(filter(None, (unit, f"per {estimate.per}" if estimate.per else ""))).strip()


def rows(ax: Axes, names: list[str], *, width: int = 24) -> None:
    """Name horizontal rows, the first on top, without a line or ticks on the left; names never lie on each other."""
    labels = [label(name, width) for name in names]
    _grow(ax, [text.count("\n") + 1 for text in labels])
    ax.set_yticks(range(len(names)), labels)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _grow(ax: Axes, lines: list[int]) -> None:
    """Make a picture high enough for rows of so many lines each, and an inch for what is above and below them."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    apart = max((sum(pair) / 2 for pair in pairwise(lines)), default=1.0)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, max(height, 1 + len(lines) * apart * LINE))


def beside(ax: Axes, y: float, text: str, **how: Any) -> None:
    """Write to the right of the axes, level with `y`; the layout makes room for it."""
    look: dict[str, Any] = {"fontsize": SMALL, "va": "center", "ha": "left", "color": INK, **how}
    ax.text(1.02, y, text, transform=ax.get_yaxis_transform(), clip_on=False, **look)


def rule(ax: Axes, x: float, text: str) -> None:
    """A dashed vertical line with its name on top."""
    ax.axvline(x, color=INK, linestyle="--", linewidth=1.2, zorder=1)
    ax.annotate(
        text,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=SMALL,
        color=INK,
    )


def titled(ax: Axes, text: str, *, above: bool = False, across: bool = False) -> None:
    """Title on the left, wrapped, for the layout does not make room for its width.

    `above`: there is the name of a rule under it; `across`: the axes take the whole width.
    """
    inches = ax.get_figure(root=True).get_size_inches()[0]  # type: ignore[union-attr]
    # With a height given, matplotlib does not measure the labels again to find one; around a web it has to.
    height = None if ax.name == "polar" else 1.0
    ax.set_title(label(text, int((10.5 if across else 8.2) * inches), lines=2), pad=18 if above else None, y=height)


def nothing(ax: Axes, text: str) -> str:
    """Say in the picture that there is nothing to draw, and why."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, label(text, 60), ha="center", va="center", color=GREY, transform=ax.transAxes)
    return text


def span(estimate: Estimate) -> tuple[float, float, float]:
    """Low, value and high of an estimate that is defined; infinity where it is open above."""
    if estimate.low is None or estimate.value is None:
        raise ValueError(f"an undefined estimate has no place on an axis: {estimate.reason}")
    return estimate.low, estimate.value, math.inf if estimate.high is None else estimate.high


def extent(ax: Axes, y: float, estimate: Estimate, end: float, *, colour: str, width: float) -> None:
    """A range as a bar with its point; one that is open above ends in an arrow at `end`."""
    low, value, high = span(estimate)
    ax.plot([low, min(high, end)], [y, y], color=colour, linewidth=width, alpha=0.5, solid_capstyle="butt")
    ax.plot([value], [y], "o", color=colour, markersize=width + 4)
    if math.isinf(high):
        ax.plot([end], [y], ">", color=colour, markersize=width + 3, clip_on=False)
