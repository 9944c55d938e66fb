"""The economics against doing nothing: closed forms, and properties that hold for any client."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referral_playbook.methods.decisions.against_nothing import (
    ANY_VOLUME,
    Plan,
    break_even_uplift,
    calculator_errors,
    monthly_contribution,
    three_answers,
    what_would_have_to_change,
)

SHARE = st.floats(0.01, 1.0)
plans = st.builds(
    Plan,
    fixed_cost=st.floats(0, 1e5),
    months=st.integers(1, 60).map(float),
    baseline=st.floats(0, 1e4),
    qualified=SHARE,
    conversion=SHARE,
    value=st.floats(1, 1e5),
    incremental_share=SHARE,
    reward=st.floats(0, 1e4),
)


def _uplift(plan: Plan) -> float:
    return break_even_uplift(
        fixed_cost_per_month=plan.fixed_cost / plan.months,
        baseline=plan.baseline,
        qualified=plan.qualified,
        conversion=plan.conversion,
        value=plan.value,
        incremental_share=plan.incremental_share,
        reward=plan.reward,
    )


def _result(plan: Plan, uplift: float) -> float:
    """The whole period, written out from its sentence: margin of extra customers less rewards on all, less cost."""
    month = plan.baseline * plan.qualified * plan.conversion
    margin = (uplift * month - month) * plan.incremental_share * plan.value
    return plan.months * (margin - uplift * month * plan.reward) - plan.fixed_cost


@given(plans)
def test_the_contribution_is_zero_at_the_break_even_uplift(plan):
    assume(plan.margin > 1e-3 * plan.value and plan.baseline_conversions > 1e-3)
    uplift = _uplift(plan)
    scale = plan.baseline_conversions * uplift * plan.value + plan.fixed_cost
    assert abs(_result(plan, uplift)) <= 1e-9 * scale
    expected = (plan.incremental_share * plan.value + plan.fixed_cost / plan.baseline_conversions) / plan.margin
    assert uplift == pytest.approx(expected, rel=1e-9)


@given(plans, st.floats(0, 5))
def test_months_of_contribution_less_set_up_are_the_result(plan, uplift):
    month = monthly_contribution(
        baseline=plan.baseline,
        qualified=plan.qualified,
        conversion=plan.conversion,
        uplift=uplift,
        value=plan.value,
        incremental_share=plan.incremental_share,
        reward=plan.reward,
        running_cost=plan.fixed_cost / plan.months,
    )
    scale = plan.baseline_conversions * (plan.value + plan.reward) * 6 + plan.fixed_cost + 1
    assert month * plan.months == pytest.approx(_result(plan, uplift), abs=1e-9 * scale)


@given(plans)
def test_extra_conversions_cover_the_cost_and_one_fewer_does_not(plan):
    assume(plan.margin > 1e-3 * plan.value)
    needed = three_answers(plan)[2]
    assert needed.exact == pytest.approx(
        (plan.fixed_cost + plan.baseline_conversions * plan.reward) / plan.margin, rel=1e-9, abs=1e-12
    )
    assert needed.conversions == math.ceil(needed.exact - 1e-9 * max(1, needed.exact))
    in_all = needed.referrals * plan.qualified * plan.conversion
    assert in_all == pytest.approx(needed.conversions + plan.baseline_conversions, rel=1e-9)


@given(plans)
def test_the_uplift_of_the_third_answer_is_the_break_even_uplift(plan):
    assume(plan.margin > 1e-3 * plan.value and plan.baseline_conversions > 1e-3)
    assert three_answers(plan)[2].uplift == pytest.approx(_uplift(plan), rel=1e-9)


@given(plans)
def test_without_a_baseline_the_third_answer_is_the_second(plan):
    alone = replace(plan, baseline=0.0)
    _, every, against = three_answers(alone)
    assert (every.exact, every.conversions, every.referrals) == (against.exact, against.conversions, against.referrals)
    assert every.uplift is None


@given(plans)
def test_a_vanishing_baseline_changes_nothing_suddenly(plan):
    assume(plan.margin > 1e-2 * plan.value)
    almost, none = (three_answers(replace(plan, baseline=b))[2].exact for b in (1e-12, 0.0))
    assert almost == pytest.approx(none, rel=1e-9, abs=1e-9)


@given(plans, st.floats(1.01, 4))
def test_at_the_reward_ceiling_a_month_contributes_nothing(plan, uplift):
    without = plan.incremental_share * plan.value
    ceiling = without * (uplift - 1) / uplift
    month = monthly_contribution(
        baseline=plan.baseline,
        qualified=plan.qualified,
        conversion=plan.conversion,
        uplift=uplift,
        value=plan.value,
        incremental_share=plan.incremental_share,
        reward=ceiling,
    )
    assert abs(month) <= 1e-9 * (1 + plan.baseline * plan.value * uplift)
    assert ceiling < without <= plan.value


@given(plans)
def test_a_conversion_that_leaves_nothing_breaks_even_at_no_volume(plan):
    assume(plan.margin <= 0 and plan.fixed_cost > 0)
    every, against = three_answers(plan)[1:]
    assert every.reason == against.reason == ANY_VOLUME
    assert against.conversions is None
    assert math.isinf(_uplift(plan))
    changes = what_would_have_to_change(value=plan.value, incremental_share=plan.incremental_share, reward=plan.reward)
    assert changes["reward"] == pytest.approx(plan.incremental_share * plan.value)
    assert changes["value"] * plan.incremental_share == pytest.approx(plan.reward)


def test_a_worked_example_by_hand():
    # 19.2 referrals, 53% qualify, 30% convert: 3.05 conversions a month, 36.63 in a year.
    plan = Plan(
        fixed_cost=8000,
        months=12,
        baseline=19.2,
        qualified=0.53,
        conversion=0.30,
        value=1000,
        incremental_share=0.6,
        reward=100,
    )
    naive, every, against = three_answers(plan)
    assert naive.conversions == 8.0
    assert every.conversions == 16.0  # 8000 / 500
    assert against.exact == pytest.approx((8000 + 36.6336 * 100) / 500)  # 23.33
    assert against.conversions == 24.0
    assert against.referrals == pytest.approx((24 + 36.6336) / 0.159)
    assert against.uplift == pytest.approx(1 + 23.32672 / 36.6336)
    assert against.per(12) == pytest.approx(381.343396 / 12, rel=1e-6)
    assert against.per(0) is None


def test_a_programme_that_changes_nothing_loses_its_rewards_and_its_cost():
    assert monthly_contribution(
        baseline=10,
        qualified=0.5,
        conversion=0.2,
        uplift=1.0,
        value=400,
        incremental_share=0.8,
        reward=50,
        running_cost=60,
    ) == pytest.approx(-110)


def test_arrays_give_arrays():
    uplifts = break_even_uplift(
        fixed_cost_per_month=250.0,
        baseline=np.array([0.0, 10.0, 10.0]),
        qualified=0.5,
        conversion=0.2,
        value=np.array([400.0, 400.0, 50.0]),
        incremental_share=0.75,
        reward=50.0,
    )
    assert np.isinf(uplifts[[0, 2]]).all()
    assert uplifts[1] == pytest.approx(2.2)


def test_the_three_errors_of_public_calculators():
    plan = Plan(
        fixed_cost=3000,
        months=12,
        baseline=10,
        qualified=0.5,
        conversion=0.5,
        value=400,
        incremental_share=0.75,
        reward=20,
    )
    # right: (3000 + 30 * 20) / 280 = 12.9; credited: 3000 / 280; unconverted: 3600 / 220; twice: 3600 / 260
    assert three_answers(plan)[2].conversions == 13.0
    assert list(calculator_errors(plan).values()) == [11.0, 17.0, 14.0]


@pytest.mark.parametrize("wrong", [{"months": 0.0}, {"baseline": -1.0}, {"fixed_cost": math.inf}, {"conversion": 1.2}])
def test_impossible_inputs_are_refused(wrong):
    right = {"fixed_cost": 1.0, "months": 1.0, "baseline": 1.0, "qualified": 0.5, "conversion": 0.5, "value": 1.0}
    with pytest.raises(ValueError, match=r"months|finite|share"):
        Plan(**(right | wrong))
