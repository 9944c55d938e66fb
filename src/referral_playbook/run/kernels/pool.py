"""The kernels of a run: where they come from, and that none outlives it.

A notebook runs in a fork of a process that has imported everything already (see `warm`, `inside`); where that cannot
be, in an interpreter that starts afresh. Either way it has a fixed environment, and the same results.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from referral_playbook.run.kernels.environment import ENVIRONMENT
from referral_playbook.run.kernels.failures import KernelStoppedError
from referral_playbook.run.kernels.forks import WarmParent, can_fork, imported
from referral_playbook.run.kernels.notebook_fork import NotebookFork

PLAIN = "plain"
CHOICE = "REFERRAL_PLAYBOOK_KERNELS"
"""Environment variable: `plain` never forks."""


class Kernels:
    """The kernels of one run: where they come from, and which are alive.

    They are forked from the `warm` process, which other runs may share; without one each starts afresh.
    """

    def __init__(self, warm: WarmParent | None) -> None:
        self.warm = warm
        self._at_work: list[NotebookFork] = []
        self._idle: list[NotebookFork] = []
        self.stopped = False

    def prepare(self) -> None:
        """Begin with what takes long, in the background."""
        if self.warm:
            self.warm.start()

    @property
    def running(self) -> bool:
        """Whether there is a warm process already, so that a call in a fork of it costs no start."""
        return self.warm is not None and self.warm.started

    def call(self, function: str, **arguments: Any) -> Callable[[], Any]:
        """Call ``module:name`` beside what follows where that can be; what is returned gives its value."""
        if self.warm:
            return self.warm.call(function, **arguments)
        module, _, name = function.partition(":")
        return partial(getattr(import_module(module), name), **arguments)

    def run(
        self,
        function: str,
        what: Mapping[str, Any],
        *,
        folder: Path,
        environment: Mapping[str, str],
        seconds: int,
        alone: bool = True,
    ) -> Any:
        """Call ``module:name``, which runs a notebook, in a process that is the notebook's kernel; what it returned.

        Its arguments are `what`, as JSON, beside `record` (see `forked.serve`). The process works in `folder`, and
        each cell may take so many seconds; KernelStoppedError says that one took longer, or that the process died.

        A notebook that is not `alone` leaves the process as it was. If it did not fail, the next of that kind runs
        there: a new process copies every page that it touches, and reads the client's facts again.
        """
        self._refuse_stopped()
        fork, done = self._process(alone), False
        self._at_work.append(fork)
        try:
            fork.begin(function, what, folder=folder, environment=environment)
            if self.stopped:  # while it was being started
                fork.kill()
            failed = fork.answer(seconds)
            done = failed is None
            return failed
        finally:
            self._at_work.remove(fork)
            if done and not alone:
                self._idle.append(fork)
            else:
                fork.clear()

    def _process(self, alone: bool) -> NotebookFork:
        with suppress(IndexError):
            if not alone:
                return self._idle.pop()
        return NotebookFork(self.warm)

    def _refuse_stopped(self) -> None:
        if self.stopped:
            raise KernelStoppedError(None, "the run was stopped")

    def stop(self) -> None:
        """Kill all kernels and start no more."""
        self.stopped = True
        for one in tuple(self._at_work):
            one.kill()
        while self._idle:
            self._idle.pop().clear()


OF_MANY = (
    "referral_playbook.facts.build",
    "referral_playbook.intake",
    "ibis.backends.duckdb",
    "referral_playbook.show.style:prepare_more_axes",
)
"""What is worth it before forking only where several clients are run: what builds facts, and axes for all charts."""


def warm_parent(sources: Iterable[str], also: Iterable[str] = ()) -> WarmParent | None:
    """What kernels for these pieces of source are forked from; None where each starts afresh.

    `also` are modules to import, and functions to call, beside those of the sources.
    """
    forking = can_fork() and os.environ.get(CHOICE) != PLAIN
    return WarmParent([*imported(sources), *also], ENVIRONMENT) if forking else None


@contextmanager
def kernels_for(sources: Iterable[str]) -> Iterator[Kernels]:
    """Kernels that have imported what these pieces of source import; none outlives the block."""
    warm = warm_parent(sources)
    kernels = Kernels(warm)
    try:
        yield kernels
    finally:
        kernels.stop()
        if warm:
            warm.close()
