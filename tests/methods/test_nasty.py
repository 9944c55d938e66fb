"""Whatever a public function of the methods is given, it returns finite numbers or says what to do, within seconds."""

from __future__ import annotations

import pytest

from tests.methods.nasty import Fault, faults, working_calls

MAY_BE_INFINITE = ("break_even_uplift", "ceiling", "Backtest")
"""Never breaking even, a network that grows without end, and a comparison that was not made."""
TRIES = 260
"""Nasty calls of each function, spread over its arguments, so that the whole takes a minute."""


@pytest.fixture(scope="module")
def calls():
    return working_calls()


def test_every_public_function_has_an_example_that_can_be_varied(calls):
    assert [name for name, known in calls.items() if not known] == []
    assert len(calls) > 100


def test_nasty_arguments_give_numbers_or_advice(calls):
    found: list[Fault] = []
    for name, known in calls.items():
        found += [f for f in faults(name, known[:1], most=TRIES) if not _may_be_infinite(f)]
    assert found == []


def _may_be_infinite(fault: Fault) -> bool:
    return "inf" in fault.what and any(f".{name}(" in fault.call for name in MAY_BE_INFINITE)
