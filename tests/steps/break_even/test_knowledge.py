"""Tornado, flip points and hold-out tests, where the right answer is known."""

from __future__ import annotations

import pytest
from steps.break_even.made import forecast, inputs, reward_of, uncertain_uplift

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.steps.break_even import knowledge
from referral_playbook.steps.break_even.knowledge import (
    Measurement,
    Pilots,
    evppi_rows,
    flip_rows,
    pilots,
    tornado_rows,
    trial_sizes,
    worst_ends,
)

NEW, RUNNING = ProgrammeStatus(running=False), ProgrammeStatus(running=True)


@pytest.fixture(scope="module")
def ran():
    share = assumed(0.6, 0.4, 0.8, unit="share", per="conversion", source="test")
    return forecast(inputs(reward_of(advocate=40), uplift=uncertain_uplift(1.8), incremental_share=share))


def test_the_tornado_ranks_the_uplift_first_and_says_its_basis(ran):
    rows = tornado_rows(ran)
    assert [r["input"] for r in rows] == ["uplift", "incremental_share"]
    assert rows[0]["low_result"] < rows[0]["high_result"]
    assert rows[0]["basis"] == "assumed"


def test_a_flip_point_is_where_the_result_is_zero(ran):
    rows = {r["input"]: r for r in flip_rows(ran)}
    at = rows["uplift"]["value"]
    assert ran.value_at(uplift=at) == pytest.approx(0, abs=2)
    assert rows["uplift"]["low"] <= ran.known["uplift"].low
    assert rows["uplift"]["high"] >= ran.known["uplift"].high


def test_a_flip_point_is_looked_for_over_the_whole_printed_range():
    # between p0.1 and p99.9 of its Beta this share never reaches 0.95, but that is what is printed
    share = assumed(0.5, 0.48, 0.95, unit="share", per="conversion", source="test")
    rows = {r["input"]: r for r in flip_rows(forecast(inputs(incremental_share=share)))}
    assert rows["incremental_share"]["high"] >= 0.95


def test_an_input_that_is_not_measured_is_put_to_its_bad_end(ran):
    ends = worst_ends(ran)
    assert set(ends) == {"uplift", "incremental_share"}
    low = ran.known["uplift"].low
    assert ends["uplift"] == pytest.approx((low, ran.value_at(uplift=low)))


def test_a_cost_has_its_bad_end_above():
    cost = assumed(100.0, 80.0, 300.0, unit="GBP", per="month", source="test")
    made = forecast(inputs(monthly_cost=cost))
    assert worst_ends(made)["monthly_cost"] == pytest.approx((300.0, made.value_at(monthly_cost=300.0)))


def test_the_uplift_is_worth_knowing_most(ran):
    rows = evppi_rows(ran)
    assert rows[0]["input"] == "uplift"
    assert rows[0]["evppi"] > rows[1]["evppi"] >= 0


def test_a_new_programme_is_tested_on_two_equal_groups_and_a_running_one_holds_some_out():
    assert {(t.asked, t.held_out) for t in trial_sizes(400, running=False)} == {(40, 40), (100, 100), (200, 200)}
    assert {(t.asked, t.held_out) for t in trial_sizes(400, running=True)} == {
        (360, 40),
        (320, 80),
        (280, 120),
        (200, 200),
    }
    assert trial_sizes(0, running=True) == ()


def test_a_test_that_is_worth_its_cost_is_named_with_size_months_and_cost(ran):
    found = pilots(ran, RUNNING, customers=1_000)
    assert found.best is not None
    assert found.best.net == max(t.net for t in found.trials)
    assert {"asked", "held_out", "months", "cost", "evsi", "net"} == set(found.rows()[0])
    assert found.estimate("GBP", ran.basis).value == found.best.worth


def test_where_the_answer_is_sure_no_test_is_worth_its_cost():
    sure = forecast(inputs(reward_of(advocate=40), uplift=3.0))
    found = pilots(sure, NEW, customers=1_000)
    assert found.best is None
    assert max(t.worth for t in found.trials) == 0


def test_a_test_that_hardly_any_future_needs_is_worth_nothing(monkeypatch, ran):
    """The programme costs 1,200 to the date; what is worth a tenth of a thousandth of that is worth nothing."""
    for worth, kept in ((0.12, 0.0), (12.0, 12.0)):
        monkeypatch.setattr(knowledge, "evsi", lambda *_, worth=worth, **__: worth)
        assert {t.worth for t in pilots(ran, RUNNING, customers=1_000).trials} == {kept}


def test_without_customers_or_inputs_there_is_no_test(ran):
    assert "no list of customers" in pilots(ran, NEW, customers=0).reason
    assert "too few customers" in pilots(ran, NEW, customers=1).reason
    lost = undefined("nobody counts referrals", unit="referrals", per="month")
    blind = forecast(inputs(baseline_referrals=lost))
    assert pilots(blind, NEW, customers=500).estimate("GBP", blind.basis).reason == "nobody counts referrals"
    assert tornado_rows(blind) == flip_rows(blind) == evppi_rows(blind) == []
    assert worst_ends(blind) == {}


def test_the_best_test_is_the_one_of_largest_net_worth():
    told = {"input": "uplift", "size": 10, "held_out": 10, "months": 3}
    trials = tuple(Measurement(**told, cost=c, worth=e) for c, e in ((10, 50), (100, 120), (5, 1)))
    assert Pilots(trials=trials).best is trials[0]
    assert Pilots(trials=trials[2:]).best is None
