"""A running programme is recognised, and its record is a description per 1,000 customer-months."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.estimate import Basis, Estimate
from referral_playbook.domain.programme.status import ProgrammeStatus, programme_record, programme_status
from referral_playbook.domain.programme.uplift import published_uplift, stated_uplift
from referral_playbook.domain.programme.without_programme import baseline_referrals, before_programme, over_uplift


def test_costs_rewards_or_arms_show_that_a_programme_runs(sample):
    found = programme_status(sample())
    assert found.running
    assert str(found.start) == "2025-07"
    assert any("costs" in sign for sign in found.signs)
    assert "continue, change or stop" in found.question


def test_without_any_of_them_none_runs(simulated):
    found = programme_status(simulated(customers=250, without=("costs", "arms", "referrals")))
    assert not found.running
    assert found.question == "Should the programme start?"
    assert programme_record(simulated(customers=250, without=("costs", "arms", "referrals")), found) == []


def test_a_stated_start_goes_before_the_tables(sample):
    assert str(programme_status(sample(), programme_start="2026-01").start) == "2026-01"


def test_the_record_counts_what_the_tables_hold(sample):
    client = sample()
    before, since = programme_record(client, programme_status(client))
    rows = client.fact("referrals")
    start = pd.Timestamp("2025-07-01")
    assert since["referrals"] == (rows["referred_on"] >= start).sum()
    assert before["referrals"] == (rows["referred_on"] < start).sum()
    assert since["conversions"] == (rows["converted_on"] >= start).sum()
    assert since["referrals_per_1000"] == pytest.approx(1_000 * since["referrals"] / since["customer_months"])


def rate(value, basis=Basis.MEASURED):
    return Estimate(
        value=value,
        low=0.8 * value,
        high=1.2 * value,
        confidence=0.95,
        n=None,
        unit="referrals",
        per="month",
        basis=basis,
        source="test",
    )


def test_where_no_programme_runs_today_is_the_baseline(sample):
    status = ProgrammeStatus(running=False)
    found = baseline_referrals(sample(), status=status, uplift=published_uplift(), now=rate(12.0))
    assert (found.value, found.basis) == (12.0, Basis.MEASURED)
    assert "no programme runs" in found.source


def test_with_a_measured_uplift_the_baseline_is_today_over_it(sample):
    measured = stated_uplift(1.5).as_(basis=Basis.MEASURED, confidence=0.95)
    found = baseline_referrals(sample(), status=programme_status(sample()), uplift=measured, now=rate(12.0))
    assert found.value == pytest.approx(8.0)
    assert found.basis is Basis.MEASURED
    assert found.low < 8.0 < found.high


def test_without_one_it_is_the_rate_before_at_todays_customers(sample):
    client = sample()
    found = baseline_referrals(client, status=programme_status(client), uplift=published_uplift(), now=rate(12.0))
    assert found == before_programme(client, programme_status(client))
    assert "description" in found.source


def test_with_no_time_before_it_is_today_over_the_published_uplift(sample):
    client = sample()
    status = programme_status(client, programme_start="2020-01")
    found = baseline_referrals(client, status=status, uplift=published_uplift(), now=rate(12.0))
    assert found.value == pytest.approx(over_uplift(rate(12.0), published_uplift()).value)
    assert found.basis is Basis.BENCHMARK


def test_a_stated_baseline_goes_before_all(sample):
    found = baseline_referrals(
        sample(), status=programme_status(sample()), uplift=published_uplift(), now=rate(12.0), given=30.0
    )
    assert (found.value, found.basis) == (30.0, Basis.ASSUMED)
