"""What all tests share: where the samples and, where present, the real exports are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# the same examples in every run, and no clock: a busy machine is not a wrong answer
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
REAL = ROOT.parent / "shared" / "real"


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real exports; they are never committed, so a machine may lack them."""
    if not REAL.is_dir():
        pytest.skip(f"the real exports are not on this machine ({REAL.name}/ beside the project)")
    return REAL
