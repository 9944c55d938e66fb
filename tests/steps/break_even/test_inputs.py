"""Inputs of step 05: rewards per conversion and per lead by hand, the share that claims one, what was spent already."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps.break_even.made import inputs, reward_of

from referral_playbook.contract.evidence import Basis, assumed, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme.new_referrals import NOTHING_TO_MULTIPLY
from referral_playbook.domain.programme.status import ProgrammeStatus, programme_status
from referral_playbook.domain.value.value_terms import Horizon
from referral_playbook.steps.break_even.inputs import (
    claim_share,
    offer_of,
    programme_inputs,
    rewards_paid,
    running_costs,
)
from referral_playbook.steps.value_exchange.step import known_inputs


def share(value):
    return assumed(value, value, value, unit="share", per="x", source="test")


def fulfilment(value):
    return decided_value("fulfilment", value, unit="GBP", per="conversion")


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 1), st.floats(0, 100))
def test_a_reward_per_conversion_is_paid_to_both_sides_of_those_who_claim_it(advocate, friend, claim, handling):
    found = rewards_paid(reward_of(advocate, friend), share(claim), fulfilment(handling), share(0.5))
    assert found["reward"].value == pytest.approx(claim * (advocate + friend) + handling)
    assert found["lead_reward"].value == 0


def test_a_reward_per_lead_is_paid_on_each_referral_behind_a_qualified_one():
    found = rewards_paid(reward_of(5.0, trigger="lead"), share(0.8), fulfilment(3.0), share(0.25))
    assert found["lead_reward"].value == pytest.approx(0.8 * 5 / 0.25)
    assert found["reward"].value == 3.0


def test_per_conversion_the_lead_reward_is_spread_over_those_who_convert():
    """Half of the referrals qualify and a fifth convert: ten leads of 5 for each conversion."""
    made = inputs(reward_of(5.0, trigger="lead"), qualified_share=0.5, conversion_rate=0.2)
    assert made.reward_per_conversion().value == pytest.approx(5 * 2 / 0.2)
    plain = inputs(reward_of(20.0, 10.0), claim=0.5)
    assert plain.reward_per_conversion().value == pytest.approx(15)


def test_the_reasons_of_what_is_not_known_are_said_once():
    lacking = undefined("there are no prices", unit="GBP", per="new customer")
    made = inputs(customer_value=lacking, monthly_cost=lacking)
    assert made.unknown == "there are no prices"
    assert inputs().unknown == ""


def test_a_programme_from_nothing_is_known_by_the_source_of_its_uplift():
    certain = share(1.0).as_(unit="times")
    assert inputs(uplift=certain.as_(source=NOTHING_TO_MULTIPLY)).from_nothing
    assert not inputs(uplift=certain).from_nothing


@pytest.mark.parametrize(("high", "loses"), [(-0.1, True), (0.0, True), (0.1, False)])
def test_it_loses_on_every_sale_where_no_end_of_the_margin_is_positive(high, loses):
    made = inputs()
    margin = share(0.5).as_(value=-0.2, low=-0.3, high=high)
    assert type(made)(known=made.known, beside={"gross_margin": margin}, offer=made.offer).loses_on_every_sale is loses
    assert not made.loses_on_every_sale


def test_the_claim_share_is_counted_since_the_first_reward(sample):
    client = sample("brightdesk")
    rows = client.fact("referrals")
    first = rows.loc[rows["rewarded_on"].notna(), "converted_on"].min()
    claimed, conversions = 0, 0
    for row in rows.itertuples():
        if row.converted_on >= first:
            conversions += 1
            claimed += bool(row.reward > 0) or row.rewarded_on == row.rewarded_on
    found = claim_share(client)
    assert (found.value, found.n) == (pytest.approx(claimed / conversions), conversions)
    assert found.basis is Basis.MEASURED


def test_where_no_reward_was_noted_every_conversion_claims_one(sample):
    client = sample("brightdesk")
    unpaid = client.fact("referrals").assign(rewarded_on=pd.NaT)
    found = claim_share(client.with_facts(referrals=unpaid))
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert claim_share(client, stated=0.4).value == 0.4


def parameters(**stated):
    return Parameters.of("break_even", **stated)


def running(yes):
    return ProgrammeStatus(running=yes)


def test_the_set_up_of_a_running_programme_is_spent_unless_it_is_stated(sample):
    client = sample("brightdesk")
    assert running_costs(client, running(True), parameters())["set_up_cost"].value == 0
    assert running_costs(client, running(True), parameters(set_up=700.0))["set_up_cost"].value == 700
    assert running_costs(client, running(False), parameters(set_up=700.0))["set_up_cost"].value == 700
    assert running_costs(client, running(True), parameters(monthly_cost=55.0))["monthly_cost"].value == 55


def test_a_reward_that_is_stated_here_is_the_offer(sample):
    client = sample("brightdesk")
    found = offer_of(client, parameters(reward_advocate=30.0, reward_friend=10.0))
    assert (found.cost("advocate"), found.cost("friend")) == (30.0, 10.0)
    assert offer_of(client, parameters(chosen_reward="40 gift card")).name == "40 gift card"


def test_alone_it_takes_what_step_02_would_find_at_the_same_confidence(sample):
    client = sample("brightdesk")
    alone = programme_inputs(client, programme_status(client), Parameters.of("break_even", confidence=0.8))
    there = known_inputs(client, Parameters.of("value_exchange", confidence=0.8), Horizon())
    for name in ("customer_value", "conversion_rate", "qualified_share", "uplift", "baseline_referrals"):
        assert alone.known[name] == there[name], name
    assert alone.beside["gross_margin"] == there["gross_margin"]
