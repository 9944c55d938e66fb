"""What the answer depends on: wrong ways by hand, and each input from end to end."""

from __future__ import annotations

import pytest
from steps.value_exchange.made import known_as

from referral_playbook.contract.evidence import undefined
from referral_playbook.domain.programme.offers import NO_OFFER, Offer
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.steps.value_exchange.sensitivity import sensitivity, ways

CREDIT = Offer(name="credit", kind="credit", rewards=(Reward(cost=25, side="both"),))


def test_each_wrong_way_by_hand():
    """V 400, s 0.8, c 0.1, fulfilment 10, 25 to each side: right is 0.1 x (320 - 10 - 50) = 26."""
    rows = {row["way"]: row["value"].value for row in ways(known_as(), CREDIT)}
    assert rows == pytest.approx(
        {
            "as it is": 26.0,
            "every friend counted as won": 0.1 * (400 - 10 - 50),
            "no reward deducted": 0.1 * (320 - 10),
            "reward charged on every qualified referral": 0.1 * (320 - 10) - 50,
            "reward deducted twice": 0.1 * (320 - 10 - 100),
        }
    )


def test_without_a_reward_only_the_incremental_share_can_be_forgotten():
    assert [row["way"] for row in ways(known_as(), NO_OFFER)] == ["as it is", "every friend counted as won"]


def test_an_input_is_moved_alone_and_a_certain_one_is_left_out():
    known = known_as()
    known["customer_value"] = known["customer_value"].as_(low=200.0, high=500.0)
    rows = {row["input"]: row for row in sensitivity(known, CREDIT)}
    assert set(rows) == {"value of a new customer", "reward"}
    moved = rows["value of a new customer"]
    assert (moved["low"], moved["high"]) == ("£200", "£500")
    assert (moved["at_low"], moved["at_high"]) == pytest.approx((0.1 * (160 - 60), 0.1 * (400 - 60)))


def test_the_reward_runs_from_none_to_twice():
    (row,) = sensitivity(known_as(), CREDIT)
    assert (row["at_low"], row["at_high"]) == pytest.approx((31.0, 0.1 * (320 - 10 - 100)))


def test_the_qualified_share_counts_only_where_leads_are_paid():
    known = known_as()
    known["qualified_share"] = known["qualified_share"].as_(low=0.25, high=1.0)
    lead = Offer(name="lead", kind="gift", rewards=(Reward(cost=3, trigger="lead"),))
    (row, _) = sensitivity(known, lead)
    assert (row["low"], row["high"]) == ("25%", "100%")
    assert (row["at_low"], row["at_high"]) == pytest.approx((31 - 3 * 4, 31 - 3))
    assert [r["input"] for r in sensitivity(known, CREDIT)] == ["reward"]


def test_an_unknown_value_has_no_sensitivity():
    known = known_as() | {"customer_value": undefined("no prices", unit="GBP", per="new customer")}
    assert sensitivity(known, CREDIT) == []
