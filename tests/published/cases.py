"""The published cases, and what their checkers share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Case = dict[str, Any]
Checks = dict[str, Callable[[Case], None]]

HERE = Path(__file__).resolve().parent
REAL = HERE.parents[2] / "shared" / "real"
CASES: tuple[Case, ...] = tuple(json.loads((HERE / "cases.json").read_text(encoding="utf-8")))


def close(actual: Any, expected: Any, tolerance: float) -> None:
    """Every number within the tolerance, in absolute terms; the same shape is part of it."""
    actual, expected = np.asarray(actual, dtype=float), np.asarray(expected, dtype=float)
    assert actual.shape == expected.shape, f"{actual.shape} numbers, published {expected.shape}"
    worst = float(np.max(np.abs(actual - expected)))
    # a hair of floating point beside the tolerance, so that a tolerance of 0 can be met
    assert worst <= tolerance + 1e-12 * max(1.0, float(np.max(np.abs(expected)))), f"{actual} is not {expected}"


def real_file(name: str) -> Path:
    """A real data file that a case was computed from; skips where this machine lacks it."""
    if not (REAL / name).is_file():
        pytest.skip(f"{name} is not on this machine: real data are never committed")
    return REAL / name
