"""A programme's two clocks in one chart: the value of customers won, and the cash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from referral_playbook.contract.writing.formatting import money, number, share
from referral_playbook.show.figures.axis import SMALL, by_unit, nothing, rule, titled
from referral_playbook.show.palette import BLUE, INK, VERMILION
from referral_playbook.show.style import figure

Floats = NDArray[np.float64]
CLOCKS = {"value": ("value of customers won", BLUE, "-"), "cash": ("cash", VERMILION, "--")}


@figure
def two_clocks(
    ax: Axes, months: Sequence[Mapping[str, Any]], *, currency: str, deadline: int | None = None, title: str = ""
) -> str:
    """Draw cumulative value and cash against doing nothing, each with the band of 80% of the futures.

    Each row of `months` has month, value_p10, value_p50, value_p90, cash_p10, cash_p50 and cash_p90, money in
    `currency` (ISO 4217). `deadline`, the client's date in months, is marked by a line.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> rows = [{"month": m, "value_p10": -90, "value_p50": 50 * m - 100, "value_p90": 90 * m, "cash_p10": -120,
    ...          "cash_p50": 30 * m - 100, "cash_p90": 40} for m in (1, 2, 3, 4)]
    >>> two_clocks(axes(), rows, currency="GBP").alt_text
    'Against doing nothing: value of customers won £100 (-£90 to £360) after 4 months, at or above zero from month 2; \
cash £20 (-£120 to £40) after 4 months, at or above zero from month 4.'
    """
    if not months:
        return nothing(ax, "The futures were not run: an input that they need is not known.")
    x = np.array([row["month"] for row in months], dtype=float)
    captions = [_clock(ax, x, months, name, currency) for name in CLOCKS]
    ax.axhline(0, color=INK, linewidth=1)
    if deadline is not None:
        rule(ax, deadline, f"month {number(deadline)}")
    # The side on which the lines leave room: they rise from the left, or fall from it.
    falls = months[-1]["value_p50"] + months[-1]["cash_p50"] < 0
    ax.legend(
        loc="lower left" if falls else "upper left",
        fontsize=SMALL,
        frameon=True,  # over the rule
        framealpha=1.0,
        facecolor="white",
        edgecolor="none",
    )
    ax.set(xlabel=f"months from now (band: {share(0.8)} of futures)", ylabel="against doing nothing")
    by_unit(ax.xaxis, "count", most=12)
    by_unit(ax.yaxis, currency)
    titled(ax, title, above=deadline is not None)
    return f"Against doing nothing: {'; '.join(captions)}."


def _clock(ax: Axes, x: Floats, rows: Sequence[Mapping[str, Any]], name: str, currency: str) -> str:
    words, colour, line = CLOCKS[name]
    low, mid, high = (np.array([row[f"{name}_{q}"] for row in rows], dtype=float) for q in ("p10", "p50", "p90"))
    ax.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
    ax.plot(x, mid, color=colour, linestyle=line, label=words)
    span = f"{money(mid[-1], currency)} ({money(low[-1], currency)} to {money(high[-1], currency)})"
    return f"{words} {span} after {number(x[-1])} months, {_ahead(x, mid)}"


def _ahead(x: Floats, mid: Floats) -> str:
    below = np.flatnonzero(mid < 0)
    if not below.size:
        return "at or above zero from the start"
    if below[-1] + 1 == x.size:
        return "below zero at the end"
    return f"at or above zero from month {number(x[below[-1] + 1])}"
