"""Charts of cost against size, both on logarithmic axes: a straight line of slope 1 is cost in proportion."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

FOLDER = Path(__file__).resolve().parent


def cost_against_size(name: str, series: Mapping[str, Mapping[int, float]], *, size: str, cost: str) -> Path:
    """Draw ``bench/<name>.svg``: for each series its cost by size."""
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure = Figure(figsize=(6, 4), layout="constrained")
        ax = figure.add_subplot()
        for label, points in series.items():
            (line,) = ax.loglog(list(points), list(points.values()), marker="o")
            at, value = list(points.items())[-1]
            beside = {"xytext": (0, 8), "textcoords": "offset points", "ha": "right"}
            ax.annotate(label, (at, value), color=line.get_color(), **beside)
        ax.set(xlabel=size, ylabel=cost)
        ax.spines[["top", "right"]].set_visible(False)
        figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None})
    return FOLDER / f"{name}.svg"
