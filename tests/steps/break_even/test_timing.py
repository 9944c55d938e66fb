"""Lags as dated, margin as it comes in, and the cost sheet that adds up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from steps.break_even.made import reward_of

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme import costs
from referral_playbook.steps.break_even import timing


def dated(client, days):
    start = pd.to_datetime(["2026-01-01"] * len(days))
    rows = {"referred_on": start, "qualified_on": start + pd.to_timedelta(days, unit="D")}
    return client.with_facts(referrals=pd.DataFrame(rows))


def test_a_lag_is_the_share_by_whole_months_and_the_open_ones_do_not_count(sample):
    client = dated(sample(), [3, 20, 40, float("nan"), 70])
    assert timing.stage_lag(client, "referred_on", "qualified_on") == (0.5, 0.25, 0.25)


def test_what_takes_years_is_put_at_the_longest(sample):
    assert len(timing.stage_lag(dated(sample(), [3, 900]), "referred_on", "qualified_on")) == 13


def test_undated_stages_follow_at_once(sample):
    assert timing.stage_lag(dated(sample(), [float("nan")]), "referred_on", "qualified_on") == (1.0,)


def test_margin_comes_as_long_as_customers_stay(sample, truth):
    lag = timing.margin_lag(sample())
    assert sum(lag) == pytest.approx(1)
    assert all(np.diff(lag) <= 1e-12)
    true = truth()["retention"]["all"]["survival"]["12"]
    assert lag[12] / lag[0] == pytest.approx(true, abs=0.05)
    assert timing.margin_lag(sample("cupboard")) == (1.0,)


def test_a_held_reward_is_paid_after_the_hold_where_no_dates_say_otherwise(sample):
    undated = dated(sample(), [3])
    undated = undated.with_facts(
        referrals=undated.fact("referrals")
        .assign(converted_on=pd.NaT, rewarded_on=pd.NaT)
        .astype({"converted_on": "datetime64[ns]", "rewarded_on": "datetime64[ns]"})
    )
    assert timing.reward_lag(undated, reward_of(advocate=50, trigger="hold"), hold_days=60) == (0.0, 0.0, 1.0)
    assert timing.reward_lag(undated, reward_of(advocate=50), hold_days=60) == (1.0,)


def test_the_timetable_reaches_the_longer_of_both_horizons(sample):
    for months, followed in ((12, 36), (48, 48)):
        p = Parameters.of("break_even", break_even_months=months, payback_months=36)
        assert timing.timetable(sample(), reward_of(), p).months == followed


def test_the_cost_sheet_adds_up(sample):
    known = costs.costs(sample(), hourly_rate=40)
    rows = pd.DataFrame(costs.cost_rows(sample(), known, months=12, hourly_rate=40))
    items = rows[rows["item"] != "all"]
    for when, name in (("a month", "monthly_cost"), ("once", "set_up_cost")):
        part = items[items["when"] == when]
        assert 40 * part["hours"].sum() + part["spent"].sum() == pytest.approx(known[name].value)
        assert sum(e.value for e in part["cost"]) == pytest.approx(known[name].value)


def test_stated_hours_stand_alone(sample):
    known = costs.costs(sample(), hours_per_month=10)
    rows = costs.cost_rows(sample(), known, months=6)
    assert [row["when"] for row in rows] == ["a month", "once", "until month 6"]
