"""A kernel of this interpreter, its sockets in a private folder."""

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

from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.run.kernels.environment import ENVIRONMENT
from referral_playbook.run.kernels.failures import how_it_ended

LONGEST_SOCKET = 90
"""Bytes of a socket's path; systems allow about a hundred."""


class PrivateKernelManager(AsyncKernelManager):
    """Starts a kernel of this interpreter, whatever kernel specs the user has installed under the same name.

    Its files are in a folder of its own: TCP ports are raced for by kernels that start at the same time, and
    sockets of several kernels in one folder collide.
    """

    def __init__(self, *, is_stopped: Callable[[], bool], environment: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_stopped, self.environment = is_stopped, dict(environment)
        self.private = Path(tempfile.mkdtemp(prefix=prefix_of("kernel")))
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
        env = {**os.environ, **ENVIRONMENT, **kwargs.pop("env", {}), **self.environment}
        env.pop("PYTHONSTARTUP", None)
        return await super()._async_pre_start_kernel(env=env, **kwargs)

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kwargs: Any) -> None:
        with self.log_file.open("ab") as log:
            await super()._async_launch_kernel(kernel_cmd, **{"stdout": log, "stderr": log, **kwargs})
        self.process = getattr(self.provisioner, "process", None)  # the provisioner forgets it when it has ended
        if self.is_stopped():  # while it was being launched
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
        return how_it_ended(self.process.poll() if self.process else None, self.log_file)
