"""One notebook at work in a fork of the warm process: begun, awaited, killed, and how it ended."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.run.kernels.failures import KernelStoppedError, how_it_ended
from referral_playbook.run.kernels.forks import Fork, WarmGoneError, WarmParent, answered


class NotebookFork:
    """A fork that calls a function which runs a notebook; its files are in a folder of its own."""

    def __init__(self, warm: WarmParent) -> None:
        self.private = Path(tempfile.mkdtemp(prefix=prefix_of("kernel")))
        self._warm, self._fork = warm, None

    _fork: Fork | None

    def begin(self, function: str, what: Mapping[str, Any], *, folder: Path, environment: Mapping[str, str]) -> None:
        """Have it forked; `what` are the arguments of `function`, as JSON, beside `record`.

        Raises
        ------
        KernelStoppedError
            The warm process is gone.
        """
        record = {"record": str(self.private / "record")}
        (self.private / "what").write_text(json.dumps({**what, **record}), encoding="utf-8")
        files = {"what": str(self.private / "what"), "answer": str(self.private / "answer")}
        own = {**environment, "IPYTHONDIR": str(self.private)}
        try:
            self._fork = self._warm.fork(
                "notebook", cwd=str(folder), log=self.private / "log", environment=own, function=function, **files
            )
        except WarmGoneError as error:
            raise KernelStoppedError(None, f"its kernel died: {error}") from None

    def answer(self, seconds: int) -> Any:
        """Wait for the end; what the function returned.

        Raises
        ------
        KernelStoppedError
            The fork died, or ended itself because a cell took more than `seconds`.
        """
        code = self._fork.wait() if self._fork else None
        if (self.private / "answer").is_file():
            return answered(self.private, "notebook", code)
        record = self._record()
        cell = json.loads(record[-1])[0] if record else None
        if code == -signal.SIGALRM:
            raise KernelStoppedError(cell, f"took more than {seconds} seconds", died=False, record=record)
        raise KernelStoppedError(cell, f"its kernel died: {how_it_ended(code, self.private / 'log')}", record=record)

    def _record(self) -> list[str]:
        """The whole lines that the fork noted; it may have died within one."""
        path = self.private / "record"
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        return text.split("\n")[:-1]

    def kill(self) -> None:
        """Kill it from any thread."""
        if self._fork:
            self._fork.kill()

    def clear(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self.private, ignore_errors=True)
