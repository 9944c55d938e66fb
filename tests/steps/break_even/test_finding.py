"""The finding of step 05: one estimate by its contract name, and the expected result in the middle."""

from __future__ import annotations

from dataclasses import replace

import pytest
from steps.break_even.made import forecast, inputs, reward_of

from referral_playbook.contract.evidence import undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.break_even.step import find


@pytest.fixture(scope="module")
def finding(sample):
    return find(sample(), Parameters.of("break_even", draws=1_000))


def test_an_estimate_is_found_wherever_it_stands_and_an_outcome_goes_first(finding):
    assert finding.estimate("hourly_rate") is finding.inputs.beside["hourly_rate"]
    assert finding.estimate("customer_value") is finding.inputs.known["customer_value"]
    assert finding.estimate("break_even_uplift") is finding.needed["break_even_uplift"]
    assert finding.estimate("value_result") is finding.outcomes["value_result"]
    with pytest.raises(KeyError):
        finding.estimate("no_such_number")


def test_the_middle_is_the_result_of_known_inputs_by_hand(finding):
    """10 referrals a month x 0.5 more x 0.5 qualify x 0.2 convert: 6 extra conversions a year.

    Each brings 0.75 x 400 less a reward of 40. The reward is also paid on the 12 that come anyway, and a year costs
    12 x 100.
    """
    known = forecast(inputs(reward_of(40.0)), draws=200)
    by_hand = 6 * (0.75 * 400 - 40) - 12 * 40 - 12 * 100
    assert replace(finding, forecast=known).middle == pytest.approx(by_hand)


def test_futures_that_cannot_be_run_have_no_middle(finding):
    lacking = forecast(inputs(customer_value=undefined("no prices", unit="GBP", per="new customer")), draws=200)
    assert replace(finding, forecast=lacking).middle == 0
