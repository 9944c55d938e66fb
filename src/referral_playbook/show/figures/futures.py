"""What may come: equally likely futures, what moves the result, and cash over time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from referral_playbook.show.figures.axis import SMALL, by_unit, rule
from referral_playbook.show.money import number, written
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

    Parameters
    ----------
    ax : Axes
    futures : array, shape (n,)
        Quantiles at equal steps of probability, usually 50. NaN or infinite: it never happens.
    deadline : float, optional
        Futures at or before it are in time (for times).
    threshold : float, optional
        Futures at or above it are good (for money). One of `deadline` and `threshold` is given.
    unit : str
        Unit of `futures`.
    does : str
        What is counted: ``"break even"``, ``"make money"``.

    Raises
    ------
    ValueError
        Neither or both of `deadline` and `threshold`, or no futures.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> quantile_dotplot(axes(), [8, 9, 11, float("inf")], deadline=10).alt_text
    'Of 4 equally likely futures, 2 break even by month 10, 1 later and 1 never within the time looked at.'
    """
    values = np.sort(np.asarray(futures, dtype=float))
    if values.size == 0 or (deadline is None) == (threshold is None):
        raise ValueError("give futures, and either a deadline or a threshold")
    good = values <= deadline if deadline is not None else values >= threshold
    x, y, width = _stacked(ax, values)
    size = _dot(ax, x, y, width)
    ax.scatter(x[good], y[good], s=size, color=BLUE, linewidths=1)
    ax.scatter(x[~good], y[~good], s=size, facecolors="white", edgecolors=VERMILION, linewidths=1.3)
    ax.set(yticks=[], xlabel=label(xlabel or ("month" if unit == "months" else unit), 80))
    ax.spines["left"].set_visible(False)
    by_unit(ax.xaxis, unit)
    _mark_line(ax, deadline, threshold, unit, width)
    _mark_never(ax, x, values)
    ax.set_title(label(title or _count(values, good, deadline, threshold, unit, does, short=True), 70), pad=20)
    return _count(values, good, deadline, threshold, unit, does)


def _stacked(ax: Axes, values: Floats) -> tuple[Floats, Floats, float]:
    """Columns of dots: whole numbers where the values are whole and few, else about 20 columns."""
    known = values[np.isfinite(values)]
    whole = known.size > 0 and bool(np.all(known == np.round(known))) and float(np.ptp(known)) <= 40
    width = 1.0 if whole or not known.size else max(float(np.ptp(known)) / 20, 1e-9)
    start = float(known[0]) if known.size else 0.0
    column = np.where(np.isfinite(values), np.round((values - start) / width), np.nan)
    never = (np.nanmax(column) if known.size else 0.0) + 3
    column = np.where(np.isnan(column), never, column)
    height = np.array([np.sum(column[:i] == c) for i, c in enumerate(column)], dtype=float)
    return start + column * width, height + 0.5, width


def _dot(ax: Axes, x: Floats, y: Floats, width: float) -> float:
    """Area of a dot in points², so that neighbours just do not touch; sets the limits it needs."""
    inches = ax.figure.get_size_inches() * 0.82
    wide, high = float(inches[0]) * 72, float(inches[1]) * 72 * 0.72
    ax.set_xlim(x.min() - 1.5 * width, x.max() + 1.5 * width)
    columns = (x.max() - x.min()) / width + 3
    diameter = min(wide / columns, high / y.max(), 16.0)
    ax.set_ylim(0, high / diameter)
    return float((0.86 * diameter) ** 2)


def _mark_line(ax: Axes, deadline: float | None, threshold: float | None, unit: str, width: float) -> None:
    if deadline is not None:
        at, text = deadline + width / 2, f"by {_when(deadline, unit)}"
    else:
        assert threshold is not None
        at, text = threshold - width / 2, f"{written(threshold, unit)} or more"
    left, right = ax.get_xlim()
    ax.set_xlim(min(left, at - width), max(right, at + width))
    rule(ax, at, text)


def _mark_never(ax: Axes, x: Floats, values: Floats) -> None:
    if not np.all(np.isfinite(values)):
        never = float(x[~np.isfinite(values)][0])
        known = x[np.isfinite(values)]
        ax.set_xticks([t for t in ax.get_xticks() if known.size and known.min() - 1 <= t <= known.max()] + [never])
        names = [number(t) for t in ax.get_xticks()[:-1]]
        ax.set_xticklabels([*names, "later\nor never"])


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
        return f"Of {n} equally likely futures, {k} {does}: {written(threshold, unit)} or more."
    assert deadline is not None
    lead = f"Of {n} equally likely futures, {k} {does} by {_when(deadline, unit)}"
    if short:
        return lead
    never = int(np.sum(~np.isfinite(values)))
    late = n - k - never
    return f"{lead}, {late} later and {never} never within the time looked at."


@figure
def tornado(
    ax: Axes,
    rows: Sequence[dict[str, object]],
    *,
    base: float,
    unit: str,
    threshold: float | None = None,
    xlabel: str = "",
    title: str = "",
    most: int = 10,
) -> str:
    """Draw how far each input alone moves the result, the strongest on top.

    Parameters
    ----------
    ax : Axes
    rows : sequence of mappings
        `input` (name), `at_low` and `at_high` (result with the input at its 10th and 90th percentile); `low` and
        `high` (those inputs, as text) are written at the ends where given.
    base : float
        The result with every input at its middle, in `unit`.
    threshold : float, optional
        Where the decision flips.
    most : int
        Rows to draw.
    """
    ordered = sorted(rows, key=lambda r: (-_swing(r), str(r["input"])))[:most]
    for y, row in enumerate(ordered):
        _tornado_row(ax, y, row, base)
    ax.set_yticks(range(len(ordered)), [label(str(r["input"]), 24) for r in ordered])
    ax.set_ylim(len(ordered) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.axvline(base, color="#222222", linewidth=1)
    ax.spines["left"].set_visible(False)
    if threshold is not None:
        rule(ax, threshold, f"decision flips at {written(threshold, unit)}")
    ax.margins(x=0.16)
    by_unit(ax.xaxis, unit)
    ax.set_xlabel(label(xlabel or unit, 80))
    ax.set_title(label(title, 80), pad=18 if threshold is not None else None)
    said = "; ".join(
        f"{r['input']} from {written(_float(r, 'at_low'), unit)} to {written(_float(r, 'at_high'), unit)}" for r in ordered
    )
    return f"{title or 'What moves the result'}: {written(base, unit)} in the middle case; {said}."


def _float(row: dict[str, object], key: str) -> float:
    return float(row[key])  # type: ignore[arg-type]


def _swing(row: dict[str, object]) -> float:
    return abs(_float(row, "at_high") - _float(row, "at_low"))


def _tornado_row(ax: Axes, y: int, row: dict[str, object], base: float) -> None:
    """Solid for the input at its low end, hatched for its high end, so that grey print shows which is which."""
    ends = (("at_low", "low", BLUE, ""), ("at_high", "high", "white", "////"))
    for key, name, colour, hatch in ends:
        end = _float(row, key)
        ax.barh(y, end - base, left=base, height=0.6, color=colour, hatch=hatch, edgecolor=BLUE)
        if row.get(name) is not None:
            away = 1 if end > base or (end == base and key == "at_high") else -1
            ax.annotate(label(str(row[name]), 14, lines=1), (end, y), xytext=(4 * away, 0), textcoords="offset points",
                        ha="left" if away > 0 else "right", va="center", fontsize=SMALL)  # fmt: skip
