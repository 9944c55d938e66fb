"""What a programme is truly worth: by a loop over months, and by simulating the months themselves."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from referral_playbook.simulate.money import customer_value, survival
from referral_playbook.simulate.people import expected_referrals, population
from referral_playbook.simulate.programme_truth import programme_truth
from referral_playbook.simulate.simulated import day
from referral_playbook.simulate.world import SubscriptionWorld

CHANGES = {"customers": 400, "fraud": False, "holdout": 0.1, "programme_uplift": 1.8, "friend_refund": 0.05}


def world_of(**changes):
    return SubscriptionWorld(**{**CHANGES, **changes})


@pytest.fixture(scope="module")
def found():
    world = world_of()
    people, _ = population(world, 3)
    return world, people, programme_truth(world, people)


def test_the_baseline_is_a_month_of_referrals_without_the_programme(found):
    world, people, truth = found
    year = expected_referrals(people, world, day("2025-10-01"), day(world.as_of), programme=False)
    assert truth["baseline_referrals_per_month"] == pytest.approx(year.sum() / 12)
    # of 1,000 referrals 920 are invited, 62% of these qualify, and converted by channel; 5% are refunded
    by_channel = 0.20 * 0.22 + 0.30 * 0.16 + 0.20 * 0.16 + 0.30 * 0.10
    assert truth["converted_per_referral"] == pytest.approx(0.92 * 0.62 * by_channel * 0.95)


def test_value_is_extra_customers_less_all_rewards_and_the_running_cost(found):
    world, _, truth = found
    flow = truth["baseline_referrals_per_month"] * truth["converted_per_referral"]
    total = 0.0
    for _ in range(12):
        extra = (1.8 - 1) * flow
        total += extra * world.incremental_share * truth["customer_value"]
        total -= 1.8 * flow * 100  # both sides are paid 50, on every conversion
        total -= truth["monthly_cost"]
    assert truth["value_against_nothing"] == pytest.approx(total)
    assert truth["extra_conversions"] == pytest.approx(12 * 0.8 * flow)
    # management 3 h, marketing 2 h and 20, support 0.8 h, software 49, an hour at 40
    assert truth["monthly_cost"] == pytest.approx((3 + 2 + 0.8) * 40 + 20 + 49)


def test_cash_is_the_margin_that_came_in_and_never_more_than_the_value(found):
    world, people, truth = found
    flow = truth["baseline_referrals_per_month"] * truth["converted_per_referral"]
    growth = 1 + 0.010 * 0.25 + 0.006 * 0.15 - 0.007 * 0.20
    mean_margin = np.zeros(12)
    for (name, referred), n in people.groupby(["segment", "referred"]).size().items():
        segment = world.segments[name]
        price = sum(p * w for p, w in segment.prices.items()) / sum(segment.prices.values())
        for age in range(12):
            stays = survival(segment, referred, world, np.array([age]))[0]
            mean_margin[age] += n / len(people) * price * growth**age * stays * (segment.margin_rate - world.refund)
    received = sum(mean_margin[age] for joined in range(12) for age in range(12 - joined))
    expected = 0.8 * flow * world.incremental_share * received - 12 * (1.8 * flow * 100 + truth["monthly_cost"])
    assert truth["cash_against_nothing"] == pytest.approx(expected)
    assert truth["cash_against_nothing"] < truth["value_against_nothing"]


def test_at_the_break_even_uplift_the_value_is_nothing(found):
    _, people, truth = found
    world = world_of(programme_uplift=truth["break_even_uplift"])
    assert programme_truth(world, people)["value_against_nothing"] == pytest.approx(0, abs=1e-6)


def test_without_an_uplift_the_programme_costs_its_rewards_and_its_running(found):
    _, people, _ = found
    truth = programme_truth(world_of(programme_uplift=1.0), people)
    flow = truth["baseline_referrals_per_month"] * truth["converted_per_referral"]
    assert (
        truth["value_against_nothing"]
        == truth["cash_against_nothing"]
        == pytest.approx(-12 * (flow * 100 + truth["monthly_cost"]))
    )


def test_a_reward_above_the_worth_of_an_extra_customer_never_breaks_even(found):
    _, people, _ = found
    assert programme_truth(world_of(reward=50_000.0), people)["break_even_uplift"] is None


def test_the_worth_of_a_customer_is_that_of_the_mix_that_joined(found):
    world, people, truth = found
    each = [customer_value(world.segments[s], r, world) for s, r in people[["segment", "referred"]].to_numpy()]
    assert truth["customer_value"] == pytest.approx(np.mean(each))


def test_a_year_that_began_before_the_firm_has_fewer_referrals():
    young = world_of(start=date(2026, 4, 1))
    people, _ = population(young, 3)
    assert programme_truth(young, people)["baseline_referrals_per_month"] > 0
