"""What if in step 05: as planned it is the step itself, and a moved slider is a changed parameter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from steps.break_even.made import inputs, reward_of

from referral_playbook.contract.evidence import undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.break_even.step import find
from referral_playbook.steps.break_even.verdict import verdict
from referral_playbook.steps.break_even.what_if import _step, caption, live_settings


@pytest.fixture(scope="module")
def finding(sample):
    return find(sample(), Parameters.of("break_even", draws=1_000))


@pytest.fixture(scope="module")
def planned(sample, finding):
    return live_settings(sample(), finding)


def plan_of(found):
    return {name: slider[3] for name, slider in found.sliders.items()}


def test_as_planned_everything_is_that_of_the_step(planned, finding):
    answer = planned.answer(**plan_of(planned))
    assert answer["extra_conversions_needed"] is finding.needed["break_even_conversions"]
    assert answer["value_result"] is finding.outcomes["value_result"]
    assert planned.verdict(**plan_of(planned)) == verdict(finding)
    futures = planned.drawn(**plan_of(planned))
    assert futures["futures"] == [row["value_result"] for row in finding.forecast.sample()]


def test_a_moved_slider_is_what_the_step_finds_with_that_parameter(planned, finding, sample):
    moved = planned.answer(**plan_of(planned) | {"conversion_rate": 0.4})
    stated = find(sample(), Parameters.of("break_even", draws=1_000, conversion_rate=0.4))
    assert moved["value_result"].value == pytest.approx(stated.outcomes["value_result"].value)
    assert moved["value_result"].value > finding.outcomes["value_result"].value


def test_every_slider_reaches_its_plan(planned):
    assert set(planned.sliders) == {
        "uplift",
        "incremental_share",
        "conversion_rate",
        "reward_both_sides",
        "monthly_cost",
    }
    for low, high, step, now in planned.sliders.values():
        assert low <= now <= high
        assert step > 0


def test_a_moved_reward_keeps_its_split(sample, finding):
    made = inputs(reward_of(30.0, 10.0))
    found = live_settings(sample(), replace(finding, inputs=made))
    changes = found.decides({"reward_both_sides": 80.0, "uplift": 2.0})
    assert changes == {"uplift": 2.0, "reward_advocate": 60.0, "reward_friend": 20.0}


def test_a_reward_per_lead_stays_one(sample, finding):
    found = live_settings(sample(), replace(finding, inputs=inputs(reward_of(3.0, trigger="lead"))))
    assert found.decides({"reward_both_sides": 6.0})["reward_trigger"] == "lead"


def test_inputs_that_are_not_known_have_no_sliders(sample, finding):
    lacking = inputs(customer_value=undefined("no prices", unit="GBP", per="new customer"))
    assert live_settings(sample(), replace(finding, inputs=lacking)).sliders == {}


@pytest.mark.parametrize(("most", "step"), [(50.0, 1.0), (240.0, 2.0), (4_400.0, 40.0)])
def test_a_slider_has_about_a_hundred_steps_of_whole_money(most, step):
    assert _step(most) == step


def test_the_caption_says_on_how_many_futures_it_rests():
    assert "2,500 futures" in caption()
    assert "300 futures" in caption(300)
