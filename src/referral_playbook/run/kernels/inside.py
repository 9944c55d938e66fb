"""Run a notebook's cells in this very process, a fork made for notebooks, with the outputs that a kernel would send.

The shell, its display hooks and the messages are those of ipykernel, and nbclient turns the messages into outputs. What
is left out are the sockets between the two, which cost more CPU than most notebooks.
"""

from __future__ import annotations

import faulthandler
import gc
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
from nbclient import NotebookClient
from traitlets.config import Config


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


class Cells(NotebookClient):
    """nbclient without a kernel: cells run in the shell of this process.

    Parameters
    ----------
    record : file descriptor
        Gets a line of JSON when a cell begins (its index) and ends (index, count and outputs), for whoever is left if
        this process dies.
    seconds : int
        A cell that takes longer ends the process by SIGALRM.
    """

    def __init__(self, notebook: Any, *, record: int, seconds: int) -> None:
        super().__init__(notebook, record_timing=False)
        self._record, self._seconds, self._shell = record, seconds, shell()

    def run(self) -> None:
        """Run the cells until one raises; its error is among its outputs."""
        self.reset_execution_trackers()
        gc.freeze()  # what is left of the notebook that ran here before; a reset looks for garbage in all there is
        self._shell.reset()
        if sys.path[0]:
            sys.path.insert(0, "")  # as a kernel does: modules beside the notebook can be imported
        outbox = self._shell.displayhook.session
        sys.stdout, sys.stderr = _Stream("stdout", outbox, 1), _Stream("stderr", outbox, 2)
        self.nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type == "code" and cell.source.strip() and not self._run_cell(cell, index):
                break

    def _run_cell(self, cell: Any, cell_index: int) -> bool:
        """Run one cell; whether the next is to be run."""
        self._note([cell_index])
        self.clear_before_next_output = False
        count = self._shell.execution_count
        _end_after(self._seconds)
        done = self._shell.run_cell(cell.source, store_history=True)
        _end_after(0)
        for message in self._shell.displayhook.session.emptied():
            self.process_message(message, cell, cell_index)
        cell.execution_count = count
        self._note([cell_index, count, cell.outputs])
        return done.success or "raises-exception" in cell.metadata.get("tags", [])

    def _note(self, what: list[Any]) -> None:
        os.write(self._record, json.dumps(what).encode() + b"\n")


def _end_after(seconds: int) -> None:
    """End this process after so many seconds; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
    elif seconds:  # Windows has no such timer
        faulthandler.dump_traceback_later(seconds, exit=True)
    else:
        faulthandler.cancel_dump_traceback_later()
