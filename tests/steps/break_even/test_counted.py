"""The formulas of break-even agree with the value clock: one break-even uplift, whatever the lags and the discount."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steps.break_even.made import fixed, forecast, inputs, reward_of, uncertain_uplift

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.programme.costs import fixed_cost
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.methods.decisions.against_nothing import break_even_uplift
from referral_playbook.steps.break_even.answers import needed, plan_of
from referral_playbook.steps.break_even.counted import Counted, counted_of
from referral_playbook.steps.break_even.knowledge import flip_rows

LATE = {"qualified_after": (0.3, 0.7), "converted_after": (0.2, 0.5, 0.3), "discount_rate": 0.10}
NEW = ProgrammeStatus(running=False)


class Nobody:
    """A client without a customers table."""

    def fact(self, name):
        return None


def asked_of(made, ahead):
    spent = fixed_cost(made.known, months=12)
    counts = counted_of(made.known, ahead.timetable)
    return needed(Nobody(), made, spent, counts, months=12), plan_of(made, spent, counts)


@settings(max_examples=60, deadline=None)
@given(
    share=st.floats(0.3, 1.0),
    baseline=st.floats(0.5, 80.0),
    monthly=st.floats(1.0, 500.0),
    once=st.floats(0.0, 5_000.0),
    late=st.booleans(),
    lead=st.booleans(),
)
def test_at_the_break_even_uplift_the_value_result_is_zero(share, baseline, monthly, once, late, lead):
    offer = reward_of(advocate=5, trigger="lead") if lead else reward_of(advocate=40, friend=20)
    given_ = {"incremental_share": share, "baseline_referrals": baseline}
    made = inputs(offer, monthly_cost=monthly, set_up_cost=once, **given_)
    ahead = forecast(made, **(LATE if late else {}))
    asked, plan = asked_of(made, ahead)
    factor = asked["break_even_uplift"].value
    if factor is None:  # a conversion leaves nothing
        assert plan.margin <= 0
        return
    assert ahead.value_at(uplift=factor) == pytest.approx(0.0, abs=1e-9 * (12 * monthly + once) * factor)


def test_without_lags_and_discount_it_is_the_formula_of_the_month():
    made = inputs(reward_of(advocate=50))
    asked, plan = asked_of(made, forecast(made))
    alone = {"baseline": 10, "qualified": 0.5, "conversion": 0.2, "value": 400, "incremental_share": 0.75, "reward": 50}
    wanted = break_even_uplift(fixed_cost_per_month=100, **alone)
    assert asked["break_even_uplift"].value == pytest.approx(wanted, rel=1e-12)
    assert (plan.months, plan.fixed_cost) == (12, pytest.approx(1_200))


def test_the_flip_point_of_the_uplift_is_the_break_even_uplift():
    share = assumed(0.6, 0.4, 0.8, unit="share", per="conversion", source="test")
    made = inputs(reward_of(advocate=40), uplift=uncertain_uplift(1.8), incremental_share=share)
    ahead = forecast(made, **LATE)
    (row,) = [r for r in flip_rows(ahead) if r["input"] == "uplift"]
    assert row["value"] == pytest.approx(asked_of(made, ahead)[0]["break_even_uplift"].value, rel=1e-9)


def test_where_nobody_converts_by_the_date_no_figure_is_made_up():
    made = inputs(reward_of(advocate=40))
    ahead = forecast(made, converted_after=(0.0,) * 12 + (1.0,))
    counts = counted_of(made.known, ahead.timetable)
    assert counts == Counted(months=0.0)
    asked = needed(Nobody(), made, fixed(1_200), counts, months=12)
    assert asked["break_even_uplift"].value is None
    assert "by the date" in asked["break_even_uplift"].reason
    assert plan_of(made, fixed(1_200), counts) is None
