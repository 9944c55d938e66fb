"""What the benchmarks write: bench/results.md, one row a figure with its anchor and its target."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

RESULTS = Path(__file__).resolve().parent / "results.md"


class Row(NamedTuple):
    """One figure: what was measured, the figure, the target, and whether it was met."""

    what: str
    figure: str
    target: str
    met: bool


def write(sections: dict[str, Sequence[Row]]) -> Path:
    """Write all figures, section by section."""
    lines = [
        "# Benchmarks",
        "",
        "Medians of whole processes, ratios measured in one run (`make bench`). Python "
        f"{platform.python_version()}, {platform.machine()}.",
    ]
    for title, rows in sections.items():
        lines += ["", f"## {title}", "", "| what | figure | target | met |", "|---|---|---|---|"]
        lines += [f"| {r.what} | {r.figure} | {r.target} | {'yes' if r.met else 'no'} |" for r in rows]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return RESULTS
