"""The cases that public calculators get wrong, and the answer against doing nothing, worked by hand."""

from __future__ import annotations

import pytest
from steps.break_even.made import exact, fixed, inputs, reward_of

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.domain.programme.costs import fixed_cost
from referral_playbook.steps.break_even.answers import (
    answer_rows,
    changes_needed,
    error_rows,
    needed,
    plan_of,
    unit_contribution,
    waterfall,
)
from referral_playbook.steps.break_even.counted import Counted

PLAIN = Counted(months=12.0)
"""Twelve months without lags or discounting."""


class Nobody:
    """A client without a customers table."""

    def fact(self, name):
        return None


def test_a_reward_on_conversion_is_not_charged_for_what_did_not_convert():
    # 400 a customer, 50 reward: 350 left. Charged on each referral it would be 400 - 50 / 0.10, below zero.
    assert unit_contribution(inputs(reward_of(advocate=50), incremental_share=1.0)).value == pytest.approx(350)


def test_nothing_is_deducted_twice():
    both = unit_contribution(inputs(reward_of(advocate=25, friend=25), incremental_share=1.0))
    assert both.value == pytest.approx(350)


def test_a_reward_per_lead_is_charged_on_every_referral():
    # 5 per referral, half qualify, a tenth of them converts: 5 / 0.5 / 0.1 = 100 per conversion
    made = inputs(reward_of(advocate=5, trigger="lead"), incremental_share=1.0, conversion_rate=0.10)
    assert unit_contribution(made).value == pytest.approx(300)


def test_only_the_rewards_that_are_claimed_are_charged():
    made = inputs(reward_of(advocate=50), claim=0.4, incremental_share=1.0)
    assert unit_contribution(made).value == pytest.approx(380)


def test_the_answer_against_doing_nothing_by_hand():
    # baseline 12 conversions a year; 3000 + 12 x 50 = 3600 to cover, 250 from each: 14.4, so 15 extra conversions
    made = inputs(reward_of(advocate=50))
    rows = {r["answer"]: r for r in answer_rows(plan_of(made, fixed(3_000), PLAIN), fixed(3_000))}
    assert rows["naive"]["conversions"] == 7.5
    assert rows["every_referral"]["conversions"] == 12
    assert rows["against_nothing"]["conversions"] == 15
    assert rows["against_nothing"]["uplift"] == pytest.approx(2.2)
    asked = needed(Nobody(), made, fixed(3_000), PLAIN, months=12)
    assert asked["break_even_conversions"].value == 15
    assert asked["break_even_referrals"].value == 270  # (15 + 12) / 0.1
    assert asked["referrals_per_month_needed"].value == pytest.approx(22.5)
    assert asked["break_even_uplift"].value == pytest.approx(2.2)


def test_the_range_of_a_volume_is_rounded_outwards():
    share = assumed(0.75, 0.5, 1.0, unit="share", per="conversion", source="test")
    asked = needed(Nobody(), inputs(reward_of(advocate=50), incremental_share=share), fixed(3_000), PLAIN, months=12)
    n = asked["break_even_conversions"]
    assert (n.low, n.value, n.high) == (11, 15, 24)  # 3600 / 350 = 10.3, / 250 = 14.4, / 150 = 24


def test_no_uplift_below_one_breaks_even_however_unsure_the_inputs():
    rate = assumed(10.0, 4.0, 90.0, unit="referrals", per="month", source="test")
    shares = {
        "conversion_rate": assumed(0.2, 0.1, 0.8, unit="share", per="qualified referral", source="test"),
        "qualified_share": assumed(0.5, 0.3, 1.0, unit="share", per="referral", source="test"),
    }
    made = inputs(reward_of(advocate=50), baseline_referrals=rate, **shares)
    asked = needed(Nobody(), made, fixed(3_000), PLAIN, months=12)
    assert asked["break_even_uplift"].low == 1.0
    assert asked["break_even_uplift"].value == pytest.approx(2.2)


def test_a_contribution_that_may_be_nothing_has_no_upper_limit():
    share = assumed(0.5, 0.1, 0.9, unit="share", per="conversion", source="test")
    asked = needed(Nobody(), inputs(reward_of(advocate=50), incremental_share=share), fixed(3_000), PLAIN, months=12)
    assert asked["break_even_conversions"].open_above


@pytest.mark.parametrize("value", [60.0, 0.0, -20.0])
def test_a_conversion_that_leaves_nothing_breaks_even_at_no_volume(value):
    made = inputs(reward_of(advocate=50), customer_value=value)
    asked = needed(Nobody(), made, fixed(3_000), PLAIN, months=12)
    for name in ("break_even_conversions", "break_even_referrals", "break_even_uplift"):
        assert asked[name].value is None
        assert "any volume" in asked[name].reason
    assert changes_needed(made).get("reward", 0) == pytest.approx(max(0, 0.75 * value))


def test_an_input_that_is_not_known_gives_nothing_and_says_why():
    lost = undefined("no table says what a customer pays", unit="GBP", per="new customer")
    made = inputs(customer_value=lost)
    assert plan_of(made, fixed(1_000), PLAIN) is None
    assert needed(Nobody(), made, fixed(1_000), PLAIN, months=12)["break_even_conversions"].reason == lost.reason
    assert answer_rows(None, fixed(1_000)) == error_rows(None) == []


def test_one_extra_conversion_carries_the_rewards_on_the_baseline():
    rows = {r["part"]: r["amount"] for r in waterfall(inputs(reward_of(advocate=30, friend=20)))}
    # uplift 1.5: two baseline conversions stand beside each extra one, at 50 each
    assert rows["reward on referrals that come anyway"] == pytest.approx(-100)
    assert rows["would have come anyway"] == pytest.approx(-100)
    assert (rows["reward to advocate"], rows["reward to friend"]) == (-30, -20)
    assert rows["contribution"] == pytest.approx(400 - 100 - 50 - 100)


def test_without_uplift_there_is_no_extra_conversion_to_carry_them():
    rows = {r["part"]: r["amount"] for r in waterfall(inputs(reward_of(advocate=30), uplift=1.0))}
    assert rows["contribution"] is None


def test_a_set_up_that_is_spent_does_not_count():
    known = inputs(set_up_cost=0.0).known
    running = fixed_cost(known, months=12, set_up_spent=True)
    assert running.value == pytest.approx(1_200)
    assert "spent" in running.source
    fresh = fixed_cost(inputs(set_up_cost=500.0).known, months=12)
    assert fresh.value == pytest.approx(1_700)


def test_without_a_baseline_there_is_no_uplift_and_every_referral_counts():
    made = inputs(reward_of(advocate=50), baseline_referrals=exact("baseline_referrals", 0.0))
    rows = {r["answer"]: r for r in answer_rows(plan_of(made, fixed(3_000), PLAIN), fixed(3_000))}
    assert rows["against_nothing"]["conversions"] == rows["every_referral"]["conversions"] == 12
    assert rows["against_nothing"]["uplift"] is None


def test_each_error_of_public_calculators_says_what_it_does():
    rows = error_rows(plan_of(inputs(reward_of(advocate=50)), fixed(3_000), PLAIN))
    assert [(r["conversions"], r["effect"]) for r in rows] == [
        (12, "3 too low"),
        (None, "says that no number is enough"),
        (18, "3 too high"),
    ]
    free = error_rows(plan_of(inputs(), fixed(3_000), PLAIN))
    assert {r["effect"] for r in free} == {"makes no difference here"}
    dear = error_rows(plan_of(inputs(reward_of(advocate=500)), fixed(3_000), PLAIN))
    assert {r["effect"] for r in dear} == {"no number is enough"}
