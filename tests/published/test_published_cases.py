"""Every published number, one test each, at the tolerance of its case."""

from __future__ import annotations

import pytest

from . import break_even, diffusion, economics, experiments, retention, surveys, survival
from .cases import CASES, Case, Checks

MODULES = (surveys, survival, retention, economics, diffusion, experiments, break_even)
CHECKS: Checks = {name: check for module in MODULES for name, check in module.CHECKS.items()}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_published(case: Case) -> None:
    CHECKS[case["id"]](case)


def test_every_case_has_one_checker_and_every_checker_a_case() -> None:
    named = [name for module in MODULES for name in module.CHECKS]
    assert sorted(named) == sorted(case["id"] for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_case_is_cited_and_states_its_tolerance(case: Case) -> None:
    assert case["source"]
    assert case["expected"]
    assert case["tolerance"]
