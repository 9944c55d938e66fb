"""Where the clients of a portfolio are run: threads of this process, or the workers of a Dask cluster.

Both are a `concurrent.futures.Executor`; nothing else of the portfolio knows which.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.run.client.chain import Progress
from referral_playbook.run.kernels.shared import OF_THIS_PROCESS

LOST = ("KilledWorker",)
"""What Dask raises when workers died under a task; by name, for Dask need not be installed."""
SECONDS = 30
"""How long a scheduler may take to answer."""


class ExecutorError(CommandFaultError):
    """A cluster that cannot be used: a fault of the command, not of a client."""


def lost_worker(error: BaseException) -> bool:
    """Whether a worker was lost, so that what it did may be tried again; anything else would only fail once more.

    Examples
    --------
    >>> lost_worker(BrokenExecutor()), lost_worker(ValueError())
    (True, False)
    """
    return isinstance(error, BrokenExecutor) or any(kind.__name__ in LOST for kind in type(error).__mro__)


@contextmanager
def executor_at(address: str | None, *, jobs: int | None = None, progress: Progress = print) -> Iterator[Executor]:
    """An executor, closed after use; what it still runs after an error or an interrupt is stopped.

    `address` is that of a Dask scheduler (``tcp://host:port``), which has its own number of workers; without one there
    are so many threads of this process, by default one for each processor.

    ExecutorError says that Dask is not installed, or that nobody answers there.
    """
    with _threads(jobs or os.cpu_count() or 1) if address is None else _cluster(address, progress) as executor:
        yield executor


@contextmanager
def _threads(jobs: int) -> Iterator[Executor]:
    # Threads do: each kernel is a process of its own, and they only wait for it.
    with OF_THIS_PROCESS.open(), ThreadPoolExecutor(jobs, thread_name_prefix="client") as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            OF_THIS_PROCESS.stop()
            raise


@contextmanager
def _cluster(address: str, progress: Progress) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise ExecutorError("--executor needs Dask: pip install 'referral-playbook[dask]'") from None
    connect: Any = Client  # it is not typed
    try:
        client = connect(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ExecutorError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        workers = len(client.nthreads())
        progress(f"{address}: {workers} workers" if workers else f"{address}: no worker yet; the clients wait for one")
        yield client.get_executor()
