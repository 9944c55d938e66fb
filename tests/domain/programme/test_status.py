"""A running programme is recognised, and its record is a description per 1,000 customer-months."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

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


def test_rewards_that_are_promised_and_not_dated_show_that_a_programme_runs():
    """A referral tool's export: the reward stands beside the purchase, and no day on which it was paid."""
    rows = pd.DataFrame(
        {
            "referrer_type": [None, None, "agency"],
            "referred_on": pd.to_datetime(["2026-02-03", "2026-03-05", "2025-01-01"]),
            "converted_on": pd.to_datetime([None, "2026-04-09", "2025-01-01"]),
            "reward": [None, 10.0, 500.0],
            "rewarded_on": pd.to_datetime([None, None, None]),
        }
    )
    client = SimpleNamespace(fact={"referrals": rows}.get, as_of=date(2026, 6, 30))
    found = programme_status(client)
    assert (found.running, str(found.start), found.signs) == (True, "2026-04", ("rewards were promised in Apr 2026",))


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
