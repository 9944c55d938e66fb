"""What a `test_small` names: the measurement of the input that decides, with size, duration, cost and worth."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from steps.break_even.made import forecast, inputs, reward_of, uncertain_uplift

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.assumptions import Default, assumed_value
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.steps.break_even.knowledge import pilots, worst_ends
from referral_playbook.steps.break_even.measurements import (
    HOURS,
    PREPARATION,
    Measurement,
    Possible,
    first_to_measure,
    measurement_rows,
    measurements,
)
from referral_playbook.steps.break_even.sentences import HOW, describe_measurement, describe_start

RUNNING, NEW = ProgrammeStatus(running=True), ProgrammeStatus(running=False)


def possible(made, status=RUNNING, customers=600, rate=40.0):
    return Possible(forecast=forecast(made), status=status, customers=customers, hourly_rate=rate)


def found(made, **more):
    where = possible(made, **more)
    ways = measurements(where, pilots(where.forecast, where.status, customers=where.customers))
    return {m.input: m for m in ways}, first_to_measure(ways, worst_ends(where.forecast))


def unsure_share(low, high):
    return assumed((low + high) / 2, low, high, unit="share", per="conversion", source="test")


def test_the_share_that_turns_the_result_is_measured_and_not_the_uplift_that_is_known():
    ways, first = found(inputs(reward_of(advocate=40), incremental_share=unsure_share(0.1, 0.9), uplift=1.9))
    assert first.input == "incremental_share"
    assert first.net == max(m.net for m in ways.values())


def test_the_uplift_that_nobody_measured_is_held_out():
    made = inputs(reward_of(advocate=40), uplift=uncertain_uplift(1.6), incremental_share=unsure_share(0.7, 0.8))
    _, first = found(made)
    assert first.input == "uplift"
    assert first.held_out > 0


def test_the_cost_of_asking_is_the_work_at_the_hourly_rate():
    ways, _ = found(inputs(reward_of(advocate=40), incremental_share=unsure_share(0.1, 0.9)))
    asked = ways["incremental_share"]
    assert asked.cost == pytest.approx(40 * (asked.size * 15 / 60 + PREPARATION))
    # 10 a month x 1.5, of which half qualify and a fifth of these converts: 1.5 a month
    assert asked.size in (round(1.5 * m) for m in (3, 6, 12))


def test_more_answers_are_worth_more_and_never_more_than_knowing_the_share():
    where = possible(inputs(reward_of(advocate=40), incremental_share=unsure_share(0.05, 0.6), baseline_referrals=60.0))
    from referral_playbook.methods.decisions.worth_of_knowing import evppi
    from referral_playbook.steps.break_even.measurements import _worth

    few, many = (_worth(where.forecast, "incremental_share", n) for n in (5, 500))
    most = evppi(where.forecast.futures.expected, where.forecast.futures.drawn["incremental_share"])
    assert 0 < few < many <= most * 1.02
    assert many > 0.9 * most


def test_what_turns_the_result_goes_before_what_is_only_worth_more():
    rich = Measurement(input="uplift", size=50, held_out=50, months=6, cost=100, worth=900)
    needed = Measurement(input="incremental_share", size=20, months=6, cost=200, worth=250)
    assert first_to_measure((rich, needed), {"incremental_share": (0.3, -5.0), "uplift": (1.5, 10.0)}) is needed
    assert first_to_measure((rich, needed), {}) is rich
    assert first_to_measure((), {}) is None
    idle = replace(needed, cost=10, worth=0.0)  # it may turn the result, but would teach nothing
    assert first_to_measure((idle,), {"incremental_share": (0.3, -5.0)}) is None


def test_a_measurement_that_costs_more_than_it_is_worth_says_so():
    dear = Measurement(input="incremental_share", size=8, months=3, cost=160, worth=20)
    text = describe_measurement(dear, "GBP")
    assert "costs about £160, more than it is worth on average (£20)" in text
    assert "No measurement" in describe_measurement(None, "GBP")


@pytest.mark.parametrize("name", sorted(HOW))
def test_every_measurement_is_named_with_its_duration_and_cost(name):
    m = Measurement(input=name, size=30, held_out=30, months=6, cost=123, worth=456)
    for text in (describe_measurement(m, "GBP"), describe_start(m, "GBP")):
        assert "6 months" in text
        assert "£123" in text
        assert "_" not in text
        assert not re.search(r"[{}]", text)


def test_costs_and_values_are_read_off_at_the_hours_that_they_take():
    cost = assumed_value("cost", 100.0, Default(1.0, 0.5, 3.0), unit="GBP", per="month")
    ways, _ = found(inputs(reward_of(advocate=40), monthly_cost=cost))
    assert ways["monthly_cost"].cost == pytest.approx(40 * (HOURS["monthly_cost"] + PREPARATION))


def test_where_no_referral_comes_some_customers_are_asked_and_nobody_is_held_out():
    new = assumed(12.0, 0.0, 24.0, unit="referrals", per="month", source="test")
    made = inputs(baseline_referrals=0.0, uplift=1.0, new_referrals=new, conversion_rate=0.1, monthly_cost=150.0)
    ways, first = found(made, status=NEW, customers=400)
    assert "uplift" not in ways
    assert first.input == "new_referrals"
    assert first.held_out == 0
    assert first.months == 3


def test_the_rows_say_which_one_is_named():
    first = Measurement(input="uplift", size=50, held_out=50, months=6, cost=100, worth=900)
    rows = measurement_rows((first, Measurement(input="reward", size=5, months=3, cost=9, worth=0)), first)
    assert [r["named"] for r in rows] == [True, False]
    assert np.all([r["net"] == r["evsi"] - r["cost"] for r in rows])
