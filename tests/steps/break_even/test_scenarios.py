"""Scenarios are computed as the step would compute them were they the plan, and stand beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.settings.scenarios import Scenario
from referral_playbook.domain.programme.valid_referrals import valid
from referral_playbook.steps.break_even.scenarios import AS_PLANNED, scenario_rows, side_by_side
from referral_playbook.steps.break_even.step import build_result, find

HALF = {"reward_advocate": 25.0, "reward_friend": 25.0}
KEPT = (
    Scenario(name="Half the reward", settings=HALF, who="Ana", when=date(2026, 10, 2)),
    Scenario(name="Nothing new", settings={"incremental_share": 0.0}, who="Ana", when=date(2026, 10, 2), why="to see"),
)


@pytest.fixture(scope="module")
def planned(sample):
    return find(sample(), Parameters.of("break_even", draws=1_000))


@pytest.fixture(scope="module")
def compared(sample, planned):
    return scenario_rows(valid(sample()), planned, KEPT)


def test_a_client_without_scenarios_has_none(planned):
    assert planned.scenarios == []
    assert build_result(planned).tables["scenarios"] == []
    assert side_by_side(planned) == []


def test_each_scenario_is_what_the_step_finds_with_its_parameters(sample, planned, compared):
    plan, half, nothing = compared
    assert (plan["scenario"], plan["value_result"]) == (AS_PLANNED, planned.outcomes["value_result"].value)
    stated = find(sample(), Parameters.of("break_even", draws=1_000, **KEPT[0].settings))
    assert half["probability_by_date"] == stated.outcomes["probability_by_date"].value
    assert half["cash_result_low"] == stated.outcomes["cash_result"].low
    assert half["changes"] == "reward for the advocate £25, reward for the friend £25"
    assert (nothing["verdict"], nothing["why"]) == ("stop", "to see")


def test_side_by_side_has_a_column_for_each(planned, compared):
    rows = side_by_side(replace(planned, scenarios=compared))
    assert list(rows[0]) == ["", AS_PLANNED, "Half the reward", "Nothing new"]
    assert next(row for row in rows if row[""] == "Verdict")["Nothing new"] == "Stop"
