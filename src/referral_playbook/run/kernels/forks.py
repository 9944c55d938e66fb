"""The run's side of the warm process: start it, have kernels forked, see how they end."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.facts.engines.places import EngineError
from referral_playbook.run.kernels.warm import MOST, REPORT, REPORTING

LOST = -signal.SIGKILL if sys.platform != "win32" else -9
"""Exit code of a kernel whose end nobody could tell: the warm process died, and kernels die with it."""


class WarmGoneError(RuntimeError):
    """The warm process ended, so that nothing can be forked from it."""


class CallDiedError(RuntimeError):
    """A function that was called in a fork gave no answer, for its process ended before."""


def can_fork() -> bool:
    """Whether kernels can be forked here. On macOS a fork that has loaded Apple's libraries crashes."""
    return sys.platform == "linux"


def imported(sources: Iterable[str]) -> list[str]:
    """Modules that pieces of source import, in order; names that may be modules too.

    Examples
    --------
    >>> imported(["import pandas as pd", "from matplotlib import figure"])
    ['pandas', 'matplotlib', 'matplotlib.figure']
    """
    found: dict[str, None] = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= dict.fromkeys([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return list(found)


class Fork:
    """A fork as a process handle, from any thread."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid, self.returncode, self._status, self._lock = pid, None, status, threading.Lock()

    def __del__(self) -> None:
        os.close(self._status)  # not before: another thread may be waiting for it

    returncode: int | None

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it ended, at most `timeout` seconds; its exit code, None while it runs."""
        told = select.poll()  # not select(), which knows no more than 1024 files
        told.register(self._status, select.POLLIN)
        if self.returncode is None and told.poll(None if timeout is None else timeout * 1000):
            with self._lock:
                self._read()
        return self.returncode

    def _read(self) -> None:
        if self.returncode is None:
            told = os.read(self._status, 64)
            self.returncode = int(told) if told else LOST

    def kill(self) -> None:
        """Kill it and what it started, and wait the moment that takes."""
        if self.wait(0) is None:
            os.killpg(self.pid, signal.SIGKILL)
        self.wait(1.0)


def reports_here() -> bool:
    """Whether this process has imported what writes reports; else a fork of the warm process writes them."""
    return REPORTING[0] in sys.modules


class WarmParent:
    """Starts the warm process when the first kernel is wanted, or before (`start`); ends it with all its kernels.

    It imports `modules` before it forks; kernels get `environment` beside the present one.
    """

    def __init__(self, modules: Iterable[str], environment: Mapping[str, str]) -> None:
        self._modules, self._environment = tuple(modules), dict(environment)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> WarmParent:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Start importing in the background."""
        with self._lock:
            self._started()

    def _started(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair()
            with theirs:
                # A session of its own: an interrupt from the keyboard comes to the run alone, which then closes.
                self._process = subprocess.Popen(
                    [
                        sys.executable,
                        "-P",
                        "-m",
                        "referral_playbook.run.kernels.warm",
                        str(theirs.fileno()),
                        *([REPORT] if not reports_here() else []),
                        *self._modules,
                    ],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env={**os.environ, **self._environment},
                    start_new_session=True,
                )
            self._control = ours
        return self._control

    @property
    def started(self) -> bool:
        """Whether it runs, or is importing."""
        return self._process is not None and not self.gone

    @property
    def gone(self) -> bool:
        """Whether it was started and has ended, so that there is nothing to fork from."""
        return self._process is not None and self._process.poll() is not None

    def fork(
        self, be: str, *channel: int, cwd: str, log: Path, environment: Mapping[str, str], **arguments: Any
    ) -> Fork:
        """Have a process forked that runs `notebooks` or makes a `call`; wait until it is there.

        A ``"call"`` takes `function`, `arguments` and `answer`. ``"notebooks"`` are asked for on the `channel`, the
        descriptor of a socket. Its `environment` stands beside the variables that all forks have.

        WarmGoneError says that the warm process is not there any more.
        """
        request = {"be": be, "cwd": cwd, "log": str(log), "environment": dict(environment), "arguments": arguments}
        message = json.dumps(request).encode()
        if len(message) >= MOST:
            raise ValueError("the request for a fork is too long")
        told, tells = os.pipe()
        try:
            pid = self._ask(message, tells, *channel)
        except OSError:
            pid = b""
        finally:
            os.close(tells)
        if not pid:
            os.close(told)
            raise WarmGoneError("the process that kernels are forked from is gone; was it out of memory?")
        return Fork(int(pid), told)

    def call(self, function: str, **arguments: Any) -> Callable[[], Any]:
        """Have ``module:name`` called in a fork; what is returned waits for the answer and gives it.

        Arguments and answer are JSON. A `ClientFaultError`, an `EngineError` or a fault of the disk comes back as
        one, with its message alone.
        """
        folder = TemporaryDirectory(prefix=prefix_of("call"))
        place = Path(folder.name)
        request = {"function": function, "arguments": arguments, "answer": str(place / "answer")}
        fork = self.fork("call", cwd=os.getcwd(), log=place / "log", environment={}, **request)

        def answer() -> Any:
            with folder:
                code = fork.wait()
                return answered(place, function, code)

        return answer

    def _ask(self, message: bytes, *passed: int) -> bytes:
        with self._lock:  # one request at a time: an answer has no name on it
            control = self._started()
            socket.send_fds(control, [message], passed)
            return control.recv(64)

    def close(self) -> None:
        """End the warm process and every kernel that still runs."""
        if self._control is None or self._process is None:
            return
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # first: a thread that holds the lock may wait for an answer
        with self._lock:
            self._control.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:  # it is still importing
                self._process.kill()
                self._process.wait()


def answered(place: Path, function: str, code: int | None) -> Any:
    """What a fork answered, from the folder where it wrote that (see `value_of`)."""
    if not (place / "answer").is_file():
        log = (place / "log").read_text(errors="replace") if (place / "log").is_file() else ""
        raise CallDiedError(f"{function} ended with exit code {code} and no answer {log}".strip())
    return value_of(json.loads((place / "answer").read_text(encoding="utf-8")))


def value_of(reply: Mapping[str, Any]) -> Any:
    """What a call returned; the fault that it met is raised here again."""
    if "clients_fault" in reply:
        raise ClientFaultError(reply["clients_fault"])
    if "engines_fault" in reply:
        raise EngineError(reply["engines_fault"])
    if "machines_fault" in reply:
        raise OSError(*reply["machines_fault"])
    if "trace" in reply:
        raise RuntimeError(reply["trace"])
    return reply["value"]
