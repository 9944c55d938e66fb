"""The notebooks' code cells as plain Python in one process: what a run costs at least, and a quick chain to test."""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat

from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.handover import load
from referral_playbook.contract.names import STEPS

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def numbered() -> list[Path]:
    """The notebooks in the order in which they run."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def run_plain(
    client_dir: Path,
    results_dir: Path,
    *,
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    rendered: bool = True,
    steps: Collection[str] = STEPS,
    keep: list[str] | None = None,
) -> dict[str, StepResult]:
    """Run the cells of the notebooks of `steps` in order; the results by step.

    `parameters`, by step, go on top of the notebook's own.
    Without `rendered` the figures are drawn and not turned into SVG, which is most of the time.
    `keep` gets the HTML of every table and sentence that the notebooks show.
    """
    drawn = nullcontext() if rendered else mock.patch("referral_playbook.show.picture.picture", return_value=None)
    with drawn:
        return _run_all(client_dir, results_dir, parameters or {}, steps, [] if keep is None else keep)


def _run_all(
    client_dir: Path,
    results_dir: Path,
    parameters: Mapping[str, Mapping[str, Any]],
    steps: Collection[str],
    keep: list[str],
) -> dict[str, StepResult]:
    found = {}
    for path in (p for p in numbered() if p.stem[3:] in steps):
        step = path.stem[3:]
        given = {"client_dir": str(client_dir), "results_dir": str(results_dir), **parameters.get(step, {})}
        _run(path, given, keep)
        result = load(step, results_dir)
        assert result is not None, f"{path.name} recorded nothing"
        found[step] = result
    return found


def _run(path: Path, given: Mapping[str, Any], keep: list[str]) -> None:
    space: dict[str, Any] = {}
    with mock.patch.dict(os.environ, {"REFERRAL_PLAYBOOK_HEADLESS": "1", "MPLBACKEND": "Agg"}):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                shown = _exec(cell.source, space, f"{path.name}:{cell.id}")
                keep += _displayed(shown)
                if "parameters" in cell.metadata.get("tags", []):
                    space.update(given)


def _exec(source: str, space: dict[str, Any], name: str) -> Any:
    """Run a cell; the value of its last line where that is an expression, as a notebook shows it."""
    tree = ast.parse(source, filename=name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), space)
    return eval(compile(ast.Expression(last.value), name, "eval"), space) if last else None  # type: ignore[attr-defined]


def _displayed(shown: Any) -> list[str]:
    """Make what a notebook would show, as HTML where there is such."""
    if hasattr(shown, "_repr_mimebundle_"):
        shown._repr_mimebundle_()
        return []
    return [shown._repr_html_()] if hasattr(shown, "_repr_html_") else []
