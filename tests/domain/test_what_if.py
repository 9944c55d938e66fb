"""What a reader moves in steps 02, 04 and 05: it begins at the plan, moves the right way, and is drawn and tabled."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import Status, undefined
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme import offers, referral_inputs
from referral_playbook.domain.programme.offers import NO_OFFER, paying, reward_ceiling, unit_value
from referral_playbook.show import whatif
from referral_playbook.show.figures import bars, gate, quantile_dotplot
from referral_playbook.show.whatif import drawing, what_if
from referral_playbook.steps.break_even import what_if as programme_what_if
from referral_playbook.steps.break_even.step import build_result, find
from referral_playbook.steps.break_even.verdict import verdict_of_gate
from referral_playbook.steps.goal_setting import step as goal_setting
from referral_playbook.steps.goal_setting import what_if as goal_what_if
from referral_playbook.steps.value_exchange import what_if as offer_what_if


@pytest.fixture(scope="module")
def offer_live(sample):
    client = sample()
    known, offer = referral_inputs.inputs(client), offers.chosen(client)
    return offer_what_if.live_settings(client, known, offer), known, offer


@pytest.fixture(scope="module")
def programme(sample):
    return find(sample(), Parameters.of("break_even", draws=4_000))


@pytest.fixture(scope="module")
def programme_moves(sample, programme):
    return programme_what_if.live_settings(sample(), programme, draws=1_000)


@pytest.fixture(scope="module")
def goal_moves(sample):
    return goal_what_if.live_settings(goal_setting.find(sample()))


@pytest.fixture(params=["value_exchange", "goal_setting", "break_even"])
def step(request, offer_live, goal_moves, programme_moves):
    """A step's live, with the figure that its notebook draws."""
    return {
        "value_exchange": (offer_live[0], gate),
        "goal_setting": (goal_moves, bars),
        "break_even": (programme_moves, quantile_dotplot),
    }[request.param]


def plan_of(live):
    return {name: value for name, (_, _, _, value) in live.sliders.items()}


def test_the_plan_lies_on_every_slider(step):
    live, _ = step
    assert all(low <= value <= high and by > 0 for low, high, by, value in live.sliders.values())


def test_headless_it_is_a_table_and_no_widget_library_is_needed(step, monkeypatch):
    """An import of ipywidgets would fail here; a row for the plan, and one for each end that is not the plan."""
    live, figure = step
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    shown = what_if(live.answer, sliders=live.sliders, units=live.units, draw=drawing(figure, live.drawn))
    ends = sum((low != value) + (high != value) for low, high, _, value in live.sliders.values())
    assert len(repr(shown).splitlines()) == 3 + 1 + ends
    assert "as planned" in repr(shown)


def test_live_a_slider_redraws_the_table_and_the_picture(step, monkeypatch):
    live, figure = step
    monkeypatch.setattr(whatif, "live", lambda: True)
    box = what_if(live.answer, sliders=live.sliders, draw=drawing(figure, live.drawn), verdict=live.verdict)
    judged, side, table = box.children
    controls, right = side.children
    (image,) = right.children
    before = table.value, image.value
    assert (table.value.count("<table"), image.value.count("<img")) == (1, 1)
    controls.children[0].value = next(iter(live.sliders.values()))[1]
    assert table.value != before[0]
    assert image.value != before[1]
    assert ("As planned:" in judged.value) == (live.verdict is not None)


def test_an_offer_begins_where_the_step_stands(offer_live):
    live, known, offer = offer_live
    found = live.answer(**plan_of(live))
    assert found["brings"] == unit_value(known, offer)
    assert found["ceiling"] == reward_ceiling(known, trigger=offer.trigger, hold_survival=offer.hold_survival)


def test_a_reward_at_the_ceiling_leaves_nothing(offer_live):
    live, *_ = offer_live
    plan = plan_of(live)
    most = live.answer(**plan)["ceiling"].value
    assert live.answer(**plan | {"reward_both_sides": most})["brings"].value == pytest.approx(0, abs=1e-6)
    assert live.answer(**plan | {"reward_both_sides": 2 * most})["brings"].value < 0
    assert live.answer(**plan | {"conversion_rate": 0.5})["ceiling"].value == pytest.approx(most)


def test_a_reward_keeps_its_split_and_where_there_was_none_it_is_halved(offer_live):
    *_, offer = offer_live
    double = paying(offer, 2 * offer.both_sides)
    assert double.cost("friend") == 2 * offer.cost("friend")
    assert paying(NO_OFFER, 30.0).cost("advocate") == paying(NO_OFFER, 30.0).cost("friend") == 15.0


def test_break_even_begins_where_the_step_stands(programme, programme_moves):
    plan = plan_of(programme_moves)
    found = programme_moves.answer(**plan)
    assert found["extra_conversions_needed"] == programme.needed["break_even_conversions"]
    assert found["probability_by_date"] == programme.outcomes["probability_by_date"]
    assert programme_moves.verdict(**plan) == build_result(programme).verdict


def test_a_moved_slider_says_what_the_step_finds_once_it_is_the_plan(sample, programme_moves):
    """The same inputs, ranges and gate: kept as parameters, the settings give the step the panel's own verdict."""
    settings = plan_of(programme_moves) | {"uplift": 2.0, "reward_both_sides": 60.0, "monthly_cost": 150.0}
    changed = {name: value for name, value in settings.items() if value != programme_moves.sliders[name][3]}
    stated = programme_moves.decides(changed)
    assert stated == {"uplift": 2.0, "reward_advocate": 30.0, "reward_friend": 30.0, "monthly_cost": 150.0}
    kept = find(sample(), Parameters.of("break_even", **stated, draws=1_000))
    found = programme_moves.answer(**settings)
    assert found["extra_conversions_needed"] == kept.needed["break_even_conversions"]
    assert found["value_result"] == kept.outcomes["value_result"]
    assert programme_moves.verdict(**settings) == verdict_of_gate(kept)


def test_the_verdict_follows_the_sliders_through_the_gate(programme_moves):
    plan = plan_of(programme_moves)
    assert programme_moves.verdict(**plan | {"incremental_share": 0.0}).status is Status.STOP
    best = {"incremental_share": 1.0, "reward_both_sides": 0.0, "monthly_cost": 0.0}
    assert programme_moves.verdict(**plan | best).status is Status.GO
    assert programme_moves.verdict(**plan | best | {"uplift": 3.0}).status is Status.TEST_SMALL  # stated, not measured


@pytest.mark.parametrize(
    ("name", "worse", "better"),
    [
        ("conversion_rate", 0.05, 0.4),
        ("incremental_share", 0.2, 1.0),
        ("uplift", 1.0, 3.0),
        ("reward_both_sides", 500.0, 0.0),
        ("monthly_cost", 800.0, 0.0),
    ],
)
def test_each_setting_moves_the_probability_its_way(programme_moves, name, worse, better):
    plan = plan_of(programme_moves) | {"uplift": 2.0}
    chances = [programme_moves.answer(**plan | {name: x})["probability_by_date"].value for x in (worse, better)]
    assert chances[0] < chances[1]


def test_the_dots_are_those_of_the_probability(programme_moves):
    plan = plan_of(programme_moves) | {"uplift": 2.0}
    drawn, found = programme_moves.drawn(**plan), programme_moves.answer(**plan)
    assert len(drawn["futures"]) == 50
    ahead = sum(x >= 0 for x in drawn["futures"]) / 50
    assert ahead == pytest.approx(found["probability_by_date"].value, abs=0.03)


def test_a_reward_that_eats_the_worth_says_so_in_the_table_and_is_not_refused(programme_moves):
    found = programme_moves.answer(**plan_of(programme_moves) | {"incremental_share": 0.0})
    assert "cannot break even at any volume" in found["extra_conversions_needed"].reason
    assert 0 < found["probability_by_date"].value < 0.001  # never printed as impossible


def test_what_nobody_knows_cannot_be_moved(sample, programme):
    value = undefined("no payments", unit="GBP", per="new customer")
    known = {**programme.inputs.known, "customer_value": value}
    unknown = replace(
        programme, inputs=replace(programme.inputs, known=known), forecast=replace(programme.forecast, known=known)
    )
    live = programme_what_if.live_settings(sample(), unknown)
    assert live.sliders == {}
    assert "not known" in repr(what_if(live.answer, sliders=live.sliders))
    assert "not known" in drawing(quantile_dotplot, live.drawn)().alt


def test_the_goal_moves_with_the_uplift(goal_moves):
    plan = plan_of(goal_moves)
    one, two = (goal_moves.drawn(**plan | {"uplift": u})["values"] for u in (1.0, 2.0))
    assert two["referrals"].value > one["referrals"].value
    assert two["qualified"].value / one["qualified"].value == pytest.approx(
        two["referrals"].value / one["referrals"].value
    )
    twice = goal_moves.answer(**plan | {"qualified": 1.0})["new_customers_a_month"].value
    assert twice == pytest.approx(goal_moves.answer(**plan)["new_customers_a_month"].value / plan["qualified"])
