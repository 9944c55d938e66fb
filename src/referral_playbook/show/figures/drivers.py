"""What moves the result: one input at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from referral_playbook.contract.writing.formatting import written
from referral_playbook.show.figures.axis import SMALL, by_unit, nothing, rule, titled
from referral_playbook.show.figures.axis import rows as name_rows
from referral_playbook.show.palette import BLUE, INK
from referral_playbook.show.style import figure, label

ENDS = (("at_low", "low", BLUE, ""), ("at_high", "high", "white", "////"))
"""Solid with the input at its low end, hatched at its high end, so that grey print shows which is which."""


@figure
def tornado(
    ax: Axes,
    rows: Sequence[Mapping[str, Any]],
    *,
    base: float | None = None,
    unit: str,
    threshold: float | None = None,
    xlabel: str = "",
    title: str = "",
    most: int = 10,
) -> str:
    """Draw how far each input alone moves the result, the strongest on top.

    Each row has `input` (its name), and `at_low` and `at_high`, the result in `unit` with the input at its 10th and
    90th percentile; `low` and `high` (those inputs, as text) are written at the ends where given. `base` is the result
    with every input at its middle (without it each bar is parted at its own middle), `threshold` where the decision
    flips, `most` how many rows are drawn. A row takes about 0.35 inches of height, the rest 1.2.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> tornado(axes(), [dict(input="reward", at_low=900, at_high=100)], base=500, unit="GBP").alt_text
    'What moves the result: £500 with every input at its expected value; reward low £900, high £100.'
    """
    if not rows:
        return nothing(ax, "No input moves the result: none is uncertain.")
    ordered = sorted(rows, key=lambda r: (-abs(r["at_high"] - r["at_low"]), str(r["input"])))[:most]
    middles = [(r["at_low"] + r["at_high"]) / 2 if base is None else base for r in ordered]
    for at, _, colour, hatch in ENDS:
        lengths = [row[at] - middle for row, middle in zip(ordered, middles, strict=True)]
        ax.barh(range(len(ordered)), lengths, left=middles, height=0.6, color=colour, hatch=hatch, edgecolor=BLUE)
    for y, (row, middle) in enumerate(zip(ordered, middles, strict=True)):
        _write_ends(ax, y, row, middle)
    name_rows(ax, [str(r["input"]) for r in ordered])
    if base is not None:
        ax.axvline(base, color=INK, linewidth=1)
    if threshold is not None:
        rule(
            ax,
            threshold,
            f"break-even ({written(threshold, unit)})" if threshold == 0 else f"threshold {written(threshold, unit)}",
        )
    ax.margins(x=0.34 if any(r.get("low") for r in ordered) else 0.16)
    _room_for_ends(ax, ordered, base)
    by_unit(ax.xaxis, unit, most=5)
    ax.set_xlabel(label(xlabel or unit, 66))
    titled(ax, title, above=threshold is not None)
    keys = [Patch(facecolor=c, hatch=h, edgecolor=BLUE, label=f"input {n}") for _, n, c, h in ENDS]
    ax.figure.legend(handles=keys, loc="outside lower right", ncols=2)
    description = "; ".join(_said(r, unit) for r in ordered)
    middle = "" if base is None else f"{written(base, unit)} with every input at its expected value; "
    return f"{title or 'What moves the result'}: {middle}{description}."


CHARACTER = 0.026
"""The width of a character at the end of a bar, as a share of the width of the axes."""


def _room_for_ends(ax: Axes, rows: Sequence[Mapping[str, Any]], base: float | None) -> None:
    """Widen the axes until no text at the end of a bar reaches beyond them."""
    low, high = ax.get_xlim()
    for row in (*rows, *rows, *rows):  # room on one side makes that on the other a smaller share
        ends = sorted((row[at], str(row.get(n) or "")) for at, n, *_ in ENDS)
        middle = sum(end for end, _ in ends) / 2 if base is None else base
        for (end, text), out in zip(ends, (min(ends[0][0], middle), max(ends[1][0], middle)), strict=True):
            room = min(0.4, CHARACTER * (min(len(text), 14) + 1)) if text else 0.0
            if end == ends[0][0]:
                low = min(low, (out - room * high) / (1 - room))
            else:
                high = max(high, (out - room * low) / (1 - room))
    ax.set_xlim(low, high)


def _said(row: Mapping[str, Any], unit: str) -> str:
    ends = (f"{n}{f' ({row[n]})' if row.get(n) else ''} {written(row[at], unit)}" for at, n, *_ in ENDS)
    return f"{row['input']} {', '.join(ends)}"


def _write_ends(ax: Axes, y: int, row: Mapping[str, Any], middle: float) -> None:
    ends = sorted((row[at], i, row.get(n)) for i, (at, n, *_) in enumerate(ENDS))
    for (end, _, text), side in zip(ends, (-1, 1), strict=True):
        if text is not None:
            out = min(end, middle) if side < 0 else max(end, middle)
            ax.annotate(
                label(str(text), 14, lines=1),
                (out, y),
                xytext=(4 * side, 0),
                textcoords="offset points",
                annotation_clip=False,
                ha="left" if side > 0 else "right",
                va="center",
                fontsize=SMALL,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.6},
            )
