"""What may come, as futures to be counted (quantile dotplot: Kay, Kola, Hullman and Munson 2016)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from referral_playbook.contract.writing.formatting import number, written
from referral_playbook.show.figures.axis import by_unit, nothing, rule, titled
from referral_playbook.show.palette import BLUE, VERMILION
from referral_playbook.show.style import figure, label

Floats = NDArray[np.float64]


@figure
def quantile_dotplot(
    ax: Axes,
    futures: ArrayLike,
    *,
    deadline: float | None = None,
    threshold: float | None = None,
    unit: str = "months",
    does: str = "break even",
    xlabel: str = "",
    title: str = "",
) -> str:
    """Draw equally likely futures as dots to be counted: of 50 futures, so many break even in time.

    `futures` are quantiles at equal steps of probability in `unit`, usually 50; NaN or infinite ones never happen.
    Those at or before `deadline` are in time; or, for money, those at or above `threshold` are good. `does` says what
    is counted: ``"break even"``, ``"make money"``.

    Neither or both of `deadline` and `threshold` raise ValueError.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> quantile_dotplot(axes(), [8, 9, 11, float("inf")], deadline=10).alt_text
    'Of 4 equally likely futures, 2 break even by month 10, 1 later and 1 never within the time looked at.'
    """
    values = np.sort(np.asarray(futures, dtype=float))
    if (deadline is None) == (threshold is None):
        raise ValueError("give either a deadline or a threshold")
    if not values.size:
        return nothing(ax, "No futures can be drawn: an input that they need is not known.")
    good = values <= deadline if deadline is not None else values >= threshold
    line = float(deadline if deadline is not None else threshold)  # type: ignore[arg-type]
    column, width, edge = _columns(values, line, early=deadline is not None)
    x, y, size = _stack(ax, column, width, edge)
    ax.scatter(x[good], y[good], s=size, color=BLUE, linewidths=1)
    ax.scatter(x[~good], y[~good], s=size, facecolors="white", edgecolors=VERMILION, linewidths=1.3)
    ax.set(yticks=[], xlabel=label(xlabel or ("month" if unit == "months" else unit), 80))
    ax.spines["left"].set_visible(False)
    by_unit(ax.xaxis, unit)
    rule(ax, edge, f"by {_when(line, unit)}" if deadline is not None else f"{written(line, unit)} or more")
    _mark_never(ax, column, values)
    titled(ax, title or _count(values, good, deadline, threshold, unit, does, short=True), above=True, across=True)
    return _count(values, good, deadline, threshold, unit, does)


def _columns(values: Floats, line: float, *, early: bool) -> tuple[Floats, float, float]:
    """Column of each value, width of a column, and the edge that parts the good from the rest.

    Whole values have a column each; others about 20 columns, one of which ends exactly at the line.
    """
    known = values[np.isfinite(values)]
    span = float(np.ptp(np.append(known, line)))
    if span <= 40 and bool(np.all(known == np.round(known))):
        width, column, edge = 1.0, values, line + (0.5 if early else -0.5)
    else:
        width, edge = span / 20 or 1.0, line
        steps = np.ceil((values - line) / width) - 0.5 if early else np.floor((values - line) / width) + 0.5
        column = line + steps * width
    last = max(float(known.max()), line) if known.size else line
    return np.where(np.isfinite(values), column, last + 3 * width), width, edge


def _stack(ax: Axes, column: Floats, width: float, edge: float) -> tuple[Floats, Floats, float]:
    """Place dots, several side by side where a column would be too tall; sets the limits; returns the dots' area."""
    left, right = min(column.min(), edge) - 1.5 * width, max(column.max(), edge) + 1.5 * width
    inches = ax.get_figure(root=True).get_size_inches()  # type: ignore[union-attr]
    wide, high = float(inches[0]) * 72 * 0.9, float(inches[1]) * 72 * 0.58
    tallest = int(np.unique(column, return_counts=True)[1].max())
    slot = wide * width / (right - left)
    abreast = max(range(1, 11), key=lambda s: min(slot / s, high / np.ceil(tallest / s), 16.0))
    diameter = min(slot / abreast, high / np.ceil(tallest / abreast), 16.0)
    place = np.array([np.sum(column[:i] == c) for i, c in enumerate(column)])
    apart = diameter * (right - left) / wide
    ax.set(xlim=(left, right), ylim=(0, high / diameter))
    x = column + (place % abreast - (abreast - 1) / 2) * apart
    return x, place // abreast + 0.5, float((0.84 * diameter) ** 2)


def _mark_never(ax: Axes, column: Floats, values: Floats) -> None:
    ticks = [t for t in ax.get_xticks() if ax.get_xlim()[0] <= t <= ax.get_xlim()[1]]
    if not np.all(np.isfinite(values)):
        never = float(column[~np.isfinite(values)][0])
        gap = (never - ax.get_xlim()[0]) * 0.12
        write = ax.xaxis.get_major_formatter()
        ticks = [t for t in ticks if t < never - gap]
        ax.set_xticks([*ticks, never], [*write.format_ticks(ticks), "later\nor never"])


def _when(x: float, unit: str) -> str:
    return f"month {number(x)}" if unit == "months" else written(x, unit)


def _count(
    values: Floats,
    good: NDArray[np.bool_],
    deadline: float | None,
    threshold: float | None,
    unit: str,
    does: str,
    *,
    short: bool = False,
) -> str:
    n, k = values.size, int(good.sum())
    if threshold is not None:
        return f"Of {n} equally likely futures, {k} {does}" + (
            "" if short else f": {written(threshold, unit)} or more."
        )
    assert deadline is not None
    lead = f"Of {n} equally likely futures, {k} {does} by {_when(deadline, unit)}"
    if short:
        return lead
    never = int(np.sum(~np.isfinite(values)))
    late = n - k - never
    return f"{lead}, {late} later and {never} never within the time looked at."
