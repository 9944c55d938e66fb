"""How long customers stay, or wait before they refer: Kaplan-Meier curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from referral_playbook.contract.writing.formatting import months, number, share
from referral_playbook.show.figures.axis import SMALL, by_unit, nothing, titled
from referral_playbook.show.palette import DASHES, SERIES
from referral_playbook.show.style import figure, label

Curve = Mapping[str, Any]
"""Equal-length columns `time` (months), `survival`, `low`, `high`, `at_risk`: a mapping of arrays or a DataFrame."""


@figure
def survival(
    ax: Axes,
    curves: Mapping[str, Curve],
    *,
    xlabel: str = "months since joining",
    ylabel: str = "still a customer",
    title: str = "",
) -> str:
    """Draw Kaplan-Meier steps with their bands, and the numbers at risk below.

    Each curve has `time` in months (ascending), `survival`, `low` and `high` (0 to 1), and `at_risk`.

    Examples
    --------
    >>> from referral_playbook.show.style import axes
    >>> curve = dict(time=[0, 12], survival=[1, 0.4], low=[1, 0.3], high=[1, 0.5], at_risk=[50, 9])
    >>> survival(axes(), {"all": curve}).alt_text
    'Share still a customer by months since joining. all: 40% (30% to 50%) at 12 months, half are left at 12 months.'
    """
    drawn = {name: _arrays(curve) for name, curve in curves.items() if len(curve["time"])}
    if not drawn:
        return nothing(ax, f"No curve to draw: nobody was observed ({ylabel}).")
    for i, (name, c) in enumerate(drawn.items()):
        colour, dash = SERIES[i % len(SERIES)], DASHES[i % len(DASHES)]
        ax.step(c["time"], c["survival"], where="post", color=colour, linestyle=dash, label=label(name))
        ax.fill_between(c["time"], c["low"], c["high"], step="post", color=colour, alpha=0.18, linewidth=0)
    ax.set(ylim=(0, 1.02), xlabel=label(xlabel, 66), ylabel=label(ylabel, 40))
    ax.set_xlim(0, max(c["time"][-1] for c in drawn.values()) or 1)
    titled(ax, title)
    by_unit(ax.yaxis, "share")
    _at_risk(ax, drawn)
    if len(drawn) > 1:
        ax.figure.legend(loc="outside upper left", ncols=min(3, len(drawn)))
    return f"Share {ylabel} by {xlabel}. " + "; ".join(_said(name, c) for name, c in drawn.items()) + "."


def _arrays(curve: Curve) -> dict[str, NDArray[np.float64]]:
    return {k: np.asarray(curve[k], dtype=float) for k in ("time", "survival", "low", "high", "at_risk")}


def _said(name: str, c: dict[str, NDArray[np.float64]]) -> str:
    last = f"{share(c['survival'][-1])} ({share(c['low'][-1])} to {share(c['high'][-1])}) at {months(c['time'][-1])}"
    below = np.flatnonzero(c["survival"] <= 0.5)
    half = f"half are left at {months(c['time'][below[0]])}" if below.size else "more than half remain throughout"
    return f"{name}: {last}, {half}"


def _at_risk(ax: Axes, drawn: dict[str, dict[str, NDArray[np.float64]]]) -> None:
    """Numbers at risk under the months of the axis: a curve with few left behind it is not to be trusted."""
    ticks = [t for t in ax.get_xticks() if 0 <= t <= ax.get_xlim()[1]]
    _under(ax, 0, -38, "At risk", ha="left", weight="bold")
    for i, (name, c) in enumerate(drawn.items()):
        if len(drawn) > 1:
            _under(ax, 0, -50 - 12 * i, label(name, 18, lines=1), ha="right", shift=-20)
        for t in ticks:
            after = np.searchsorted(c["time"], t, side="left")
            left = c["at_risk"][after] if after < c["time"].size else 0
            _under(ax, t, -50 - 12 * i, number(left))


def _under(ax: Axes, x: float, down: float, text: str, *, ha: str = "center", shift: float = 0, **how: Any) -> None:
    ax.annotate(
        text,
        (x, 0),
        xycoords=("data", "axes fraction"),
        xytext=(shift, down),
        textcoords="offset points",
        ha=ha,
        va="top",
        fontsize=SMALL,
        annotation_clip=False,
        **how,
    )
