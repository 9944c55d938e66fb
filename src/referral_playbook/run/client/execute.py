"""One notebook of a run, in a process made for notebooks; a failure says where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from referral_playbook.run.client.declared import TAG
from referral_playbook.run.client.plan import Notebook
from referral_playbook.run.kernels.failures import KernelStoppedError, NotebookError
from referral_playbook.run.kernels.pool import Kernels

RUN_INSIDE = "referral_playbook.run.client.papermilled:run_inside"
CELL_SECONDS = 1800
CLIENTS_FAULT = ("ClientFaultError", "ClientError", "IntakeError")
"""Classes that tell of a fault of the client's; all that a kernel hands over of one is its name."""


def execute(
    notebook: Notebook,
    *,
    values: Mapping[str, Any],
    shown: Mapping[str, Any],
    target: Path,
    kernels: Kernels,
    environment: Mapping[str, str],
) -> None:
    """Run a notebook and write it, executed, to `target`.

    Its parameters are set to `values`, which were checked before; what is `shown` stands in the executed notebook
    instead: the folders as they will be when the run is whole. `environment` are variables of the kernel beside those
    that all have. After a failure the notebook as far as it went is there.

    NotebookError says that a cell raised, ran too long, or its kernel died.
    """
    what: dict[str, Any] = {
        "path": str(notebook.path),
        "values": dict(values),
        "shown": dict(shown),
        "target": str(target),
    }
    how: dict[str, Any] = {"folder": target.parent, "environment": environment, "seconds": CELL_SECONDS}
    how["alone"] = not notebook.leaves_no_trace
    try:
        failed = kernels.run(RUN_INSIDE, {**what, "seconds": CELL_SECONDS}, **how)
    except KernelStoppedError as stopped:
        if stopped.record and not kernels.stopped:
            # Here and not above: papermill takes most of a second, and forks have it already.
            from referral_playbook.run.client.papermilled import write_record

            write_record(stopped.record, **what)
        raise NotebookError(notebook.step, _cell(notebook, stopped.cell), str(stopped), died=stopped.died) from None
    if failed:
        raise _failed(notebook, **failed)


def _failed(notebook: Notebook, *, cell: int, name: str, text: str) -> NotebookError:
    said = f"{name}: {text}".strip(": \n")[:2000]
    return NotebookError(notebook.step, _cell(notebook, cell), said, clients_fault=name in CLIENTS_FAULT)


def _cell(notebook: Notebook, index: int | None) -> int | None:
    """The cell as one counts in the notebook on disk: from 1, without the injected one after the parameters."""
    if index is None:
        return None
    injected = next((i + 1 for i, cell in enumerate(notebook.cells) if TAG in cell.tags), 0)
    return index + 1 - (index >= injected)
