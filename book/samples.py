"""The notebooks as they are committed: with the outputs of the sample client and nothing that differs by the run.

The sample is run like any client, but its parameters are not written into the notebooks' cells, for that is what one
sees who opens a notebook and runs it. It lies in a tree of its own, ``reports/.samples``, in which the
defaults ``../data/brightdesk`` and ``../reports/brightdesk/results`` lead to the sample data and to the results of the
whole chain: what stands in the project's ``reports/`` makes no difference, and tests compare in the same tree.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import click
import nbformat

from referral_playbook.contract.files import write_whole
from referral_playbook.run.client.chain import Progress
from referral_playbook.run.client.execute import execute
from referral_playbook.run.client.papermilled import INJECTED
from referral_playbook.run.client.plan import find_notebooks, read_notebook
from referral_playbook.run.client.run_client import run_client
from referral_playbook.run.kernels.pool import kernels_for

ROOT = Path(__file__).resolve().parents[1]
CLIENT = "brightdesk"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run_samples(root: Path = ROOT, *, progress: Progress = print) -> Path:
    """Run the sample client with untouched parameter cells; the folder that stands for ``notebooks/`` in its tree.

    `root` is the checkout. A kernel that works in the folder, which is empty, finds the sample data and the results of
    the chain by the defaults.

    A notebook that failed raises NotebookError: its outputs are not worth keeping.
    """
    tree = root / "reports" / ".samples"
    (tree / "notebooks").mkdir(parents=True, exist_ok=True)
    if not (tree / "data").exists():
        (tree / "data").symlink_to(os.path.relpath(root / "data", tree), target_is_directory=True)
    out, books = tree / "reports" / CLIENT, root / "notebooks"
    outcome = run_client(root / "data" / CLIENT, out, in_cells=False, progress=progress, notebooks=books)
    if outcome.failures:
        raise outcome.failures[0]
    return tree / "notebooks"


def keep_outputs(root: Path = ROOT, *, progress: Progress = print) -> list[Path]:
    """Run the sample and put its outputs into ``notebooks/*.ipynb``; the files that changed.

    A notebook that is no step's stands alone, without a client (``validation.ipynb``), and is run by itself.
    """
    place = run_samples(root, progress=progress)
    executed = place.parent / "reports" / CLIENT / "notebooks"
    steps = {book.path for book in find_notebooks(root / "notebooks").values()}
    changed = []
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        before = path.read_bytes()
        done = _read(executed / path.name) if path in steps else _run_alone(path, place)
        write_whole(path, nbformat.writes(as_committed(done)) + "\n")
        changed += [path] if path.read_bytes() != before else []
    return changed


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def _run_alone(path: Path, place: Path) -> Any:
    """A notebook run from top to bottom in a process of its own, which works in `place`."""
    done = place / path.name
    with kernels_for([]) as kernels:
        execute(read_notebook(path.stem, path), values={}, shown={}, target=done, kernels=kernels, environment={})
    book = _read(done)
    done.unlink()
    return book


def as_committed(executed: Any) -> Any:
    """An executed notebook as it is committed: no injected cell, counts from 1, ids by content, no other metadata."""
    cells = [cell for cell in executed.cells if INJECTED not in cell.metadata.get("tags", [])]
    count = 0
    for cell, cell_id in zip(cells, _ids(cells), strict=True):
        cell["id"] = cell_id
        cell["metadata"] = {"tags": tags} if (tags := cell.metadata.get("tags")) else {}
        if cell.cell_type == "code":
            count += 1
            _renumber(cell, count)
    made: Any = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    return made


def _renumber(cell: Any, count: int) -> None:
    cell["execution_count"] = count
    for output in cell.outputs:
        if "execution_count" in output:
            output["execution_count"] = count


def _ids(cells: list[Any]) -> list[str]:
    """Ids made of the source: a cell put in elsewhere changes no other."""
    seen: dict[str, int] = {}
    ids = []
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids


if __name__ == "__main__":
    for path in keep_outputs(progress=click.echo):
        click.echo(f"changed: {path.relative_to(ROOT)}")
