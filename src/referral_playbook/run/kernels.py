"""Kernels for the notebooks of a run: this interpreter, a fixed environment, sockets in a private folder."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

ENVIRONMENT = {
    # The same bytes on every machine: no local time, no local language, no window, one order of sets.
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    # A kernel is one of several at work; threads of its own would only get in the way of the others.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
SOCKETS = sys.platform != "win32"


class PlainKernelManager(AsyncKernelManager):
    """Starts a kernel of this interpreter, whatever kernel specs the user has installed under the same name.

    Its files are in a folder of its own: TCP ports are raced for by kernels that start at the same time, and
    sockets of several kernels in one folder collide.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.private = tempfile.mkdtemp(prefix="playbook-kernel-")
        self.connection_file = os.path.join(self.private, "kernel.json")
        if SOCKETS:
            self.transport, self.ip = "ipc", os.path.join(self.private, "s")

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, env={}, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        env = {**os.environ, **ENVIRONMENT, **kwargs.pop("env", {}), "IPYTHONDIR": self.private}
        env.pop("PYTHONSTARTUP", None)
        return await super()._async_pre_start_kernel(env=env, **kwargs)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self.private, ignore_errors=True)
