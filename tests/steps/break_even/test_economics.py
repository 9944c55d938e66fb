"""The gate on the futures: it looks at the numbers of the forecast, and at nothing where they cannot be run."""

from __future__ import annotations

import pytest
from steps.break_even.made import forecast, inputs, reward_of, uncertain_uplift

from referral_playbook.contract.evidence import Status, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.status import programme_status
from referral_playbook.steps.break_even.economics import decide, economics_at

USUAL = Parameters.of("break_even")


def decided(made, parameters=USUAL):
    run = forecast(made, draws=1_000)
    contribution = made.known["customer_value"].as_(value=100.0, low=100.0, high=100.0)
    return decide(run, run.estimates(), contribution, parameters)


def test_a_result_that_is_sure_and_known_is_go_or_stop():
    """6 extra conversions a year bring 300 each against a cost of 1,200; at ten times the cost they cannot."""
    assert decided(inputs(uplift=1.5, monthly_cost=10.0)).status is Status.GO
    assert decided(inputs(uplift=1.5, monthly_cost=1_000.0)).status is Status.STOP


def test_the_value_of_each_test_is_that_of_the_futures():
    made = inputs(reward_of(40.0), uplift=uncertain_uplift(1.5))
    run = forecast(made, draws=1_000)
    outcomes = run.estimates()
    gate = decide(run, outcomes, made.known["customer_value"], USUAL)
    tests = {test.test: test for test in gate.tests}
    assert tests["value"].value == pytest.approx(outcomes["probability_by_date"].value)
    assert (tests["value"].threshold, set(tests)) == (USUAL.number("go"), {"value", "cash", "evidence"})


def test_what_is_not_known_has_no_gate():
    assert decided(inputs(customer_value=undefined("no prices", unit="GBP", per="new customer"))) is None
    run = forecast(inputs(), draws=200)
    nothing = undefined("no prices", unit="GBP", per="conversion")
    assert decide(run, run.estimates(), nothing, USUAL) is None


def test_a_setting_has_every_field_that_its_verdict_rests_on(sample):
    client = sample()
    p = Parameters.of("break_even", draws=1_000, uplift=2.0, share_uplift_correlation=-0.5)
    found = economics_at(client, programme_status(client), p)
    assert found["inputs"].known["uplift"].value == 2.0
    assert found["forecast"].known is found["inputs"].known
    assert found["forecast"].correlations == {("uplift", "incremental_share"): -0.5}
    assert found["gate"] is not None
    assert found["outcomes"]["extra_conversions"].defined
