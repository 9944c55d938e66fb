"""What if in step 02: a moved slider is a stated parameter, and what was not moved stays as planned."""

from __future__ import annotations

import pytest
from steps.value_exchange.made import known_as

from referral_playbook.contract.evidence import undefined
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.steps.value_exchange.what_if import live_settings

SPLIT = Offer(name="split", kind="cash", rewards=(Reward(cost=30), Reward(cost=10, side="friend")))


@pytest.fixture
def planned(sample):
    return live_settings(sample("brightdesk"), known_as(), SPLIT)


def as_planned(found):
    return {name: slider[3] for name, slider in found.sliders.items()}


def test_as_planned_it_is_the_formula_and_every_slider_can_reach_its_plan(planned):
    """0.1 x (0.8 x 400 - 10 - 40) = 27."""
    assert planned.answer(**as_planned(planned))["brings"].value == pytest.approx(27)
    for low, high, step, now in planned.sliders.values():
        assert low <= now <= high
        assert step > 0


def test_a_moved_input_is_that_of_the_formula(planned):
    moved = planned.answer(**as_planned(planned) | {"customer_value": 800.0})
    assert moved["brings"].value == pytest.approx(0.1 * (0.8 * 800 - 50))
    assert moved["ceiling"].value == pytest.approx(0.8 * 800 - 10)


def test_a_moved_reward_keeps_its_split(planned):
    moved = planned.answer(**as_planned(planned) | {"reward_both_sides": 80.0})
    assert moved["brings"].value == pytest.approx(0.1 * (320 - 10 - 80))
    assert planned.decides({"reward_both_sides": 80.0}) == {"reward_advocate": 60.0, "reward_friend": 20.0}
    assert planned.decides({"conversion_rate": 0.2}) == {"conversion_rate": 0.2}


def test_a_reward_per_lead_stays_one(sample):
    lead = Offer(name="lead", kind="gift", rewards=(Reward(cost=3, trigger="lead"),))
    found = live_settings(sample("brightdesk"), known_as(), lead)
    assert found.decides({"reward_both_sides": 6.0})["reward_trigger"] == "lead"


def test_an_unknown_value_has_no_sliders(sample):
    known = known_as() | {"customer_value": undefined("no prices", unit="GBP", per="new customer")}
    assert live_settings(sample("brightdesk"), known, SPLIT).sliders == {}
