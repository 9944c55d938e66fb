"""The warm process: it imports what the notebooks import, once, and every notebook runs in a fork of it.

It runs as ``python -m referral_playbook.run.kernels.warm FD MODULE ...``, single-threaded, and is told over a socket
what to fork. When that socket closes, because the run ended or was killed, it kills its forks and ends; when it is
killed itself, they die with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from referral_playbook.run.kernels.forked import become

FIRST = ("pandas", "pyarrow.parquet", "pyarrow.dataset", "pyarrow.pandas_compat")
"""What building the facts needs too: that may begin while the rest is imported."""
LATER = (
    "referral_playbook.run.client.papermilled",
    "referral_playbook.run.kernels.inside",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
)
"""What running a notebook takes, and what is imported with the first table: now, once, and not in every fork."""
ONCE = (
    "referral_playbook.contract.settings.declarations:declarations",
    "referral_playbook.contract.quantities:quantities",
    "referral_playbook.benchmarks.registry:registry",
    "referral_playbook.domain.programme.uplift:published_uplift",
    "referral_playbook.facts.fresh:code_of_facts",
    "referral_playbook.show.style:glyphs",
    "referral_playbook.show.outlines:read_usual",
)
"""What every notebook reads from our own files and keeps: read once here, and not in every fork."""
REPORT = "--report"
"""Argument: that reports are written in forks too."""
REPORTING = ("referral_playbook.run.report.deliver", "weasyprint", "referral_playbook.run.report.rehearsal:rehearse")
"""What writes a report, imported, and a rehearsal: when the kernels have what they need and nothing else is to do."""
NEVER = ("debugpy", "rfc3987_syntax")
"""What is loaded where it is installed and never used: a debugger (ipykernel, a quarter of a CPU second), and a grammar
of internationalised addresses that jsonschema compiles when nbformat is imported (a whole CPU second)."""
SELDOM = (100_000, 20, 50)
"""When a fork looks for garbage (`gc.set_threshold`): it lives for a second, a tenth of which it would spend on it."""
MOST = 1 << 16
"""Bytes of a request; ours have some hundreds."""


class Warm:
    """Forks on request, and tells how each fork ended.

    Over `control` requests come in and process ids go out. The modules are imported one by one while there is nothing
    else to do; all of them, before a kernel is forked.
    """

    def __init__(self, control: socket.socket, modules: Sequence[str]) -> None:
        self.control, self.pid = control, os.getpid()
        self.todo = [name for name in dict.fromkeys(modules) if name != REPORT]
        self.last = list(REPORTING) if REPORT in modules else []
        self.ready = False
        self.pipes: dict[int, int] = {}
        """By fork: where its exit code is written when it has ended."""
        self.bell, self.ringer = socket.socketpair()
        self.ringer.setblocking(False)

    def serve(self) -> None:
        """Answer requests and reap forks until the other side is gone."""
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler the bell does not ring
        signal.set_wakeup_fd(self.ringer.fileno())
        waiting = selectors.DefaultSelector()
        waiting.register(self.control, selectors.EVENT_READ, self._answer)
        waiting.register(self.bell, selectors.EVENT_READ, self._reap)
        while True:
            events = waiting.select(None if self.ready and not self.last else 0)
            if not all(key.data() for key, _ in events):
                break
            if not events:
                self._prepare()
        for pid in self.pipes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)  # so that none is left when this process is gone, and what it took is counted

    def _prepare(self) -> None:
        """One more import, or what follows the last."""
        if self.todo:
            _do(self.todo.pop(0))
        elif not self.ready:
            with contextlib.suppress(Exception):  # nothing but time is lost
                rehearse()
            with contextlib.suppress(Exception):
                rehearse_cells()
            _call(ONCE)
            # Objects that live as long as the process need not be walked, and their pages stay shared.
            gc.freeze()
            self.ready = True
        elif self.last:
            _do(self.last.pop(0))
            gc.freeze()

    def _answer(self) -> bool:
        """Fork once; False where the other side is gone."""
        try:
            message, passed, _, _ = socket.recv_fds(self.control, MOST, 2)
        except OSError:
            return False
        if not message:
            return False
        request = json.loads(message)
        while request["be"] == "notebooks" and not self.ready:
            self._prepare()
        pid = os.fork()
        if pid == 0:
            self._leave(passed[:1])
            become(request, parent=self.pid, channel=passed[1:])
        for fd in passed[1:]:
            os.close(fd)
        with contextlib.suppress(OSError):  # the fork does the same: whoever is first, it has a group when it is told
            os.setpgid(pid, pid)
        self.pipes[pid] = passed[0]
        try:
            self.control.sendall(str(pid).encode())
        except OSError:  # the run ended while it waited
            return False
        return True

    def _leave(self, pipes: Iterable[int]) -> None:
        """In the fork: let go of everything that is the warm process's own."""
        gc.enable()
        gc.set_threshold(*SELDOM)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for fd in (self.control.detach(), self.bell.detach(), self.ringer.detach(), *pipes, *self.pipes.values()):
            os.close(fd)

    def _reap(self) -> bool:
        self.bell.recv(4096)
        for pid in list(self.pipes):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                pipe = self.pipes.pop(pid)
                with contextlib.suppress(BrokenPipeError):
                    os.write(pipe, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(pipe)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)  # what the fork started and left behind
        return True


def rehearse() -> None:
    """Draw and write once what every notebook draws and writes: fonts, styles and languages are then loaded."""
    from datetime import date

    from referral_playbook.contract.writing import dates, formatting
    from referral_playbook.show.picture import axes, picture
    from referral_playbook.show.style import prepare_axes

    ax: Any = axes()
    ax.plot([0, 1], [0, 1], label="rehearsal")
    ax.set(title="title", xlabel="x", ylabel="y")
    ax.legend()
    ax.alt_text = "A line."
    picture(ax)
    prepare_axes()
    for text in (dates.day(date(2026, 9, 30)), formatting.number(1234.5), formatting.written(1234.5, "GBP")):
        assert text


def rehearse_cells() -> None:
    """Make the shell in which the cells of every notebook run."""
    from referral_playbook.run.kernels import inside

    inside.rehearse()


def _import(modules: Iterable[str]) -> None:
    for name in modules:
        with contextlib.suppress(Exception):  # the notebook that needs it will say so, in its own cell
            importlib.import_module(name)


def _call(functions: Iterable[str]) -> None:
    for module, _, name in (function.partition(":") for function in functions):
        with contextlib.suppress(Exception):  # the notebook that needs it will say so
            getattr(importlib.import_module(module), name)()


def _do(name: str) -> None:
    """Import a module, or call a function that is named ``module:name``."""
    (_call if ":" in name else _import)([name])


def main(arguments: list[str]) -> None:
    """Import, and fork on request, until the socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run decides what an interrupt means
    sys.modules.update(dict.fromkeys(NEVER))  # type: ignore[arg-type]
    gc.disable()  # importing makes next to no garbage, and looking for it takes a tenth of the time
    _import(FIRST)
    Warm(socket.socket(fileno=int(arguments[0])), [*arguments[1:], *LATER]).serve()


if __name__ == "__main__":
    main(sys.argv[1:])
