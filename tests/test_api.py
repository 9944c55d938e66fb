"""The front door: a few lazy names."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

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


def test_the_example_in_the_readme_gives_what_it_shows(tmp_path, monkeypatch):
    root = Path(__file__).resolve().parents[1]
    monkeypatch.chdir(root)
    text = (root / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(>>> import referral_playbook.*?)```", text, flags=re.S).group(1)
    example = example.replace("reports/brightdesk/results", (tmp_path / "results").as_posix())
    test = doctest.DocTestParser().get_doctest(example, {}, "README.md", "README.md", 0)
    assert len(test.examples) >= 6
    said: list[str] = []
    doctest.DocTestRunner().run(test, out=said.append)
    assert said == []
