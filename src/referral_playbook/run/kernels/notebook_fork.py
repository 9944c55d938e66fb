"""One notebook at work in a process of its own: begun, awaited, killed, and how it ended."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.run.kernels.environment import ENVIRONMENT
from referral_playbook.run.kernels.failures import KernelStoppedError, how_it_ended
from referral_playbook.run.kernels.forks import Fork, WarmGoneError, WarmParent, answered

TIMED_OUT = -getattr(signal, "SIGALRM", 14)


class NotebookFork:
    """A process that calls a function which runs a notebook; its files are in a folder of its own.

    It is a fork of the warm process, or where there is none (`warm` is None) an interpreter that starts afresh.
    """

    def __init__(self, warm: WarmParent | None) -> None:
        self.private = Path(tempfile.mkdtemp(prefix=prefix_of("kernel")))
        self._warm, self._process = warm, None

    _process: Fork | subprocess.Popen[bytes] | None

    def begin(self, function: str, what: Mapping[str, Any], *, folder: Path, environment: Mapping[str, str]) -> None:
        """Have it started; `what` are the arguments of `function`, as JSON, beside `record`.

        KernelStoppedError says that the warm process is gone.
        """
        record = {"record": str(self.private / "record")}
        (self.private / "what").write_text(json.dumps({**what, **record}), encoding="utf-8")
        files = {"what": str(self.private / "what"), "answer": str(self.private / "answer")}
        own = {**environment, "IPYTHONDIR": str(self.private)}
        if self._warm is None:
            self._process = self._afresh(function, *files.values(), folder=folder, environment=own)
            return
        try:
            self._process = self._warm.fork(
                "notebook", cwd=str(folder), log=self.private / "log", environment=own, function=function, **files
            )
        except WarmGoneError as error:
            raise KernelStoppedError(None, f"its kernel died: {error}") from None

    def _afresh(self, *arguments: str, folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """An interpreter that does the same; it ends when its standard input does, and so with this process."""
        with (self.private / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "referral_playbook.run.kernels.afresh", *arguments],
                cwd=folder,
                env={**os.environ, **ENVIRONMENT, **environment},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # an interrupt from the keyboard comes to the run alone
            )

    def answer(self, seconds: int) -> Any:
        """Wait for the end; what the function returned.

        KernelStoppedError says that the process died, or ended itself because a cell took more than `seconds`.
        """
        code = self._process.wait() if self._process else None
        if (self.private / "answer").is_file():
            return answered(self.private, "notebook", code)
        record = self._record()
        cell = json.loads(record[-1])[0] if record else None
        if code == TIMED_OUT:
            raise KernelStoppedError(cell, f"took more than {seconds} seconds", died=False, record=record)
        raise KernelStoppedError(cell, f"its kernel died: {how_it_ended(code, self.private / 'log')}", record=record)

    def _record(self) -> list[str]:
        """The whole lines that the process noted; it may have died within one."""
        path = self.private / "record"
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return text.split("\n")[:-1]

    def kill(self) -> None:
        """Kill it from any thread."""
        if self._process:
            self._process.kill()

    def clear(self) -> None:
        """Let go of it, and remove its folder."""
        if isinstance(self._process, subprocess.Popen) and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()
        shutil.rmtree(self.private, ignore_errors=True)
