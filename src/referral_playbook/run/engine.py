"""papermill's engine that runs a notebook in one of our kernels: this interpreter, sockets in a private folder."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger

from referral_playbook.run.failures import KernelStoppedError
from referral_playbook.run.kernels import ENVIRONMENT, Kernels

ENGINE = "referral_playbook"
LONGEST_SOCKET = 90
"""Bytes of a socket's path; systems allow about a hundred."""


class ForkedProvisioner(LocalProvisioner):
    """Has the kernel forked instead of launched; everything else is as with a process of one's own."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        manager: Any = self.parent
        forked: Any = manager.warm.fork(
            "kernel",
            connection_file=manager.connection_file,
            cwd=kwargs.get("cwd") or os.getcwd(),
            log=manager.log_file,
            environment=manager.environment,
        )
        self.process, self.pid, self.pgid = forked, forked.pid, forked.pid
        return self.connection_info


class PrivateKernelManager(AsyncKernelManager):
    """Starts a kernel of this interpreter, whatever kernel specs the user has installed under the same name.

    Its files are in a folder of its own: TCP ports are raced for by kernels that start at the same time, and
    sockets of several kernels in one folder collide.
    """

    def __init__(self, *, kernels: Kernels, environment: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernels, self.warm, self.environment = kernels, kernels.warm, dict(environment)
        self.private = Path(tempfile.mkdtemp(prefix="playbook-kernel-"))
        self.environment["IPYTHONDIR"] = str(self.private)
        self.log_file = self.private / "log"
        self.process: Any = None
        self.connection_file = str(self.private / "kernel.json")
        if sys.platform != "win32" and len(os.fsencode(self.private)) < LONGEST_SOCKET:
            self.transport, self.ip = "ipc", str(self.private / "s")

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, env={}, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        if self.warm is not None and self.provisioner is None:
            self.kernel_id = self.private.name
            self.provisioner = ForkedProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        env = {**os.environ, **ENVIRONMENT, **kwargs.pop("env", {}), **self.environment}
        env.pop("PYTHONSTARTUP", None)
        return await super()._async_pre_start_kernel(env=env, **kwargs)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kwargs: Any) -> None:
        with self.log_file.open("ab") as log:
            await super()._async_launch_kernel(kernel_cmd, **{"stdout": log, "stderr": log, **kwargs})
        self.process = getattr(self.provisioner, "process", None)  # the provisioner forgets it when it has ended
        if self.kernels.stopped:  # while it was being launched
            self.kill()

    def kill(self) -> None:
        """Kill the kernel from any thread."""
        if self.process:
            self.process.kill()

    def clear(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self.private, ignore_errors=True)

    def last_words(self) -> str:
        """How the kernel ended, and the end of its log."""
        code = self.process.poll() if self.process else None
        ended = "" if code is None else f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        log = self.log_file.read_text(errors="replace") if self.log_file.is_file() else ""
        return "; ".join(part for part in (ended, *log.strip().splitlines()[-3:]) if part)


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
