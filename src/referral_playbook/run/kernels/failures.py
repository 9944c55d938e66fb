"""What stops a run because of a notebook."""

from __future__ import annotations


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

    `cell` counts from 0, None before the first.
    """

    def __init__(self, cell: int | None, why: str, *, died: bool = True) -> None:
        self.cell, self.died = cell, died
        super().__init__(why)
