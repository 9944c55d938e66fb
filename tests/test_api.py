"""The front door: a few lazy names."""

from __future__ import annotations

import subprocess
import sys

import pytest

import referral_playbook as rp


def test_the_names_are_there_and_nothing_else():
    assert {"Estimate", "StepResult", "Parameters", "open_client", "run", "read_result", "explain"} <= set(dir(rp))
    assert rp.Estimate.__name__ == "Estimate"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = rp.nonsense


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, referral_playbook; print(sorted({'pandas', 'numpy', 'pydantic', 'ibis'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_missing_result_says_how_to_make_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="Run the client first"):
        rp.read_result(tmp_path, "break_even")
