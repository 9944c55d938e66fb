"""What may come, as futures to be counted (quantile dotplot: Kay, Kola, Hullman and Munson 2016)."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from referral_playbook.contract.writing.formatting import written
from referral_playbook.show.figures.axis import by_unit, nothing, rule, titled
from referral_playbook.show.palette import BLUE, VERMILION
from referral_playbook.show.style import figure, label

Floats = NDArray[np.float64]


@figure
def quantile_dotplot(ax: Axes, futures: ArrayLike, *, threshold: float, unit: str, does: str, xlabel: str) -> str:
    """Draw equally likely futures as dots to be counted: in so many of 50 futures the programme pays.

    `futures` are quantiles at equal steps of probability in `unit`, usually 50; those at or above `threshold` are good,
    and `does` says what they do: ``"make money"``.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> ax = quantile_dotplot(axes(), [-8, 9, 11], threshold=0, unit="GBP", does="make money", xlabel="result")
    >>> ax.alt_text
    'Of 3 equally likely futures, 2 make money: £0 or more.'
    """
    values = np.sort(np.asarray(futures, dtype=float))
    if not values.size:
        return nothing(ax, "No futures can be drawn: an input that they need is not known.")
    good = values >= threshold
    column, width, edge = _columns(values, float(threshold))
    x, y, size = _stack(ax, column, width, edge)
    ax.scatter(x[good], y[good], s=size, color=BLUE, linewidths=1)
    ax.scatter(x[~good], y[~good], s=size, facecolors="white", edgecolors=VERMILION, linewidths=1.3)
    ax.set(yticks=[], xlabel=label(xlabel, 80))
    ax.spines["left"].set_visible(False)
    by_unit(ax.xaxis, unit)
    line = f"{written(threshold, unit)} or more"
    rule(ax, edge, line)
    count = f"Of {values.size} equally likely futures, {int(good.sum())} {does}"
    titled(ax, count, above=True, across=True)
    return f"{count}: {line}."


def _columns(values: Floats, line: float) -> tuple[Floats, float, float]:
    """Column of each value, width of a column, and the edge that parts the good from the rest.

    Whole values have a column each; others about 20 columns, one of which begins exactly at the line.
    """
    span = float(np.ptp(np.append(values, line)))
    if span <= 40 and bool(np.all(values == np.round(values))):
        return values, 1.0, line - 0.5
    width = span / 20 or 1.0
    return line + (np.floor((values - line) / width) + 0.5) * width, width, line


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
