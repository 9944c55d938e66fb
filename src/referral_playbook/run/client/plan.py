"""Which notebooks there are, in which order they run, and what each of them declares."""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import CommandFaultError, did_you_mean
from referral_playbook.contract.names import STEPS, notebook_of
from referral_playbook.run.client.declared import TAG, declared_in
from referral_playbook.run.client.manifest import PACKAGE, digest

PLACE = "REFERRAL_PLAYBOOK_NOTEBOOKS"
TRACING = ("__import__", "delattr", "eval", "exec", "get_ipython", "setattr")
"""Functions by which code can do what is not seen in it."""


class PlanError(CommandFaultError):
    """A step that is not there, or no notebooks at all: a fault of the command, not of the client."""


@dataclass(frozen=True)
class Cell:
    """What is run of a cell."""

    kind: str
    source: str
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """One step's notebook as it stands on disk."""

    step: str
    path: Path
    cells: tuple[Cell, ...]
    declared: Mapping[str, Any]

    @cached_property
    def sha256(self) -> str:
        """Of what is run: sources, kinds and tags of the cells. Kept outputs do not make it another notebook."""
        return digest([astuple(cell) for cell in self.cells])

    @cached_property
    def leaves_no_trace(self) -> bool:
        """Whether its code only imports from this package, calls, and sets names of its own.

        Then the process in which it ran is as before, and another notebook may run there.
        """
        try:
            return not any(map(_leaves_a_trace, ast.walk(ast.parse("\n".join(self.code)))))
        except SyntaxError:  # a line for IPython
            return False

    @property
    def code(self) -> list[str]:
        """The source of the code cells."""
        return [cell.source for cell in self.cells if cell.kind == "code"]


def _leaves_a_trace(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not (node.module or "").startswith(f"{PACKAGE.name}.")
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return not isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Import) or (isinstance(node, ast.Name) and node.id in TRACING)


def notebooks_dir() -> Path:
    """Where the notebooks are: named in the environment, in the checkout, or as installed with the package.

    PlanError says that they are in none of these places.
    """
    named = os.environ.get(PLACE)
    installed = Path(sys.prefix, "share", "referral-playbook", "notebooks")
    places = [Path(named)] if named else [PACKAGE.parents[1] / "notebooks", installed]
    for place in places:
        if any(place.glob("[0-9][0-9]_*.ipynb")):
            return place
    looked = " or ".join(map(str, places))
    raise PlanError(f"no notebooks in {looked}; set {PLACE} to the folder that holds 01_pmf_check.ipynb")


def find_notebooks(folder: Path | None = None) -> dict[str, Notebook]:
    """The notebooks of a folder by step, in the order in which steps run."""
    place = folder or notebooks_dir()
    paths = {step: place / notebook_of(step) for step in STEPS}
    return {step: read_notebook(step, path) for step, path in paths.items() if path.is_file()}


def read_notebook(step: str, path: Path) -> Notebook:
    """One notebook with what it declares; read once as long as its file stays as it is."""
    stat = path.stat()
    return _read(step, path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=64)
def _read(step: str, path: Path, stamp: tuple[int, ...]) -> Notebook:
    # Not with nbformat: its import and check take longer than all else in a run where nothing changed.
    notebook_json = json.loads(path.read_text(encoding="utf-8"))
    cells = tuple(_cell(cell) for cell in notebook_json["cells"])
    tagged = [cell.source for cell in cells if TAG in cell.tags]
    return Notebook(step=step, path=path, cells=cells, declared=declared_in(tagged, where=path.name))


def _cell(told: dict[str, Any]) -> Cell:
    source = told["source"]
    text = source if isinstance(source, str) else "".join(source)
    return Cell(told["cell_type"], text, tuple(told["metadata"].get("tags", ())))


def chosen(notebooks: Mapping[str, Notebook], steps: Iterable[str] | None) -> tuple[str, ...]:
    """The steps to run, in order; all where none is named.

    A step that has no notebook raises PlanError.
    """
    wanted = list(steps or notebooks)
    for step in wanted:
        if step not in notebooks:
            raise PlanError(f"there is no step {step!r}. {did_you_mean(step, notebooks)}")
    return tuple(step for step in notebooks if step in wanted)
