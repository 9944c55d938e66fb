"""Whatever a public function of the methods is given, it returns finite numbers or says what to do, within seconds."""

from __future__ import annotations

import pytest
from methods.nasty import Fault, faults, working_calls

MAY_BE_INFINITE = ("break_even_uplift", "ceiling", "Backtest")
"""Never breaking even, a network that grows without end, and a comparison that was not made."""
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
        found += [f for f in faults(name, known[:1], most=60) if not _may_be_infinite(f)]
    assert found == []


def _may_be_infinite(fault: Fault) -> bool:
    return "inf" in fault.what and any(f".{name}(" in fault.call for name in MAY_BE_INFINITE)
