"""Touchpoints by phase and silence by month, counted by hand."""

from __future__ import annotations

from steps.ask_and_follow_up.made import ago, touch

from referral_playbook.steps.ask_and_follow_up import touchpoints


def test_touchpoints_fall_into_their_phase(by_hand):
    customers = [{"customer_id": "a", "joined_on": ago(100), "left_on": ago(10)}]
    touches = [
        touch("a", 101, "kind_act"),
        touch("a", 100, "delight"),
        touch("a", 60, "ask"),
        touch("a", 9, "support"),
        touch("stranger", 5, "review"),
    ]
    client = by_hand(customers=customers, touchpoints=touches)
    found = touchpoints.touchpoint_map(client)
    assert dict(zip(found["kind"], found["phase"], strict=True)) == {
        "review": "never bought",
        "kind act": "before the sale",
        "delight": "first weeks",
        "ask": "as a customer",
        "support": "after leaving",
    }
    assert "Contacts, but nothing given: never bought, as a customer" in touchpoints.empty_phases(client)


def test_silence_is_counted_month_by_month(by_hand):
    customers = [
        {"customer_id": "a", "joined_on": ago(100), "left_on": ""},
        {"customer_id": "b", "joined_on": ago(40), "left_on": ""},
    ]
    touches = [touch("a", 99, "ask"), touch("a", 98, "ask"), touch("a", 20, "review"), touch("b", 2, "ask")]
    client = by_hand(customers=customers, touchpoints=touches)
    (months,) = touchpoints.silence(client, months=3).values()
    # a lived through three whole months, touched in the first and the third; b through one, untouched in it
    assert (months.n, round(months.value * months.n)) == (4, 2)
    assert touchpoints.silent_share(client, days=30).value == 0
    assert touchpoints.silent_share(client, days=10).value == 0.5
