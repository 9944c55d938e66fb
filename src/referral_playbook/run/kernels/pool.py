"""The kernels of a run: where they come from, and that none outlives it.

A kernel is forked from a process that has imported everything already (see `warm`); where that cannot be, it is
started as usual. Either way it gets a fixed environment, and the same results.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from referral_playbook.run.kernels.environment import ENVIRONMENT
from referral_playbook.run.kernels.failures import KernelStoppedError
from referral_playbook.run.kernels.forks import WarmParent, can_fork, imported

if TYPE_CHECKING:
    from referral_playbook.run.kernels.manager import PrivateKernelManager

PLAIN = "plain"
CHOICE = "REFERRAL_PLAYBOOK_KERNELS"
"""Environment variable: `plain` never forks."""


class Kernels:
    """The kernels of one run: where they come from, and which are alive.

    Parameters
    ----------
    warm
        Where they are forked from, perhaps shared with other runs; None starts each as usual.
    """

    def __init__(self, warm: WarmParent | None) -> None:
        self.warm = warm
        self._managers: list[PrivateKernelManager] = []
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

    def manager(self, environment: Mapping[str, str]) -> PrivateKernelManager:
        """A manager for one more kernel."""
        if self.stopped:
            raise KernelStoppedError(None, "the run was stopped")
        # Here and not above: papermill and jupyter_client take most of a second, and an unchanged run needs neither.
        from referral_playbook.run.kernels.manager import PrivateKernelManager

        made = PrivateKernelManager(
            warm=self.warm, is_stopped=lambda: self.stopped, environment=environment, kernel_name="python3"
        )
        self._managers.append(made)
        return made

    def stop(self) -> None:
        """Kill all kernels and start no more."""
        self.stopped = True
        for manager in self._managers:
            manager.kill()


def warm_parent(sources: Iterable[str]) -> WarmParent | None:
    """What kernels for these pieces of source are forked from; None where they are started as usual."""
    forking = can_fork() and os.environ.get(CHOICE) != PLAIN
    return WarmParent(imported(sources), ENVIRONMENT) if forking else None


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
