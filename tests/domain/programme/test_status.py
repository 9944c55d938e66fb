"""A running programme is recognised, and its record is a description per 1,000 customer-months."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.domain.programme.status import programme_record, programme_status


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
