"""Whatever a public function of the methods is given, it returns finite numbers or says what to do, within seconds."""

from __future__ import annotations

import pytest
from methods.nasty import Fault, faults, working_calls

QUICK = (
    ".proportions", ".rates", ".economics", ".against_nothing", ".break_even", ".simple", ".readout", ".clusters",
)  # fmt: skip
"""Modules whose examples take no time; `make nasty` tries all of them, in more ways."""


@pytest.fixture(scope="module")
def calls():
    return working_calls(QUICK)


def test_nasty_arguments_give_numbers_or_advice(calls):
    assert len([name for name, known in calls.items() if known]) > 25
    found: list[Fault] = []
    for name, known in calls.items():
        found += faults(name, known[:1], most=60)
    assert found == []
