"""When the money moves: lags as dated, margin as it comes in, and the cost sheet that adds up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain import programme_costs
from referral_playbook.domain.assumptions import decided
from referral_playbook.methods.cash import result_of
from referral_playbook.steps.break_even import cash, programme, volume
from referral_playbook.steps.break_even import step as break_even


@pytest.fixture(scope="module")
def plan(sample):
    client = sample()
    known = break_even.economics_of(client) | programme_costs.costs(client)
    return programme.programme(client, known=known, offer=break_even.offer_of(client), draws=2000)


def dated(client, days):
    start = pd.to_datetime(["2026-01-01"] * len(days))
    rows = {"referred_on": start, "qualified_on": start + pd.to_timedelta(days, unit="D")}
    return client.with_facts(referrals=pd.DataFrame(rows))


def test_a_lag_is_the_share_by_whole_months_and_the_open_ones_do_not_count(sample):
    client = dated(sample(), [3, 20, 40, float("nan"), 70])
    assert cash.stage_lag(client, "referred_on", "qualified_on") == (0.5, 0.25, 0.25)


def test_what_takes_years_is_put_at_the_longest(sample):
    assert len(cash.stage_lag(dated(sample(), [3, 900]), "referred_on", "qualified_on")) == 13


def test_undated_stages_follow_at_once(sample):
    assert cash.stage_lag(dated(sample(), [float("nan")]), "referred_on", "qualified_on") == (1.0,)


def test_margin_comes_as_long_as_customers_stay(sample, truth):
    lag = cash.margin_lag(sample())
    assert sum(lag) == pytest.approx(1)
    assert all(np.diff(lag) <= 1e-12)
    true = truth()["retention"]["all"]["survival"]["12"]
    assert lag[12] / lag[0] == pytest.approx(true, abs=0.05)
    assert cash.margin_lag(sample("cupboard")) == (1.0,)


def test_all_at_once_it_is_the_result_of_the_futures(plan):
    found = cash.cash_in_hand(plan, (1.0,))
    means = {name: np.array([d.mean]) for name, d in plan.inputs.items()}
    assert found.so_far[-1] == pytest.approx(float(result_of(plan.plan, means)[0]))


def test_margin_that_comes_later_pays_back_later_and_takes_more(plan, sample):
    at_once = cash.cash_in_hand(plan, (1.0,))
    in_hand = cash.cash_in_hand(plan, cash.margin_lag(sample()))
    assert (in_hand.pay_back or np.inf) > at_once.pay_back
    assert in_hand.deepest > at_once.deepest
    assert all(in_hand.so_far <= at_once.so_far + 1e-6)


def test_pay_back_is_where_it_stays_above_nothing():
    def month(*so_far):
        return cash.CashInHand(so_far=np.array(so_far, dtype=float), unit="GBP").pay_back

    assert month(-5, 1, -1, 2, 3) == 4
    assert month(1, 2) == 1
    assert month(-5, -1) is None


@pytest.mark.parametrize(("monthly", "says"), [(50.0, "is paid back in month"), (900.0, "is not paid back within 24")])
def test_words_name_month_and_outlay(plan, sample, monthly, says):
    cost = decided("monthly_cost", monthly, unit="GBP", per="month")
    words = cash.in_hand_words(sample(), replace(plan, known={**plan.known, "monthly_cost": cost}))
    assert says in words
    assert "are laid out" in words


def test_the_cost_sheet_adds_up(sample):
    known = programme_costs.costs(sample(), hourly_rate=40)
    rows = pd.DataFrame(programme_costs.cost_rows(sample(), known, months=12, hourly_rate=40))
    items = rows[rows["item"] != "all"]
    for when, name in (("a month", "monthly_cost"), ("once", "set_up_cost")):
        part = items[items["when"] == when]
        assert 40 * part["hours"].sum() + part["spent"].sum() == pytest.approx(known[name].value)
        assert sum(e.value for e in part["cost"]) == pytest.approx(known[name].value)


def test_stated_hours_stand_alone(sample):
    known = programme_costs.costs(sample(), hours_per_month=10)
    rows = programme_costs.cost_rows(sample(), known, months=6)
    assert [row["when"] for row in rows] == ["a month", "once", "until month 6"]


def test_the_volume_is_shared_out_among_those_who_are_there(plan, sample):
    contribution = break_even.unit_contribution(plan.known, plan.offer)
    fixed = programme_costs.fixed_cost(dict(plan.known), months=12)
    needed = volume.volumes(fixed, contribution, plan.known["conversion_rate"])
    each = volume.shares(sample(), needed, plan)
    advocates, customers = volume.advocates_and_customers(sample())
    assert each["referrals_per_advocate"].value == pytest.approx(needed["break_even_referrals"].value / advocates)
    assert each["referrals_per_customer"].value == pytest.approx(needed["break_even_referrals"].value / customers)
    assert each["times_todays_rate"] in volume.shared_out(sample(), needed, plan)
