"""The warm process: it imports what the notebooks import, once, and every kernel is a fork of it.

It runs as ``python -m referral_playbook.run.warm FD MODULE ...``, single-threaded, and is told over a socket what to
fork. When that socket closes, because the run ended or was killed, it kills its kernels and ends; when it is killed
itself, they die with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Iterable
from typing import Any, NoReturn

ALWAYS = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger", "pdb", "sqlite3",
    "IPython.core.completerlib", "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues",
)  # fmt: skip
"""What a kernel imports while it starts: now, once, and not in every fork."""
NEVER = ("debugpy",)
"""A debugger that ipykernel loads where it is installed, for a quarter of a second; nobody debugs these kernels."""
PR_SET_PDEATHSIG = 1
MOST = 1 << 16
"""Bytes of a request; ours have some hundreds."""


class Warm:
    """Forks kernels and tells how each of them ended."""

    def __init__(self, control: socket.socket) -> None:
        self.control, self.pid = control, os.getpid()
        self.pipes: dict[int, int] = {}
        """By kernel: where its exit code is written when it has ended."""
        self.bell, self.ringer = socket.socketpair()
        self.ringer.setblocking(False)

    def serve(self) -> None:
        """Answer requests and reap kernels until the other side is gone."""
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler the bell does not ring
        signal.set_wakeup_fd(self.ringer.fileno())
        waiting = selectors.DefaultSelector()
        waiting.register(self.control, selectors.EVENT_READ, self._answer)
        waiting.register(self.bell, selectors.EVENT_READ, self._reap)
        while all(key.data() for key, _ in waiting.select()):
            pass
        for pid in self.pipes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def _answer(self) -> bool:
        """Fork one kernel; False where the other side is gone."""
        try:
            message, pipes, _, _ = socket.recv_fds(self.control, MOST, 1)
        except OSError:
            return False
        if not message:
            return False
        pid = os.fork()
        if pid == 0:
            self._become_kernel(json.loads(message), pipes[0])
        self.pipes[pid] = pipes[0]
        self.control.sendall(str(pid).encode())
        return True

    def _reap(self) -> bool:
        self.bell.recv(4096)
        for pid in list(self.pipes):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                pipe = self.pipes.pop(pid)
                with contextlib.suppress(BrokenPipeError):
                    os.write(pipe, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(pipe)
        return True

    def _become_kernel(self, request: dict[str, Any], pipe: int) -> NoReturn:
        """Never return: this is another process now."""
        code = 1
        try:
            _die_with(self.pid)
            signal.set_wakeup_fd(-1)
            for sig, action in ((signal.SIGCHLD, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
                signal.signal(sig, action)
            for fd in (self.control.detach(), self.bell.detach(), self.ringer.detach(), pipe, *self.pipes.values()):
                os.close(fd)
            _settle(request)
            code = _kernel(request["connection_file"])
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)


def _die_with(parent: int) -> None:
    """Be killed when the warm process is, however that ends; a group of its own, so that what it starts dies too."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was already too late
        os._exit(1)


def _settle(request: dict[str, Any]) -> None:
    """Folder, environment, log file and random numbers of its own."""
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # or all kernels would draw the same "random" numbers


def _kernel(connection_file: str) -> int:
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    class Kernel(IPKernelApp):
        def parse_command_line(self, argv: list[str] | None = None) -> None:
            """There is none, and the parser for it takes as long as the rest of the start."""

    sys.argv = ["ipykernel_launcher", "-f", connection_file]
    # The warm process is the parent; ipykernel looks every second whether it is still there, for systems whose
    # kernel knows no PR_SET_PDEATHSIG.
    own = {"IPKernelApp": {"parent_handle": os.getppid()}, "HistoryManager": {"enabled": False}}
    try:
        Kernel.launch_instance([], connection_file=connection_file, config=Config(own))
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(bool(leaving.code))
    return 0


def _import(modules: Iterable[str]) -> None:
    for name in modules:
        with contextlib.suppress(Exception):  # the notebook that needs it will say so, in its own cell
            importlib.import_module(name)


def main(arguments: list[str]) -> None:
    """Import, then fork on request until the socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run decides what an interrupt means
    sys.modules.update(dict.fromkeys(NEVER))  # type: ignore[arg-type]
    _import([*ALWAYS, *arguments[1:]])
    # Objects that live as long as the process need not be walked, and their pages stay shared.
    gc.collect()
    gc.freeze()
    Warm(socket.socket(fileno=int(arguments[0]))).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
