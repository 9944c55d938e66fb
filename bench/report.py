"""What the benchmarks write: bench/results.md, one row a figure with its anchor and its target."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

RESULTS = Path(__file__).resolve().parent / "results.md"
HEAD = "# Benchmarks\n\nMedians of whole processes; ratios are of things measured in one run (`make bench`)."


class Row(NamedTuple):
    """One figure: what was measured, the figure, the target, and whether it was met."""

    what: str
    figure: str
    target: str
    met: bool


def write(sections: dict[str, Sequence[Row]], order: Iterable[str]) -> Path:
    """Write the sections that were measured now in the place of what was said of them; the others stay."""
    known = {**_written(), **{title: _section(rows) for title, rows in sections.items()}}
    # What is measured once, by hand, stands at the end.
    titles = dict.fromkeys((*order, *known))
    parts = [f"## {title}\n\n{known[title]}" for title in titles if title in known]
    RESULTS.write_text("\n\n".join([HEAD, *parts]) + "\n", encoding="utf-8")
    return RESULTS


def _written() -> dict[str, str]:
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    return {title: body.strip() for title, _, body in (part.partition("\n") for part in text.split("\n## ")[1:])}


def _section(rows: Sequence[Row]) -> str:
    machine = f"Python {platform.python_version()}, {platform.machine()}."
    table = [f"| {r.what} | {r.figure} | {r.target} | {'yes' if r.met else 'no'} |" for r in rows]
    return "\n".join([machine, "", "| what | figure | target | met |", "|---|---|---|---|", *table])
