"""Side by side: sources, markets, and maps of rows by columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.projections.polar import PolarAxes
from numpy.typing import ArrayLike, NDArray

from referral_playbook.contract.evidence import Estimate
from referral_playbook.contract.writing.formatting import NOT_KNOWN, interval, number, share, written
from referral_playbook.show.figures.axis import SMALL, beside, by_unit, nothing, rows, span, titled
from referral_playbook.show.palette import BLUE, GREY, INK, ORANGE, SEQUENCE
from referral_playbook.show.style import figure, label

WRITTEN_COLUMNS = 8
"""A map with more columns has no room for the numbers."""


@figure
def bars(
    ax: Axes,
    values: Mapping[str, float | Estimate],
    *,
    unit: str,
    pareto: bool = False,
    xlabel: str = "",
    title: str = "",
) -> str:
    """Draw bars with their numbers, the longest on top; estimates carry their range.

    `values` are in `unit`; each bar takes about 0.3 inches of height. With `pareto` the running share of the total
    stands beside each bar, and it is said which few make 80%.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> bars(axes(), {"web": 10, "referral": 70, "fair": 20}, unit="leads", pareto=True, title="Leads").alt_text
    'Leads: referral 70 leads; fair 20 leads; web 10 leads. 2 of 3 make 90%: referral, fair.'
    """
    ordered = sorted(values.items(), key=lambda item: (-_value(item[1]), item[0]))
    if not ordered:
        return nothing(ax, "There is nothing to compare.")
    at = np.array([max(_value(v), 0.0) if np.isfinite(_value(v)) else 0.0 for _, v in ordered])
    ax.barh(range(len(at)), at, height=0.62, color=BLUE)
    for y, (_, v) in enumerate(ordered):
        _whisker(ax, y, v)
    rows(ax, [name for name, _ in ordered])
    running = np.cumsum(at) / (at.sum() or 1.0)
    for y, (_, v) in enumerate(ordered):
        beside(ax, y, _written(v, unit) + (f"  ({share(running[y])} so far)" if pareto else ""))
    ax.set_xlim(0, None)
    by_unit(ax.xaxis, unit, most=3)  # names and numbers beside the bars leave little room
    ax.set_xlabel(label(xlabel or unit, 66))
    titled(ax, title)
    description = "; ".join(f"{name} {_written(v, unit)}" for name, v in ordered)
    return f"{title or 'Compared'}: {description}." + (_few([n for n, _ in ordered], running) if pareto else "")


@figure
def spidergram(
    ax: Axes,
    markets: Sequence[str],
    current: ArrayLike,
    desired: ArrayLike,
    *,
    names: tuple[str, str] = ("current", "desired"),
    title: str = "",
) -> str:
    """Draw current against desired effort by market on a polar axis, or two other things of 0 to 10.

    The axes are polar (``axes(polar=True)``), the efforts 0 to 10 for each market; what is not known at all is drawn as
    nothing, and said so. `names` says what the two are.

    Axes that are not polar raise ValueError.
    """
    now, aim = np.asarray(current, dtype=float), np.asarray(desired, dtype=float)
    if not isinstance(ax, PolarAxes):
        raise ValueError("a spidergram needs axes(polar=True)")
    if not (np.isfinite(now) & np.isfinite(aim)).any():
        return nothing(ax, f"Neither {names[0]} nor {names[1]} is known.")
    description = "; ".join(f"{m} {number(c)} against {number(d)}" for m, c, d in zip(markets, now, aim, strict=True))
    if len(markets) < 3:
        return nothing(
            ax, f"A web needs at least three corners. {names[0].capitalize()} against {names[1]}: {description}."
        )
    angle = np.linspace(0, 2 * np.pi, len(markets), endpoint=False)
    ax.set_theta_offset(np.pi / 2)
    ax.set_theta_direction(-1)
    for effort, colour, dash, name in ((aim, ORANGE, "--", names[1]), (now, BLUE, "-", names[0])):
        ax.plot(np.r_[angle, angle[0]], np.r_[effort, effort[0]], color=colour, linestyle=dash, marker="o", label=name)
        ax.fill(angle, effort, color=colour, alpha=0.12)
    ax.set_xticks(angle, [label(m, 14) for m in markets])
    ax.tick_params(axis="x", pad=10)
    ax.set(ylim=(0, 10), yticks=[2, 4, 6, 8, 10])
    ax.tick_params(axis="y", labelsize=SMALL, labelcolor=GREY)
    ax.set_rlabel_position(180 / len(markets))
    ax.grid(True)
    ax.spines["polar"].set_visible(False)
    ax.figure.legend(loc="outside upper left", ncols=2, handlelength=3.5)
    titled(ax, title, above=True)
    gap = int(np.nanargmax(np.abs(aim - now)))
    what = "Effort, current" if names[0] == "current" else names[0].capitalize()
    return f"{title or f'{what} against {names[1]} (0 to 10)'}: {description}. The widest gap is {markets[gap]}."


@figure
def heatmap(
    ax: Axes,
    values: ArrayLike,
    *,
    rows: Sequence[object],
    columns: Sequence[object],
    unit: str,
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
) -> str:
    """Draw a table as a map, light to dark; cells that are not known stay hatched, not zero.

    `values`, shape (rows, columns), are in `unit`, NaN where not known. Cells are written out where there is room (up
    to 14 rows and 8 columns).

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> heatmap(axes(), [[4, 9]], rows=["SMB"], columns=["North", "South"], unit="customers").alt_text
    'A map: highest 9 customers at SMB, South; lowest 4 customers at SMB, North; 0 of 2 cells are not known.'
    """
    cells = np.asarray(values, dtype=float)
    if not np.isfinite(cells).any():
        return nothing(ax, "No cell of this map is known.")
    colours = LinearSegmentedColormap.from_list("playbook", SEQUENCE)
    ax.set_facecolor("#FFFFFF")
    ax.patch.set(hatch="////", edgecolor="#C8C8C8")
    shown = ax.pcolormesh(np.ma.masked_invalid(cells), cmap=colours, edgecolors="white", linewidth=1)
    # Thousands of cells as paths would make the report heavy.
    shown.set_rasterized(cells.size > 400)
    ax.invert_yaxis()
    _names(ax, [str(r) for r in rows], [str(c) for c in columns])
    if cells.shape[0] <= 14 and cells.shape[1] <= WRITTEN_COLUMNS:
        _write_cells(ax, cells, unit)
    else:
        bar = ax.figure.colorbar(shown, ax=ax, shrink=0.8)
        bar.outline.set_visible(False)
        by_unit(bar.ax.yaxis, unit)
    ax.set(xlabel=label(xlabel, 66), ylabel=label(ylabel, 40))
    titled(ax, title)
    return f"{title or 'A map'}: {_extremes(cells, rows, columns, unit)}"


def _value(v: float | Estimate) -> float:
    """For the order: what is not known comes last."""
    value = v.value if isinstance(v, Estimate) else v
    return -np.inf if value is None or not np.isfinite(value) else float(value)


def _written(v: float | Estimate, unit: str) -> str:
    return interval(v) if isinstance(v, Estimate) else written(v, unit)


def _whisker(ax: Axes, y: int, v: float | Estimate) -> None:
    if isinstance(v, Estimate) and v.defined:
        low, value, high = span(v)
        ax.plot([low, high if np.isfinite(high) else value], [y, y], color=INK, linewidth=1.2, marker="|", markersize=6)


def _few(names: list[str], running: NDArray[np.float64]) -> str:
    if not running[-1]:
        return " None of them has brought anything yet."
    few = int(np.searchsorted(running, 0.8 - 1e-12)) + 1
    return f" {few} of {len(names)} make {share(running[few - 1])}: {', '.join(names[:few])}." if few <= 8 else ""


def _names(ax: Axes, rows: list[str], columns: list[str]) -> None:
    down, across = -(-len(rows) // 20), -(-len(columns) // 20)
    ax.set_yticks(np.arange(0, len(rows), down) + 0.5, [label(r, 20, lines=2) for r in rows[::down]])
    width = max(6, 70 // max(len(columns), 1))
    ax.set_xticks(np.arange(0, len(columns), across) + 0.5, [label(c, width) for c in columns[::across]])
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _write_cells(ax: Axes, cells: NDArray[np.float64], unit: str) -> None:
    middle = (np.nanmin(cells) + np.nanmax(cells)) / 2
    for (i, j), v in np.ndenumerate(cells):
        if np.isfinite(v):
            text = written(v, unit) if unit == "share" or unit.isupper() else number(v)
            ax.text(
                j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=SMALL, color="white" if v > middle else INK
            )


def _extremes(cells: NDArray[np.float64], rows: Sequence[object], columns: Sequence[object], unit: str) -> str:
    description = []
    for name, find in (("highest", np.nanargmax), ("lowest", np.nanargmin)):
        i, j = divmod(int(find(cells)), cells.shape[1])
        description.append(f"{name} {written(cells[i, j], unit)} at {rows[i]}, {columns[j]}")
    return (
        f"{'; '.join(description)}; {number(int(np.isnan(cells).sum()))} of {number(cells.size)} cells are {NOT_KNOWN}."
    )
