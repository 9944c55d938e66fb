"""Ranges against a line: one estimate at its gate, several beside each other."""

from __future__ import annotations

import math
from collections.abc import Mapping

from matplotlib.axes import Axes

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import interval, number, quantity, written
from referral_playbook.show.figures.axis import (
    SMALL,
    beside,
    by_unit,
    describe_unit,
    extent,
    nothing,
    rows,
    rule,
    span,
    titled,
)
from referral_playbook.show.palette import BLUE, INK, PALE, VERMILION
from referral_playbook.show.style import figure, label


@figure
def gate(ax: Axes, estimate: Estimate, threshold: float, *, name: str = "") -> str:
    """Draw one range against its threshold: it passes, fails, or lies across the line.

    `threshold` is in the unit of `estimate`, and `name` says in words what is shown. A range passes that lies at or
    above the threshold. The axes come back with ``alt_text`` set, as from every figure function.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> from referral_playbook.show.style import axes
    >>> said = assumed(0.58, 0.39, 0.75, unit="share", per="answer", source="survey")
    >>> gate(axes(height=1.6), said, 0.40, name="Very disappointed").alt_text
    'Very disappointed: 58% (39% to 75%) per answer, against a threshold of 40%: the range lies across the threshold.'
    """
    if not estimate.defined:
        return nothing(ax, f"{name or 'The estimate'} is not known: {estimate.reason}.")
    where = position(estimate, threshold)
    colour = {"passes": BLUE, "fails": VERMILION}.get(where, INK)
    left, right = _limits(estimate, threshold)
    ax.axvspan(threshold, right, color=PALE, alpha=0.5, linewidth=0)
    extent(ax, 0, estimate, right, colour=colour, width=5)
    ax.annotate(interval(estimate), (span(estimate)[1], 0), xytext=(0, 9), textcoords="offset points", ha="center")
    rule(ax, threshold, f"threshold {written(threshold, estimate.unit)}")
    ax.set(xlim=(left, right), ylim=(-0.7, 1), yticks=[], xlabel=label(f"{name} ({describe_unit(estimate)})", 66))
    ax.spines["left"].set_visible(False)
    by_unit(ax.xaxis, estimate.unit)
    per = f" per {estimate.per}" if estimate.per else ""
    against = f"against a threshold of {written(threshold, estimate.unit)}"
    return f"{name or 'Estimate'}: {interval(estimate)}{per}, {against}: {_SAID[where]}."


@figure
def forest(
    ax: Axes, estimates: Mapping[str, Estimate], *, threshold: float | None = None, xlabel: str = "", title: str = ""
) -> str:
    """Draw several ranges below each other, with their numbers beside them.

    All estimates have one unit; an undefined one keeps its row and says so. A row takes about 0.35 inches of height.

    Estimates of different units or denominators do not share an axis: they raise ValueError.
    """
    kinds = {(e.unit, e.per) for e in estimates.values() if e.defined}
    if len(kinds) > 1:
        raise ValueError(f"estimates of different units or denominators cannot share an axis: {sorted(kinds)}")
    if not kinds:
        return nothing(ax, "None of these is known.")
    unit = next(iter(kinds))[0]
    spans = [span(e) for e in estimates.values() if e.defined]
    end = max(high if math.isfinite(high) else 1.5 * value for _, value, high in spans)
    for y, estimate in enumerate(estimates.values()):
        _row(ax, y, estimate, end)
    rows(ax, list(estimates))
    if threshold is not None:
        rule(ax, threshold, f"threshold {written(threshold, unit)}")
    by_unit(ax.xaxis, unit, most=4)  # names and numbers beside the ranges leave little room
    ax.set_xlabel(label(xlabel or describe_unit(next(e for e in estimates.values() if e.defined)), 66))
    titled(ax, title, above=threshold is not None)
    description = "; ".join(f"{name} {interval(e)}" for name, e in estimates.items())
    line = "" if threshold is None else f", against a threshold of {written(threshold, unit)}"
    return f"{title or 'Ranges'}{line}: {description}."


def position(estimate: Estimate, threshold: float) -> str:
    """Where a range lies: `passes`, `fails` or `across` the threshold.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> position(assumed(0.5, 0.4, 0.6, unit="share", per="answer", source="x"), 0.4)
    'passes'
    """
    low, _, high = span(estimate)
    return "passes" if low >= threshold else "fails" if high < threshold else "across"


_SAID = {
    "passes": "the whole range passes",
    "fails": "the whole range fails",
    "across": "the range lies across the threshold",
}


def _limits(estimate: Estimate, threshold: float) -> tuple[float, float]:
    low, value, high = span(estimate)
    low, high = min(low, threshold), max(1.5 * value if math.isinf(high) else high, threshold)
    pad = 0.25 * ((high - low) or abs(high) or 1.0)
    within = estimate.unit == "share" and low >= 0 and high <= 1
    return (max(low - pad, 0.0), min(high + pad, 1.0)) if within else (low - pad, high + pad)


def _row(ax: Axes, y: int, estimate: Estimate, end: float) -> None:
    if estimate.defined:
        extent(ax, y, estimate, end, colour=BLUE, width=3)
    n = "" if estimate.n is None else f"  n = {number(estimate.n)}"
    description = interval(estimate) if estimate.defined else quantity(estimate)
    beside(ax, y, description + n, fontsize=SMALL)
