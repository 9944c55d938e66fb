"""What stops a run because of a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class NotebookError(RuntimeError):
    """A notebook stopped: which step, which cell (counted from 1), and the first lines of the error.

    `clients_fault` where its data or parameters are to blame, `died` where the kernel did and the notebook may not be.
    """

    def __init__(
        self, step: str, cell: int | None, error: str, *, clients_fault: bool = False, died: bool = False
    ) -> None:
        self.step, self.cell, self.error, self.clients_fault, self.died = step, cell, error, clients_fault, died
        at = "" if cell is None else f", cell {cell}"
        super().__init__(f"{step}{at}: {error}")


class KernelStoppedError(RuntimeError):
    """A kernel died, did not start, or took too long with a cell (then `died` is false).

    `cell` counts from 0, None before the first. `record` is what it noted of the cells before it died.
    """

    def __init__(self, cell: int | None, why: str, *, died: bool = True, record: Sequence[str] = ()) -> None:
        self.cell, self.died, self.record = cell, died, list(record)
        super().__init__(why)


def how_it_ended(code: int | None, log: Path) -> str:
    """How a process ended, and the end of its log, in words."""
    ended = "" if code is None else f"killed by signal {-code}" if code < 0 else f"exit code {code}"
    text = log.read_text(errors="replace") if log.is_file() else ""
    return "; ".join(part for part in (ended, *text.strip().splitlines()[-3:]) if part)
