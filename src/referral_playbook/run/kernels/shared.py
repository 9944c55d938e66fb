"""Kernels for many runs in one process: forked from one warm process that all of them share."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from referral_playbook.run.kernels.failures import KernelStoppedError
from referral_playbook.run.kernels.forks import WarmParent
from referral_playbook.run.kernels.pool import OF_MANY, Kernels, warm_parent


class SharedKernels:
    """Lends kernels to runs, from any thread.

    The warm process starts with the first run that needs it and is replaced when it is lost, so that the runs
    that lost their kernels with it can be tried again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warm: WarmParent | None = None
        self._lent: set[Kernels] = set()
        self._stopped = False

    @contextmanager
    def lend(self, sources: Iterable[str]) -> Iterator[Kernels]:
        """Kernels for one run; none of them outlives the block.

        `sources` are what the notebooks of the first run import, for all others run the same notebooks. After a stop
        KernelStoppedError refuses.
        """
        with self._lock:
            if self._stopped:
                raise KernelStoppedError(None, "the runs were stopped", died=False)
            kernels = Kernels(self._living(sources))
            self._lent.add(kernels)
        try:
            yield kernels
        finally:
            kernels.stop()
            self._lent.discard(kernels)

    def _living(self, sources: Iterable[str]) -> WarmParent | None:
        if self._warm and self._warm.gone:
            self._warm.close()
            self._warm = None
        self._warm = self._warm or warm_parent(sources, OF_MANY)
        return self._warm

    @contextmanager
    def open(self) -> Iterator[None]:
        """Lend within this block, and end everything after it."""
        self._stopped = False
        try:
            yield
        finally:
            self.stop()

    def stop(self) -> None:
        """Kill all kernels, end the warm process, and lend no more."""
        with self._lock:
            self._stopped = True
            warm, self._warm = self._warm, None
        for kernels in tuple(self._lent):
            kernels.stop()
        if warm:
            warm.close()


OF_THIS_PROCESS = SharedKernels()
atexit.register(OF_THIS_PROCESS.stop)
