"""The sheet of answers, counted on paper from the sheet of months; scenarios and verdict follow the inputs."""

from __future__ import annotations

import math

import pytest

from referral_playbook.run.report.sheet.answers import LINES, NEVER, NO_BASELINE, NOT_BACK, row_of

from .formulas import calculator
from .small_plan import VALUES, small_book

ENDS = ("low", "base", "high")
TOP = 5 + len(LINES) + 1


def answers(**changes):
    value = calculator(small_book(**changes))
    found = {key: value(f"Answers!B{row_of(key)}") for key in LINES}
    found |= {name: value(f"Answers!{letter}{TOP + 1}") for letter, name in zip("BCD", ENDS, strict=True)}
    return found | {"verdict": value(f"Answers!B{TOP + 5}")}


@pytest.fixture(scope="module")
def base():
    return answers()


def test_the_three_answers_are_those_of_the_method(base):
    """Until month 4 there are 3.5 months of conversions. One extra conversion leaves 0.5 x 600 - 100 = 200."""
    assert base["fixed"] == 200 + 4 * 50
    assert base["counted"] == 3.5
    assert base["contribution"] == pytest.approx(200)
    assert base["naive"] == pytest.approx(400 / 600)
    assert base["credited"] == math.ceil(400 / 200)
    # rewards on the 3.5 conversions that come anyway are paid too: (400 + 3.5 x 100) / 200 = 3.75
    assert base["extra"] == 4
    assert base["referrals"] == pytest.approx((4 + 3.5) / 0.1)
    assert base["uplift"] == pytest.approx((300 + 400 / 3.5) / 200)


def test_expected_results_are_those_of_the_months(base):
    assert base["expected"] == pytest.approx((2 - 1) * 10 * 0.1 * 3.5)
    assert base["value"] == pytest.approx(-50)
    value = calculator(small_book())
    cash = [value(f"Months!N{row}") for row in range(4, 10)]
    assert base["cash"] == pytest.approx(cash[3])
    assert base["peak"] == pytest.approx(-min(cash))
    assert base["payback"] == 6  # -175, -137.5, -125, -75, -25, 25
    assert answers(customer_value=500.0)["payback"] == NOT_BACK


def test_at_the_uplift_to_break_even_the_value_is_nothing(base):
    assert answers(uplift=base["uplift"])["value"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("changes", [{"reward": 300.0}, {"customer_value": 0.0}, {"incremental_share": 0.1}])
def test_where_a_conversion_leaves_nothing_no_number_of_them_breaks_even(changes):
    found = answers(**changes)
    assert [found[key] for key in ("credited", "extra", "referrals", "uplift")] == [NEVER] * 4
    assert (found["naive"] == NEVER) == (changes.get("customer_value") == 0)


def test_without_a_baseline_there_is_no_uplift_to_reach_and_the_answer_is_that_of_every_referral():
    found = answers(baseline_referrals=0.0, new_referrals=10.0)
    assert found["uplift"] == NO_BASELINE
    assert found["extra"] == found["credited"] == 2
    assert found["referrals"] == pytest.approx(2 / 0.1)


def test_a_reward_per_lead_costs_a_conversion_five_of_them():
    """One in five qualified referrals converts; of 4 months of leads 3.5 months are customers by the date."""
    found = answers(lead_reward=7.0)
    assert found["contribution"] == pytest.approx(300 - (100 + 7 / 0.2))
    left = 300 - (100 + 7 / 0.2 * 4 / 3.5)
    assert found["credited"] == math.ceil(400 / left)


def test_cash_is_back_in_the_month_after_the_last_below_zero():
    found = answers(customer_value=1_800.0)
    value = calculator(small_book(customer_value=1_800.0))
    below = [month for month in range(1, 7) if value(f"Months!N{3 + month}") < 0]
    assert found["payback"] == max(below) + 1
    assert answers(customer_value=90_000.0)["payback"] == 1  # it never was below


def closed(**v):
    """The value at month 4 in closed form, without the sheet."""
    made = v["uplift"] * v["baseline_referrals"] + v["new_referrals"]
    rate = v["qualified_share"] * v["conversion_rate"]
    extra = (made - v["baseline_referrals"]) * rate * 3.5 * v["incremental_share"] * v["customer_value"]
    return extra - made * rate * 3.5 * v["reward"] - 4 * v["monthly_cost"] - v["set_up_cost"]


def test_scenarios_put_what_was_not_measured_to_its_ends():
    measured = ("baseline_referrals", "conversion_rate")
    found = answers(measured=measured)
    costs = ("reward", "lead_reward", "monthly_cost", "set_up_cost")
    bad = {n: x if n in measured else 2 * x if n in costs else x / 2 for n, x in VALUES.items()}
    good = {n: x if n in measured else x / 2 if n in costs else 2 * x for n, x in VALUES.items()}
    assert found["low"] == pytest.approx(closed(**bad))
    assert found["base"] == pytest.approx(closed(**VALUES)) == pytest.approx(-50)
    assert found["high"] == pytest.approx(closed(**good))


ALL = tuple(VALUES)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "Test small"),  # below zero, and above it where all goes well
        ({"measured": ALL}, "Stop"),  # below zero, and nothing about it is uncertain
        ({"measured": ALL, "customer_value": 1_800.0}, "Go"),
        ({"customer_value": 1_800.0}, "Test small"),  # the low scenario is below zero
        ({"measured": ALL, "customer_value": 1_800.0, "payback_months": 1}, "Test small"),
        ({"measured": ALL, "customer_value": 1_800.0, "purse": 20.0}, "Test small"),  # more is out than may be
        ({"measured": ALL, "customer_value": 1_800.0, "purse": 30.0}, "Go"),
    ],
)
def test_the_verdict_follows_its_rule(changes, verdict):
    assert answers(**changes)["verdict"] == verdict
