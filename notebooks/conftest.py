"""The committed notebooks are run again by nbval, each cell's output compared with the one that is kept.

nbval runs each notebook alone. Here its kernel works in the tree of the sample run (see `book.samples`), where the
chain of steps has left its results, so that a notebook gives the same whether or not others ran before.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from unittest import mock

import nbval.plugin
from nbval.kernel import RunningKernel

from book.samples import run_samples
from referral_playbook.run.kernels.environment import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[1]


class SampleKernel(RunningKernel):
    """A kernel in the tree of the sample run, with the environment that a run gives its kernels."""

    def __init__(self, kernel_name, cwd=None, startup_timeout=60):
        place = _samples()
        with mock.patch.dict(os.environ, ENVIRONMENT):
            super().__init__(kernel_name, cwd=str(place), startup_timeout=startup_timeout)


def _samples() -> Path:
    """The sample run, made once by whichever worker comes first; afterwards unchanged, which takes a second."""
    (ROOT / "reports").mkdir(exist_ok=True)
    with (ROOT / "reports" / ".samples.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return run_samples(ROOT, progress=lambda line: None)


def pytest_configure(config):
    nbval.plugin.RunningKernel = SampleKernel
