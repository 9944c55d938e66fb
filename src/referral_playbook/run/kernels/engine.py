"""papermill's engine that runs a notebook in a kernel started as usual, its sockets in a private folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger

from referral_playbook.run.kernels.failures import KernelStoppedError
from referral_playbook.run.kernels.manager import PrivateKernelManager
from referral_playbook.run.kernels.pool import Kernels

ENGINE = "referral_playbook"


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Knows which cell it is at, and keeps its kernel manager to ask how the kernel ended."""

    at: int | None = None
    kept: PrivateKernelManager | None = None

    def __init__(self, nb_man: Any, *, kernels: Kernels, environment: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(nb_man, **kwargs)
        self._kernels, self._environment = kernels, environment

    def create_kernel_manager(self) -> PrivateKernelManager:
        self.km = self.kept = self._kernels.manager(self._environment)
        return self.km

    def execute_cell(self, cell: Any, cell_index: int, **kwargs: Any) -> Any:
        self.at = cell_index
        return super().execute_cell(cell, cell_index, **kwargs)


class PlaybookEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine: our kernels, and a dead kernel is an error that says how it died.

    papermill marks the cell at which a kernel died, or that took too long, as completed.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        kernels: Kernels | None = None,
        environment: Mapping[str, str] | None = None,
        keep: Callable[[Any], None] | None = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        resources: dict[str, Any] | None = None,
        **_: Any,
    ) -> Any:
        client = _Client(
            nb_man,
            kernels=kernels or Kernels(None),
            environment=environment or {},
            kernel_name=kernel_name,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            resources=resources or {},
            record_timing=False,
            shutdown_kernel="immediate",
            log=logger,
        )
        try:
            return client.execute()
        except CellTimeoutError:
            raise KernelStoppedError(client.at, f"took more than {execution_timeout} seconds", died=False) from None
        except (DeadKernelError, RuntimeError) as error:
            words = client.kept.last_words() if client.kept else ""
            raise KernelStoppedError(client.at, f"its kernel died: {words or error}") from None
        finally:
            if client.kept:
                client.kept.clear()
            if keep:
                keep(nb_man.nb)


papermill_engines.register(ENGINE, PlaybookEngine)
