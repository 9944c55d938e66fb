"""One notebook, run with papermill: parameters in, an executed notebook out, or a failure that says where."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from papermill.parameterize import parameterize_notebook

from referral_playbook.run.client.declared import TAG
from referral_playbook.run.client.plan import Notebook
from referral_playbook.run.kernels.engine import ENGINE
from referral_playbook.run.kernels.failures import KernelStoppedError, NotebookError
from referral_playbook.run.kernels.pool import Kernels

INJECTED = "injected-parameters"
CELL_SECONDS = 1800
CLIENTS_FAULT = ("ClientFaultError", "ClientError", "IntakeError")
"""Classes that tell of a fault of the client's; all that a kernel hands over of one is its name."""
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # its progress and warnings are told in our own words


def with_parameters(notebook: Notebook, values: Mapping[str, Any]) -> Any:
    """A copy of the notebook with the values in a cell after the defaults."""
    node: Any = nbformat.read(notebook.path, as_version=4)
    node.metadata.setdefault("papermill", nbformat.NotebookNode())
    for cell in node.cells:
        cell.metadata.setdefault("tags", [])
    node = parameterize_notebook(node, dict(values))
    for cell in node.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED  # papermill gives it a random one
    return node


def execute(
    notebook: Notebook,
    *,
    values: Mapping[str, Any],
    shown: Mapping[str, Any],
    target: Path,
    kernels: Kernels,
    environment: Mapping[str, str],
) -> Any:
    """Run a notebook and write it, executed, to `target`.

    Parameters
    ----------
    notebook
        The step's notebook; its file is not changed.
    values
        What its parameters are set to, checked before (see `parameters.resolve`).
    shown
        Values to leave in the executed notebook instead: the folders as they will be when the run is whole.
    target
        File to write. After a failure the notebook as far as it went is there.
    kernels
        Where it runs.
    environment
        Variables of the kernel, beside those that all have.

    Returns
    -------
    NotebookNode

    Raises
    ------
    NotebookError
        A cell raised, ran too long, or its kernel died.
    """
    node = with_parameters(notebook, values)
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    done: list[Any] = []
    try:
        # No output path: papermill would write the file twice, and it takes a path for a format string.
        execute_notebook(
            node,
            None,
            engine_name=ENGINE,
            kernels=kernels,
            environment=environment,
            keep=done.append,
            progress_bar=False,
            execution_timeout=CELL_SECONDS,
            resources={"metadata": {"path": str(target.parent)}},
        )
    except PapermillExecutionError as error:
        raise _failed(notebook, error) from None
    except KernelStoppedError as error:
        raise NotebookError(notebook.step, _cell(notebook, error.cell), str(error), died=error.died) from None
    finally:
        if done:
            tidy(done[0], values, shown)
            write_whole(done[0], target)
    return done[0]


def _failed(notebook: Notebook, error: PapermillExecutionError) -> NotebookError:
    said = f"{error.ename}: {error.evalue}".strip(": \n")[:2000]
    cell = _cell(notebook, error.cell_index)
    return NotebookError(notebook.step, cell, said, clients_fault=error.ename in CLIENTS_FAULT)


def _cell(notebook: Notebook, index: int | None) -> int | None:
    """The cell as one counts in the notebook on disk: from 1, without the injected one after the parameters."""
    if index is None:
        return None
    injected = next((i + 1 for i, cell in enumerate(notebook.cells) if TAG in cell.tags), 0)
    return index + 1 - (index >= injected)


def tidy(node: Any, values: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """Take out what differs from run to run (times, working folders) so that the same run gives the same bytes."""
    shown_values = {name: shown.get(name, value) for name, value in values.items()}
    executed = node.cells
    again = parameterize_notebook(node, shown_values).cells  # papermill puts a new cell, not executed, into node
    for old, new in zip(executed, again, strict=True):
        old["source"] = new["source"]
    node.cells = executed
    node.metadata["papermill"] = {"parameters": shown_values}
    for cell in node.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        for output in cell.get("outputs", []):
            _show_instead(output, values, shown)


def _show_instead(output: Any, values: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """Put the folders as they will be for the folders in which the cell worked, in plain text."""
    for place in (output, output.get("data", {})):
        for key in ("text", "text/plain"):
            for name in shown.keys() & values.keys() if isinstance(place.get(key), str) else ():
                place[key] = place[key].replace(str(values[name]), str(shown[name]))


def write_whole(node: Any, target: Path) -> None:
    """Write a notebook beside and put it in its place."""
    beside = target.with_name(f"{target.name}.part")
    text = nbformat.writes(node)
    beside.write_text(text + "\n", encoding="utf-8")
    os.replace(beside, target)
