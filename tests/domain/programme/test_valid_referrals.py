"""One definition of a valid referral: duplicates, self-referrals and refunds in clients of a few rows."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.programme.referral_facts import referral_facts
from referral_playbook.domain.programme.valid_referrals import describe_valid, valid, with_flagged
from referral_playbook.domain.sources import funnel
from referral_playbook.steps.break_even.step import build_result, find

START = pd.Timestamp("2026-02-10")


def rows(*claims):
    """Referrals, each (advocate, friend, converted), one a day."""
    made = pd.DataFrame(claims, columns=["referrer_id", "friend_id", "converted"])
    when = START + pd.to_timedelta(range(len(made)), unit="D")
    done = made.pop("converted").to_numpy()
    return made.assign(
        referral_id=[f"R{i:03d}" for i in made.index],
        referred_on=when,
        referrer_type="customer",
        channel="",
        invited_on=pd.NaT,
        qualified_on=when + pd.Timedelta(days=10),
        converted_on=(when + pd.Timedelta(days=23)).where(done),
        reward=50.0,
        rewarded_on=pd.NaT,
        arm="",
    ).astype({"invited_on": "datetime64[ns]", "rewarded_on": "datetime64[ns]"})


@pytest.fixture
def client(simulated):
    made = simulated(customers=250, fraud=False)

    def with_rows(table, **facts):
        return made.with_facts(**{**referral_facts(made, table), **facts})

    return with_rows


def test_a_friend_named_twice_counts_once_for_the_first_advocate(client):
    thirty = [(f"B{i:04d}", f"F{i:03d}", True) for i in range(1, 31)]
    ten_lost = [(f"B{i:04d}", f"Z{i:03d}", False) for i in range(1, 11)]
    again = [(f"B{i:04d}", f"F{i - 40:03d}", True) for i in range(41, 51)]
    found = valid(client(rows(*thirty, *ten_lost, *again)))
    rate = funnel.conversion_rate(found)
    assert (rate.value, rate.n) == (0.75, 40)


def test_the_advocate_is_no_friend_however_the_id_is_written(client):
    honest = [(f"B{i:04d}", f"F{i:03d}", True) for i in range(1, 31)]
    selves = [("B0041", "B0041", True), ("B0042", "B0042", True), ("B0050", "b0050 ", True)]
    kept = valid(client(rows(*honest, *selves))).fact("referrals")
    assert kept["converted_on"].notna().sum() == 30


def test_a_refund_in_full_within_the_hold_undoes_the_conversion(client):
    table = rows(*[(f"B{i:04d}", f"F{i:03d}", True) for i in range(1, 21)])
    back = pd.DataFrame(
        {
            "customer_id": [f"F{i:03d}" for i in range(1, 9)],
            "refunded_on": table["converted_on"].head(8).to_numpy() + pd.Timedelta(days=15),
            "refunded": 100.0,
            "paid": 100.0,
        }
    )
    found = valid(client(table, refunds=back))
    rate = funnel.conversion_rate(found)
    assert (rate.value, rate.n) == (0.6, 20)


def test_the_figures_stand_beside_each_other_and_the_plan_uses_the_valid_ones(simulated):
    every = simulated(seed=3, customers=900)
    kept = valid(every)
    beside = {r["figure"]: r for r in with_flagged(every, kept)}
    assert beside["referrals"]["valid"] < beside["referrals"]["with_flagged"]
    assert "flagged" in describe_valid(list(beside.values()))
    result = build_result(find(every, Parameters.of("break_even", draws=1_000)))
    assert result.estimate("conversion_rate").value == funnel.conversion_rate(kept).value


def test_nothing_flagged_is_said(client):
    every = client(rows(*[(f"B{i:04d}", f"F{i:03d}", True) for i in range(1, 5)]))
    assert "No referral is flagged" in describe_valid(with_flagged(every, valid(every)))
    assert describe_valid([]).startswith("There is no referrals table")
