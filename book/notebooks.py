"""The notebooks as they are committed: their parameters, and which cell leads to which function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

from book.code import imports, naming, references
from referral_playbook.contract.names import STEPS, notebook_of
from referral_playbook.run.client.plan import find_notebooks
from referral_playbook.run.report.section import HIDDEN

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A code cell: its number in the notebook, the heading it stands under, and the definitions that it names."""

    number: int
    heading: str
    names: frozenset[str]


def path(step: str) -> Path:
    """The notebook of a step, there or not."""
    return FOLDER / notebook_of(step)


def chapter(step: str) -> str:
    """The file of a step's chapter in playbook/."""
    return f"{STEPS.index(step):02d}-{step.replace('_', '-')}.md"


def title(step: str) -> str:
    """The notebook's title up to the colon: number and name of the step."""
    return notebook(step).cells[0].source.splitlines()[0].lstrip("# ").split(":")[0]


@cache
def notebook(step: str) -> Any:
    """As nbformat reads it."""
    return nbformat.read(path(step), as_version=4)


def parameters(step: str) -> Mapping[str, Any]:
    """What a step may be given, in its order; nothing where there is no notebook yet."""
    found = find_notebooks(FOLDER).get(step)
    return found.declared if found else {}


@cache
def cells(step: str) -> tuple[Cell, ...]:
    """The code cells that the report shows under a heading."""
    return tuple(_cells(step, hidden=False)) if path(step).is_file() else ()


@cache
def all_cells(step: str) -> tuple[Cell, ...]:
    """Every code cell, also those that the report leaves out, such as the one that computes the finding."""
    return tuple(_cells(step, hidden=True)) if path(step).is_file() else ()


def _cells(step: str, *, hidden: bool) -> Iterator[Cell]:
    heading, known = "", {}
    for number, cell in enumerate(notebook(step).cells, start=1):
        if cell.cell_type == "markdown":
            heading = ([heading, *HEADING.findall(cell.source)])[-1]
        elif cell.cell_type == "code" and (hidden or HIDDEN not in cell.metadata.get("tags", [])):
            tree = ast.parse(cell.source)
            known |= imports(tree)
            if heading or hidden:
                yield Cell(number=number, heading=heading.strip(), names=frozenset(references(tree, known)))


@cache
def leading_to(step: str, function: str, *, hidden: bool = False) -> Cell | None:
    """The cell that calls a function most directly, the first of equals; None where none does.

    With `hidden`, cells that the report leaves out count too.
    """
    looked_at = all_cells(step) if hidden else cells(step)
    near = {function}
    seen: set[str] = set()
    while near:
        if found := next((cell for cell in looked_at if cell.names & near), None):
            return found
        seen |= near
        near = set().union(*(naming().get(name, frozenset()) for name in near)) - seen
    return None
