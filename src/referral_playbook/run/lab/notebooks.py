"""The notebooks of a session: one parameter cell without paths, code folded, and the outputs of the client's run."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import nbformat

from referral_playbook.contract.files import write_whole
from referral_playbook.contract.session import Opened, why_out_of_date
from referral_playbook.run.client.declared import TAG, declared_in
from referral_playbook.run.client.plan import Notebook
from referral_playbook.show.picture import LARGE

FOLDERS = ("client_dir", "results_dir")
SVG = "image/svg+xml"
PLAIN_ERRORS = "from referral_playbook.show.errors import show_errors_plainly"


def write_notebook(
    book: Notebook, target: Path, *, client_dir: Path, values: Mapping[str, Any], show_code: bool, ran: Path | None
) -> None:
    """Write a notebook of a session; one that is there with the same code is left as it is, with its outputs.

    Its parameter cell sets `values`, those given for this session. Outputs are those of `ran`, the notebook as it ran
    last for this client, until it is run again; it is None where the result is out of date or was made otherwise.
    """
    node: Any = nbformat.read(book.path, as_version=4)
    node.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    _move_folders(node, client_dir, target.parent)
    _fill(node, values)
    if target.is_file() and digest(target) == _digest_of(node):
        return
    outputs = {} if ran is None else _outputs(ran)
    for cell in node.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, outputs.get(cell["id"], [])
            if not show_code:
                cell.metadata["jupyter"] = {"source_hidden": True}
    write_whole(target, nbformat.writes(node) + "\n")


def _move_folders(node: Any, client_dir: Path, folder: Path) -> None:
    """Take the two folders out of the parameter cell, which a client may look at, into the folded imports above it."""
    imports = next(cell for cell in node.cells if cell.cell_type == "code")
    parameters = next(cell for cell in node.cells if TAG in cell.metadata.get("tags", []))
    lines = [line for line in parameters.source.split("\n") if not line.startswith(FOLDERS)]
    parameters.source = "\n".join(["# Parameters of this step" if lines else "# This step has no parameters", *lines])
    places = {"client_dir": near(client_dir, folder), "results_dir": "../results"}
    assigned = "\n".join(f"{name} = {value!r}" for name, value in places.items())
    imports.source = f"# What is imported, and where the client's data lie\n{imports.source}\n{PLAIN_ERRORS}"
    imports.source += f"\n\nshow_errors_plainly()\n{assigned}"


def near(path: Path, folder: Path) -> str:
    """A folder as seen from another, or whole where they have nothing in common.

    Examples
    --------
    >>> near(Path("/a/data/acme"), Path("/a/reports/acme-lab/notebooks"))
    '../../../data/acme'
    """
    try:
        relative = os.path.relpath(path, folder)
    except ValueError:  # on another drive of Windows
        return str(path)
    return Path(relative).as_posix() if relative.count("..") <= 4 else str(path)


def _fill(node: Any, values: Mapping[str, Any]) -> None:
    """Write values into the parameter cell in the place of its defaults."""
    cell = next(cell for cell in node.cells if TAG in cell.metadata.get("tags", []))
    lines = cell.source.split("\n")
    for statement in ast.parse(cell.source).body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            name, place = statement.target.id, statement.value
            if name in values and place.lineno == place.end_lineno:
                line, end = lines[place.lineno - 1].encode(), place.end_col_offset or 0
                filled = line[: place.col_offset] + repr(values[name]).encode() + line[end:]
                lines[place.lineno - 1] = filled.decode()
    cell.source = "\n".join(lines)


def _outputs(ran: Path) -> dict[str, list[Any]]:
    """The outputs of an executed notebook by cell, pictures as wide as the page."""
    node: Any = nbformat.read(ran, as_version=4)
    return {cell["id"]: [_large(o) for o in cell.outputs] for cell in node.cells if cell.cell_type == "code"}


def _large(output: Any) -> Any:
    """A picture as an image in HTML: the lab shows it wide, and also where the notebook is not trusted yet."""
    data = output.get("data", {})
    if SVG in data:
        alt = escape(str(output.get("metadata", {}).get(SVG, {}).get("alt", "")))
        code = base64.b64encode(data.pop(SVG).encode("utf-8")).decode()
        data["text/html"] = f'<img style="{LARGE}" alt="{alt}" src="data:{SVG};base64,{code}">'
        output["metadata"] = {}
    return output


def digest(path: Path) -> str:
    """Hash of a notebook's sources: running it is no edit."""
    return _digest_of(json.loads(path.read_text(encoding="utf-8")))


def _digest_of(notebook: Mapping[str, Any]) -> str:
    sources = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def cell_of(path: Path) -> dict[str, Any] | None:
    """What the parameter cell of a session's notebook says, None where it cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = ["".join(cell["source"]) for cell in cells if TAG in cell["metadata"].get("tags", ())]
        return declared_in(tagged)
    except (OSError, ValueError, KeyError):
        return None


def is_current(step: str, now: Opened, results: Path) -> bool:
    """Whether a step has a result in the session that is up to date."""
    return (results / f"{step}.json").is_file() and not why_out_of_date(step, now, results)
