"""What a referral is worth: charged when paid, never twice, and in agreement with a simulated ledger."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.methods.decisions.economics import (
    Reward,
    relative_difference,
    return_on_reward,
    reward_cost,
    unit_contribution,
    unit_value,
    value_of_ask,
)
from tests.oracles.economics import FriendFlow, customer_referral_value

share = st.floats(0.01, 1.0)
money = st.floats(0.0, 5000.0)
triggers = st.sampled_from(["lead", "conversion", "hold"])
sides = st.sampled_from(["advocate", "friend", "both"])
rewards = st.builds(Reward, cost=money, side=sides, trigger=triggers, hold_survival=share)


@given(c=share, s=share, v=money, adv=money, friend=money, f=money)
def test_paid_on_conversion_it_is_the_formula_of_the_method(c, s, v, adv, friend, f):
    both = [Reward(cost=adv), Reward(cost=friend, side="friend")]
    got = unit_value(conversion=c, margin_value=v, incremental_share=s, rewards=both, fulfilment=f)
    assert got == pytest.approx(c * (s * v - adv - friend - f), abs=1e-6)


def test_unit_value_is_the_mean_of_a_ledger_of_single_referrals():
    """Second route: book each referral on its own; lead, conversion and hold rewards as they fall due."""
    rng, n = np.random.default_rng(5), 400_000
    converted = rng.random(n) < 0.2
    kept = converted & (rng.random(n) < 0.7)
    incremental = rng.random(n) < 0.6
    offer = [
        Reward(cost=3, trigger="lead"),
        Reward(cost=20, side="both"),
        Reward(cost=30, trigger="hold", hold_survival=0.7),
    ]
    ledger = converted * (incremental * 500.0 - 8.0) - 3 - converted * 40.0 - kept * 30.0
    got = unit_value(conversion=0.2, margin_value=500, incremental_share=0.6, rewards=offer, fulfilment=8)
    assert got == pytest.approx(ledger.mean(), abs=4 * ledger.std() / np.sqrt(n))


def test_a_reward_is_not_charged_on_referrals_that_do_not_convert():
    assert reward_cost([Reward(cost=50)], conversion=0.0) == 0
    assert reward_cost([Reward(cost=50, trigger="lead")], conversion=0.0, leads_per_qualified=2) == 100


@given(reward=rewards, c=share)
def test_both_sides_cost_twice_one_side(reward, c):
    one = Reward(cost=reward.cost, side="friend", trigger=reward.trigger, hold_survival=reward.hold_survival)
    both = Reward(cost=reward.cost, side="both", trigger=reward.trigger, hold_survival=reward.hold_survival)
    assert reward_cost([both], conversion=c) == pytest.approx(2 * reward_cost([one], conversion=c))


@given(c=share, cost=money, h=share)
def test_waiting_never_costs_more(c, cost, h):
    hold, now, lead = (
        reward_cost([Reward(cost=cost, trigger=t, hold_survival=h)], conversion=c)
        for t in ("hold", "conversion", "lead")
    )
    assert hold <= now + 1e-9
    assert now <= lead + 1e-9


@given(c=share, s=share, v=money, offer=st.lists(rewards, max_size=3))
def test_contribution_per_conversion_times_conversion_is_unit_value(c, s, v, offer):
    told = {"conversion": c, "margin_value": v, "incremental_share": s, "rewards": offer, "fulfilment": 1.0}
    assert unit_contribution(**told) * c == pytest.approx(unit_value(**told), abs=1e-6)


def test_arrays_of_draws_go_through():
    draws = unit_value(conversion=np.array([0.1, 0.2]), margin_value=np.array([400.0, 500.0]), incremental_share=1.0)
    np.testing.assert_allclose(draws, [40, 100])


def test_value_of_ask_is_before_rewards_and_scales_with_each_factor():
    told = {"acceptance": 0.3, "qualified": 0.5, "conversion": 0.1, "incremental_share": 0.8, "margin_value": 400.0}
    assert value_of_ask(friends=6, **told) == pytest.approx(2 * value_of_ask(friends=3, **told))
    assert value_of_ask(friends=3, **told | {"acceptance": 0.0}) == 0


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused_by_name(bad):
    with pytest.raises(ValueError, match=r"conversion is a share|conversion is a finite number"):
        unit_value(conversion=bad, margin_value=1, incremental_share=1)


def test_no_conversion_has_no_contribution():
    with pytest.raises(ValueError, match="undefined"):
        unit_contribution(conversion=0.0, margin_value=1, incremental_share=1)


@pytest.mark.parametrize("bad", [{"cost": -1}, {"cost": 1, "side": "all"}, {"cost": 1, "hold_survival": 2}])
def test_an_impossible_reward_is_refused(bad):
    with pytest.raises(ValueError, match=r"reward costs 0 or more|side is"):
        Reward(**bad)


def test_reward_on_the_german_bank_by_age():
    """The gap at 55+ is slightly negative: the reward loses more than itself."""
    assert return_on_reward(value_gap=80, reward=25) > return_on_reward(value_gap=58, reward=25) > 0
    assert return_on_reward(value_gap=-2, reward=25) < -1
    with pytest.raises(ValueError, match="undefined"):
        relative_difference(1.0, reference=0.0)


flows = st.builds(FriendFlow, period=st.integers(0, 5), margin=money, referral_cost=money, acquisition_saving=money)
saved = st.builds(FriendFlow, period=st.integers(0, 5), referral_cost=money, acquisition_saving=money)


@given(one=st.lists(flows, max_size=4), two=st.lists(saved, max_size=4), d=st.floats(0, 0.5))
def test_referral_value_adds_up_and_does_not_depend_on_order(one, two, d):
    whole = customer_referral_value(type_one=one, type_two=two, discount_rate=d)
    turned = customer_referral_value(type_one=one[::-1], type_two=two[::-1], discount_rate=d)
    assert whole == turned
    singly = sum(customer_referral_value(type_one=[f], type_two=[], discount_rate=d).total for f in one)
    assert whole.type_one == pytest.approx(singly, abs=1e-6)


def test_a_type_two_friend_brings_no_margin():
    with pytest.raises(ValueError, match="come anyway"):
        customer_referral_value(type_one=[], type_two=[FriendFlow(period=0, margin=5)], discount_rate=0.1)


def test_the_same_friend_is_worth_more_as_type_one():
    two = FriendFlow(period=1, referral_cost=25, acquisition_saving=60)
    one = FriendFlow(period=1, margin=100, referral_cost=25, acquisition_saving=60)
    as_one = customer_referral_value(type_one=[one], type_two=[], discount_rate=0.1).total
    as_two = customer_referral_value(type_one=[], type_two=[two], discount_rate=0.1).total
    assert as_one - as_two == pytest.approx(100 / 1.1)
