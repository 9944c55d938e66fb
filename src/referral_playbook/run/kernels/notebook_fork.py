"""A process that runs notebooks: begun, awaited, killed, and how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.run.kernels.environment import ENVIRONMENT
from referral_playbook.run.kernels.failures import KernelStoppedError, how_it_ended
from referral_playbook.run.kernels.forks import Fork, WarmGoneError, WarmParent, value_of

TIMED_OUT = -getattr(signal, "SIGALRM", 14)


class NotebookFork:
    """A process that calls a function which runs a notebook, once or several times; its log is in its own folder.

    It is a fork of the warm process, or where there is none (`warm` is None) an interpreter that starts afresh. It is
    asked and replies by lines of JSON (see `forked.serve`).
    """

    def __init__(self, warm: WarmParent | None) -> None:
        self.private = Path(tempfile.mkdtemp(prefix=prefix_of("kernel")))
        self._warm, self._process = warm, None

    _process: Fork | subprocess.Popen[bytes] | None
    _ends: tuple[IO[bytes], IO[bytes]] | None = None

    def begin(self, function: str, what: Mapping[str, Any], *, folder: Path, environment: Mapping[str, str]) -> None:
        """Begin a call, in a process that is started for the first; `what` are the arguments beside `record`.

        KernelStoppedError says that the warm process is gone.
        """
        if self._ends is None:
            self._ends = self._afresh() if self._warm is None else self._forked(self._warm)
        how = {"folder": str(folder), "environment": dict(environment)}
        with contextlib.suppress(OSError):  # it died: `answer` says how
            self._ends[0].write(json.dumps({"function": function, "arguments": dict(what), **how}).encode() + b"\n")
            self._ends[0].flush()

    def _forked(self, warm: WarmParent) -> tuple[IO[bytes], IO[bytes]]:
        ours, theirs = socket.socketpair()
        own = {"IPYTHONDIR": str(self.private)}
        try:
            with ours, theirs:
                self._process = warm.fork(
                    "notebooks", theirs.fileno(), cwd=str(self.private), log=self.private / "log", environment=own
                )
                return ours.makefile("wb"), ours.makefile("rb")
        except WarmGoneError as error:
            raise KernelStoppedError(None, f"its kernel died: {error}") from None

    def _afresh(self) -> tuple[IO[bytes], IO[bytes]]:
        """An interpreter that does the same; it ends when its standard input does, and so with this process."""
        with (self.private / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "referral_playbook.run.kernels.afresh"],
                env={**os.environ, **ENVIRONMENT, "IPYTHONDIR": str(self.private)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # an interrupt from the keyboard comes to the run alone
            )
        assert self._process.stdin
        assert self._process.stdout
        return self._process.stdin, self._process.stdout

    def answer(self, seconds: int) -> Any:
        """Wait for the end of the call; what the function returned.

        KernelStoppedError says that the process died, or ended itself because a cell took more than `seconds`.
        """
        assert self._process
        assert self._ends
        record: list[str] = []
        with contextlib.suppress(OSError):
            for line in self._ends[1]:
                if line.startswith(b"{"):
                    return value_of(json.loads(line))
                record += [line[:-1].decode()] if line.endswith(b"\n") else []  # it may have died within one
        code = self._process.wait()
        cell = json.loads(record[-1])[0] if record else None
        if code == TIMED_OUT:
            raise KernelStoppedError(cell, f"took more than {seconds} seconds", died=False, record=record)
        raise KernelStoppedError(cell, f"its kernel died: {how_it_ended(code, self.private / 'log')}", record=record)

    def kill(self) -> None:
        """Kill it from any thread."""
        if self._process:
            self._process.kill()

    def clear(self) -> None:
        """Let go of it, so that it ends, and remove its folder."""
        for end in self._ends or ():
            with contextlib.suppress(OSError):
                end.close()
        if isinstance(self._process, subprocess.Popen):
            self._process.wait()
        shutil.rmtree(self.private, ignore_errors=True)
