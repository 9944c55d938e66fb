"""A small seeded coverage study: ranges that are far off show here; `make coverage-study` is the large one."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _load() -> ModuleType:
    path = Path(__file__).with_name("coverage_study.py")
    spec = importlib.util.spec_from_file_location("coverage_study", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


coverage_study = _load()
STUDIES = coverage_study.STUDIES
WRONG = "Mean count, as if Poisson"
BELOW = {WRONG, "K, a few do most, dispersion not given"}  # in the table to show what goes wrong


HONEST = [s for s in STUDIES if s.method not in BELOW]


@pytest.mark.parametrize("study", HONEST, ids=[s.method for s in HONEST])
def test_ranges_hold_about_as_often_as_they_say(study) -> None:
    tried = min(200, study.repeats // 40)
    found = coverage_study.measure(study, repeats=tried, seed=1)
    assert found.defined == tried
    for confidence, (low, high) in coverage_study.TARGETS.items():
        error = 3.5 * math.sqrt(confidence * (1 - confidence) / tried)
        assert found.covered[confidence] >= low - error
        if not study.why:  # those that hold more often say why
            assert found.covered[confidence] <= high + error


def test_the_study_notices_a_wrong_method() -> None:
    study = next(s for s in STUDIES if s.method == WRONG)
    found = coverage_study.measure(study, repeats=200, seed=1)
    assert not any(found.within(confidence, slack=0.1) for confidence in coverage_study.TARGETS)


def test_the_table_has_every_method_and_a_reason_for_every_miss() -> None:
    text = coverage_study.TABLE.read_text(encoding="utf-8")
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| ")}
    assert list(rows)[1:] == [s.method for s in STUDIES]
    for study in STUDIES:
        line = rows[study.method]
        shares = [float(x) / 100 for x in re.findall(r"([\d.]+)% \|", line)][-2:]
        targets = coverage_study.TARGETS.values()
        within = all(low <= x <= high for x, (low, high) in zip(shares, targets, strict=True))
        assert (line.split("|")[6].strip().startswith("yes")) is within
        assert within or study.why
