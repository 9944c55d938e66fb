"""Which notebooks there are, in which order they run, and what each of them declares."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from referral_playbook.contract.client_problems import did_you_mean
from referral_playbook.contract.tables import STEPS
from referral_playbook.run.declared import Parameter, read_declared
from referral_playbook.run.manifest import PACKAGE, digest

PLACE = "REFERRAL_PLAYBOOK_NOTEBOOKS"


class PlanError(ValueError):
    """A step that is not there, or no notebooks at all: a fault of the command, not of the client."""


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """One step's notebook as it stands on disk."""

    step: str
    path: Path
    content: Any
    declared: Mapping[str, Parameter]

    @property
    def sha256(self) -> str:
        """Of what is run: sources, kinds and tags of the cells. Kept outputs do not make it another notebook."""
        return digest([(c.cell_type, c.source, c.metadata.get("tags", [])) for c in self.content.cells])


def notebooks_dir() -> Path:
    """Where the notebooks are: named in the environment, in the checkout, or as installed with the package.

    Raises
    ------
    PlanError
        They are in none of these places.
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
    paths = {step: place / f"{number:02d}_{step}.ipynb" for number, step in enumerate(STEPS)}
    return {step: read_notebook(step, path) for step, path in paths.items() if path.is_file()}


def read_notebook(step: str, path: Path) -> Notebook:
    """One notebook with what it declares."""
    content = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return Notebook(step=step, path=path, content=content, declared=read_declared(content, where=path.name))


def chosen(notebooks: Mapping[str, Notebook], steps: Iterable[str] | None) -> tuple[str, ...]:
    """The steps to run, in order; all where none is named.

    Raises
    ------
    PlanError
        A step that has no notebook.
    """
    wanted = list(steps or notebooks)
    for step in wanted:
        if step not in notebooks:
            raise PlanError(f"there is no step {step!r}. {did_you_mean(step, notebooks)}")
    return tuple(step for step in notebooks if step in wanted)
