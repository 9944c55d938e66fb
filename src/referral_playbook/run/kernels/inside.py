"""Run a notebook's cells in this very process, a fork made for it, with the outputs that a kernel would send.

The shell, its display hooks and the messages are those of ipykernel, and nbclient turns the messages into outputs. What
is left out are the sockets between the two, which cost more CPU than most notebooks.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from functools import cache
from typing import Any

import nbformat
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

ENGINE = "referral_playbook_inside"


class Outbox(Session):
    """Keeps the messages that a kernel would publish."""

    def __init__(self) -> None:
        super().__init__(key=b"")
        self.kept: list[dict[str, Any]] = []

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, *_: Any, **__: Any) -> Any:
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content, parent)
        message["content"] = self.unpack(self.pack(message["content"]))  # as it would arrive at the other side
        self.kept.append(message)
        return message

    def write(self, name: str, text: str) -> None:
        """Add text to a stream; what follows at once on the same stream is one message."""
        last = self.kept[-1] if self.kept else None
        if last and last["msg_type"] == "stream" and last["content"]["name"] == name:
            last["content"]["text"] += text
        else:
            self.send(None, "stream", {"name": name, "text": text})

    def emptied(self) -> list[dict[str, Any]]:
        """The messages so far, which are then forgotten."""
        messages, self.kept = self.kept, []
        return messages


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, outbox: Outbox, descriptor: int) -> None:
        self._name, self._outbox, self._descriptor = name, outbox, descriptor

    def write(self, text: str) -> int:
        if text:
            self._outbox.write(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Of the log, which takes what other programs write."""
        return self._descriptor


@cache
def shell() -> Any:
    """The one shell of this process. The warm process makes it, so that every fork has it already."""
    config = Config({"HistoryManager": {"enabled": False}})
    made: Any = ZMQInteractiveShell.instance(config=config, compiler_class=XCachingCompiler)
    outbox = Outbox()
    made.displayhook.session = made.display_pub.session = outbox
    made.displayhook.topic = b"execute_result"
    return made


def rehearse() -> None:
    """Run a cell, so that what the first cell of every notebook loads is loaded."""
    made = shell()
    made.run_cell("None", store_history=False)
    made.display_formatter.format(1)
    nbformat.validate(nbformat.v4.new_notebook())  # compiles the schema


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """nbclient without a kernel: cells run in the shell of this process.

    Parameters
    ----------
    record : file descriptor
        Gets a line of JSON when a cell begins (its index) and ends (index, count and outputs), for whoever is left if
        this process dies.
    seconds : int
        A cell that takes longer ends the process by SIGALRM.
    """

    def __init__(self, nb_man: Any, *, record: int, seconds: int, **kwargs: Any) -> None:
        super().__init__(nb_man, **kwargs)
        self._record, self._seconds, self._shell = record, seconds, shell()

    def execute(self, **_: Any) -> Any:
        self.reset_execution_trackers()
        sys.path.insert(0, "")  # as a kernel does: modules beside the notebook can be imported
        outbox = self._shell.displayhook.session
        sys.stdout, sys.stderr = _Stream("stdout", outbox, 1), _Stream("stderr", outbox, 2)
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        return self.nb

    def papermill_execute_cells(self) -> None:
        """Run the cells until one raises, without the times that papermill would note of each."""
        for index, cell in enumerate(self.nb.cells):
            try:
                self.execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                break

    def execute_cell(self, cell: Any, cell_index: int, **_: Any) -> Any:
        if cell.cell_type != "code" or not cell.source.strip():
            return cell
        self._note([cell_index])
        cell.outputs, self.clear_before_next_output = [], False
        count = self._shell.execution_count
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        failed = self._run(cell.source)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for message in self._shell.displayhook.session.emptied():
            self.process_message(message, cell, cell_index)
        cell.execution_count = count
        self._note([cell_index, count, cell.outputs])
        if failed and "raises-exception" not in cell.metadata.get("tags", []):
            raise CellExecutionError.from_cell_and_msg(cell, failed)
        return cell

    def _run(self, source: str) -> dict[str, Any] | None:
        """Run a cell; what a kernel would answer where it raised."""
        done = self._shell.run_cell(source, store_history=True)
        error = done.error_before_exec or done.error_in_exec
        if error is None:
            return None
        trace = self._shell._last_traceback or []
        return {"ename": type(error).__name__, "evalue": str(error), "traceback": trace}

    def _note(self, what: list[Any]) -> None:
        os.write(self._record, json.dumps(what).encode() + b"\n")


class InsideEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine that runs the cells in this process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, *, keep: Any, **kwargs: Any) -> Any:
        client = _Client(nb_man, record=kwargs["record"], seconds=kwargs["execution_timeout"], record_timing=False)
        try:
            return client.execute()
        finally:
            keep(nb_man.nb)


papermill_engines.register(ENGINE, InsideEngine)
