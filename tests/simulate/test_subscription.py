"""A subscription client: its tables agree with each other, and its world can be changed."""

from __future__ import annotations

import dataclasses

from scipy.stats import binomtest

from referral_playbook.simulate import SubscriptionWorld, simulate
from tests.simulate.simulations import honest


def test_dates_come_in_their_order(brightdesk):
    rows = brightdesk.tables["referrals"]
    for before, after in (
        ("referred_on", "invited_on"),
        ("invited_on", "qualified_on"),
        ("qualified_on", "converted_on"),
        ("converted_on", "rewarded_on"),
    ):
        both = rows[rows[after].notna()]
        assert both[before].notna().all()
        assert (both[before] <= both[after]).all()
    customers = brightdesk.tables["customers"].set_index("customer_id")
    assert (customers["left_on"] > customers["joined_on"]).sum() == customers["left_on"].notna().sum()
    advocates = customers.loc[rows["referrer_id"]].reset_index()
    assert (advocates["joined_on"] <= rows["referred_on"]).all()
    assert not (advocates["left_on"] <= rows["referred_on"]).any()
    paid = brightdesk.tables["payments"].query("kind != 'refund'")
    left = customers["left_on"].reindex(paid["customer_id"]).to_numpy()
    assert not (paid["paid_on"].to_numpy() >= left).any()


def test_converted_friends_are_the_referred_customers(brightdesk):
    rows = honest(brightdesk)
    came = rows[rows["converted_on"].notna()].set_index("friend_id")
    customers = brightdesk.tables["customers"].dropna(subset="referred_by").set_index("customer_id")
    assert sorted(came.index) == sorted(customers.index)
    assert (customers["referred_by"] == came["referrer_id"].reindex(customers.index)).all()
    assert (customers["joined_on"] == came["converted_on"].reindex(customers.index)).all()


def test_sample_clears_the_gate_in_one_segment_and_not_in_another(brightdesk):
    rows = brightdesk.tables["surveys"].query("question == 'pmf' and answer != 'no longer use'")
    rows = rows.drop_duplicates("respondent_id", keep="last")
    yes = rows["answer"] == "very disappointed"

    def interval(mine):
        return binomtest(int(mine.sum()), len(mine)).proportion_ci(method="wilson")

    assert len(rows) > 300
    assert interval(yes).low > 0.40
    assert interval(yes[rows["segment"] == "agencies"]).low > 0.40
    assert interval(yes[rows["segment"] == "shops"]).high < 0.40


def test_a_world_can_be_changed():
    quiet = simulate("subscription", seed=2, customers=200, referral_rate=0.0, fraud=False)
    assert quiet.tables["referrals"].empty
    segments = {n: dataclasses.replace(s, very_disappointed=0.05) for n, s in SubscriptionWorld().segments.items()}
    weak = simulate("subscription", seed=2, customers=200, fraud=False, segments=segments)
    pmf = weak.tables["surveys"].query("question == 'pmf'")["answer"]
    assert (pmf == "very disappointed").mean() < 0.2
