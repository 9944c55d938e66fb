"""What papermill does of a notebook's run: parameters go in, cells are run, an executed notebook comes out."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from papermill.parameterize import parameterize_notebook

from referral_playbook.contract.files import write_whole

INJECTED = "injected-parameters"
ERROR = "papermill-error-cell-tag"
"""Tag of the cells in which papermill says where a notebook stopped."""
logging.getLogger("papermill").setLevel(logging.CRITICAL)  # its progress and warnings are told in our own words


def with_parameters(path: Path, values: Mapping[str, Any]) -> Any:
    """A copy of the notebook with the values in a cell after the defaults."""
    node: Any = nbformat.read(path, as_version=4)
    node.metadata.setdefault("papermill", nbformat.NotebookNode())
    for cell in node.cells:
        cell.metadata.setdefault("tags", [])
        if cell.cell_type == "code":  # the outputs that are kept are not those of this run
            cell["execution_count"], cell["outputs"] = None, []
    node = parameterize_notebook(node, dict(values))
    for cell in node.cells:
        if INJECTED in cell.metadata.get("tags", []):
            cell["id"] = INJECTED  # papermill gives it a random one
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return node


def run_inside(
    path: str, *, values: Mapping[str, Any], shown: Mapping[str, Any], target: str, seconds: int, record: int
) -> dict[str, Any] | None:
    """Run a notebook in this process, which was made for notebooks; see `execute`.

    The file descriptor `record` gets what is needed to write the notebook if this process dies (see `write_record`).
    Returns the cell that raised (its index), with the name of the error's class and its text.
    """
    from referral_playbook.run.kernels.inside import Cells

    node = with_parameters(Path(path), values)
    try:
        Cells(node, record=record, seconds=seconds).run()
        raise_for_execution_errors(node, None)
    except PapermillExecutionError as error:
        return {"cell": error.cell_index, "name": error.ename, "text": error.evalue}
    finally:
        tidy(node, values, shown)
        write_whole(Path(target), nbformat.writes(node) + "\n")
    return None


def write_record(
    lines: list[str], path: str, *, values: Mapping[str, Any], shown: Mapping[str, Any], target: str
) -> None:
    """Write a notebook as far as it went before its process died, from the lines that the process noted."""
    node = with_parameters(Path(path), values)
    for index, count, outputs in (noted for noted in map(json.loads, lines) if len(noted) > 1):
        node.cells[index]["execution_count"] = count
        node.cells[index]["outputs"] = nbformat.from_dict(outputs)
    tidy(node, values, shown)
    write_whole(Path(target), nbformat.writes(node) + "\n")


def tidy(node: Any, values: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """Take out what differs from run to run (times, working folders) so that the same run gives the same bytes."""
    shown_values = {name: shown.get(name, value) for name, value in values.items()}
    executed = node.cells
    again = parameterize_notebook(node, shown_values).cells  # papermill puts a new cell, not executed, into node
    for old, new in zip(executed, again, strict=True):
        old["source"] = new["source"]
    node.cells = executed
    node.metadata["papermill"] = {"parameters": shown_values}
    for number, cell in enumerate(node.cells):
        if ERROR in cell.metadata.get("tags", []):
            cell["id"] = f"error-{number}"  # papermill gives it a random one
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
