"""A client to whom no referral comes: the uplift multiplies nothing, so new referrals are counted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from steps.break_even.made import forecast, inputs, reward_of

from referral_playbook.contract.evidence import Status, assumed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.new_referrals import from_asks, new_referrals, starts_from_nothing
from referral_playbook.domain.programme.status import ProgrammeStatus
from referral_playbook.steps.break_even.step import build_result, find
from referral_playbook.steps.goal_setting import step as goal_setting

NEW, RUNNING = ProgrammeStatus(running=False), ProgrammeStatus(running=True)


def a_month(value, low=None, high=None):
    low, high = (value if x is None else x for x in (low, high))
    return assumed(value, low, high, unit="referrals", per="month", source="test")


def test_every_new_referral_is_extra_and_the_every_referral_figures_come_back():
    made = inputs(reward_of(advocate=50), baseline_referrals=0.0, uplift=1.0, new_referrals=30.0)
    ahead = forecast(made)
    # 30 x 0.5 x 0.2 = 3 conversions a month, each leaves 0.75 x 400 - 50 = 250; less 100 a month of cost
    assert ahead.value_at() == pytest.approx(12 * (3 * 250 - 100))
    assert ahead.estimates()["extra_conversions"].value == pytest.approx(36)
    # 1,200 / 250 = 4.8, so 5 conversions, or 50 referrals, whoever is credited
    needed = 50 / 12
    assert ahead.value_at(new_referrals=needed) == pytest.approx(5 * 250 - 1_200)


def test_no_new_referrals_lose_the_cost_and_no_rewards():
    made = inputs(reward_of(advocate=50), baseline_referrals=0.0, uplift=1.0, new_referrals=0.0)
    assert forecast(made).value_at() == pytest.approx(-1_200)


def test_new_referrals_are_counted_only_where_none_come_and_no_programme_runs(sample):
    client = sample()
    assert starts_from_nothing(a_month(0.0), NEW)
    assert not starts_from_nothing(a_month(0.0), RUNNING)
    assert not starts_from_nothing(a_month(0.2), NEW)
    assert new_referrals(client, baseline=a_month(2.0), status=NEW, stated=9.0).value == 0
    stated = new_referrals(client, baseline=a_month(0.0), status=NEW, stated=9.0)
    assert (stated.low, stated.value, stated.high) == (0.0, 9.0, 18.0)  # it may also bring nothing
    asked = new_referrals(client, baseline=a_month(0.0), status=NEW)
    customers = int((~client.fact("customer_profile")["left"].astype(bool)).sum())
    assert asked.value == pytest.approx(0.10 * customers / 12)
    assert asked.value == from_asks(customers).value


@pytest.fixture(scope="module")
def quiet(sample):
    """The services firm, whom nobody has ever sent a friend; no programme runs."""
    client = sample("harlow-partners")
    lost = ("referrals", "referral_funnel", "referral_edges", "advocate_months", "lead_sources")
    return replace(client, absent={**client.absent, **dict.fromkeys(lost, "not exported")})


FEW = {"draws": 4_000}


def test_the_step_names_a_small_test_of_asking_and_no_uplift(quiet):
    result = build_result(find(quiet, Parameters.of("break_even", baseline_referrals=0.0, new_referrals=6.0, **FEW)))
    assert result.estimate("baseline_referrals").value == 0
    assert result.estimate("uplift").value is None
    assert "nothing to multiply" in result.estimate("uplift").reason
    assert result.estimate("new_referrals").value == 6.0
    assert result.estimate("break_even_uplift").value is None
    rows = {row["answer"]: row for row in result.tables["three_answers"]}
    assert rows["against_nothing"]["conversions"] == rows["every_referral"]["conversions"]
    assert result.verdict.status is Status.TEST_SMALL
    assert "count the referrals that follow" in result.verdict.reason
    assert "hold out" not in result.verdict.reason


def test_without_a_stated_number_the_plan_asks_every_customer_once_a_year(quiet):
    found = find(quiet, Parameters.of("break_even", baseline_referrals=0.0, **FEW))
    customers = int((~quiet.fact("customer_profile")["left"].astype(bool)).sum())
    assert found.inputs.known["new_referrals"].value == pytest.approx(customers / 120)
    assert build_result(found).verdict.status in (Status.TEST_SMALL, Status.STOP)


def test_the_goal_of_step_04_is_the_new_referrals(quiet):
    given = Parameters.of("goal_setting", baseline_referrals=0.0, referrals_per_month=0.0, new_referrals=6.0)
    result = goal_setting.build_result(goal_setting.find(quiet, given))
    assert result.estimate("programme_goal").value == pytest.approx(6.0)
    assert result.estimate("extra_referrals_per_month").value == pytest.approx(6.0)
    assert result.estimate("uplift").value is None
