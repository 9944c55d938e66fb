"""Waits for the first referral: by hand, against the truth of a simulated client, and from before the record."""

from __future__ import annotations

from steps.ask_and_follow_up.made import ago, touch

from referral_playbook.simulate import simulate
from referral_playbook.steps.ask_and_follow_up import first_referrals


def test_waits_cover_the_truth_where_a_naive_average_does_not(simulated):
    true = simulate("subscription", seed=12).truth  # no programme changes the rate in this world
    false = [row["referral_id"] for row in true["fraud"]]  # the truth speaks of honest referrals
    client = simulated(
        seed=12, edit=lambda t: {"referrals": t["referrals"][~t["referrals"]["referral_id"].isin(false)]}
    )
    assert client.tables["referrals"]["rows"] == 353 - len(false)
    waits, none_by = first_referrals.since_joining(client), true["first_referral"]["none_by_month"]
    for month in (3, 6, 12, 24, 36):
        found = waits.share_by(month)
        assert found.low <= 1 - none_by[month] <= found.high, month
    median = waits.time_by(0.5)
    assert not median.defined
    assert "fewer than 50%" in median.reason
    early = waits.time_by(0.10)
    wanted = next(m for m, none in enumerate(none_by) if none <= 0.90)
    assert early.low <= wanted <= early.high
    assert early.unit == "months"
    assert "leaves out" in first_referrals.naive(waits)


def test_waits_by_hand(by_hand):
    customers = [
        {"customer_id": "a", "joined_on": ago(100), "left_on": ""},
        {"customer_id": "b", "joined_on": ago(200), "left_on": ago(50)},
        {"customer_id": "c", "joined_on": ago(300), "left_on": ""},
        {"customer_id": "d", "joined_on": ago(300), "left_on": ""},
    ]
    made = [
        {"referral_id": 0, "referrer_id": "d", "referred_on": ago(299), "referrer_type": "customer"},
        {"referral_id": 1, "referrer_id": "a", "referred_on": ago(40), "referrer_type": "customer"},
        {"referral_id": 2, "referrer_id": "a", "referred_on": ago(20), "referrer_type": "customer"},
        {"referral_id": 3, "referrer_id": "b", "referred_on": ago(10), "referrer_type": "customer"},  # after leaving
        {"referral_id": 4, "referrer_id": "c", "referred_on": ago(10), "referrer_type": "employee"},
    ]
    touches = [
        touch("a", 90, "delight"),
        touch("a", 60, "delight"),
        touch("c", 30, "delight"),
        touch("b", 260, "delight"),
    ]
    client = by_hand(customers=customers, referrals=made, touchpoints=touches)
    waits = first_referrals.since_joining(client)
    assert (waits.months * 30.4375).round().tolist() == [60, 150, 300, 1]
    assert waits.referred.tolist() == [True, False, False, True]
    delighted = first_referrals.since_delight(client)
    assert (delighted.months * 30.4375).round().tolist() == [50, 150, 30]
    assert delighted.referred.tolist() == [True, False, False]


def test_customers_from_before_the_record_are_left_out(sample):
    assert first_referrals.record_begins(sample()) is None
    client = sample("harlow-partners")
    began = first_referrals.record_begins(client)
    joined = client.fact("customer_profile")["joined_on"]
    assert first_referrals.since_joining(client).left_out == (joined < began).sum() > 100
