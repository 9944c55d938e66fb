"""Measure whole processes from outside: CPU seconds, wall seconds and peak memory, as the operating system counts them.

Machines are shared and noisy: figures are medians, and what counts are ratios of two things measured in turn.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from tempfile import TemporaryDirectory

MIB = 1024  # of ru_maxrss, which Linux gives in KiB


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured process, or the median of several."""

    cpu: float
    wall: float
    peak: float

    def over(self, other: Figure) -> str:
        """CPU and wall as ratios to another."""
        return f"{self.cpu / other.cpu:.2f}x CPU, {self.wall / other.wall:.2f}x wall"


def once(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> Figure:
    """Run a command to its end, with its children; RuntimeError with what it said where it fails.

    It finds no statements that earlier commands have kept: a client's first run is measured.
    """
    # A user's Python keeps what it has compiled; where it may not, every process compiles our modules again.
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with TemporaryDirectory(prefix="bench-cache-") as cache:
        around |= {"REFERRAL_PLAYBOOK_CACHE": cache, **(env or {})}
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=around) as process:
            said = process.stdout.read() if process.stdout else b""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        ended = time.perf_counter()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)[:200]} failed:\n{said.decode(errors='replace')[-2000:]}")
    return Figure(cpu=usage.ru_utime + usage.ru_stime, wall=ended - began, peak=usage.ru_maxrss / MIB)


def python(code: str) -> list[str]:
    """The command that runs code in this interpreter."""
    return [sys.executable, "-c", code]


def in_turn(commands: Mapping[str, Sequence[str]], *, repeats: int = 3) -> dict[str, Figure]:
    """Medians of commands run in turn A B A B, so that a drift of the machine meets them all."""
    seen: dict[str, list[Figure]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            seen[name].append(once(command))
    return {name: _median(figures) for name, figures in seen.items()}


def _median(figures: Sequence[Figure]) -> Figure:
    return Figure(
        cpu=median(f.cpu for f in figures), wall=median(f.wall for f in figures), peak=median(f.peak for f in figures)
    )
