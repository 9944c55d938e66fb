"""Reward options: how many more referrals make up for one, which are rewarded, and segments in which none pays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps.value_exchange.made import known_as

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.domain.programme.offers import NO_OFFER, Offer
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.steps.value_exchange.rewards import (
    PAYS,
    REFUSE,
    UNKNOWN,
    actions,
    by_gap,
    check,
    makes_up_at,
    reward_per_conversion,
    rewarded,
    within,
)


def money(value, low=None, high=None):
    ends = (value if low is None else low, value if high is None else high)
    return assumed(value, *ends, unit="GBP", per="conversion", source="test")


def offer(cost, *, side="advocate", trigger="conversion", **more):
    paid = Reward(cost=cost, side=side, trigger=trigger, hold_survival=more.pop("hold_survival", 1.0))
    return Offer(name="test", kind="cash", rewards=(paid,), **more)


@given(st.floats(1, 1000), st.floats(0.01, 1.0))
def test_with_so_many_more_referrals_the_firm_earns_the_same(free, share):
    """n referrals at u0 earn what n (1 + gain) earn at u."""
    gain = makes_up_at(money(free), money(free * share))
    assert (1 + gain) * free * share == pytest.approx(free)


def test_no_number_of_referrals_makes_up_for_one_that_brings_nothing():
    assert makes_up_at(money(30), money(0)) is None
    assert makes_up_at(money(30), money(-5)) is None
    assert makes_up_at(undefined("no prices", unit="GBP", per="conversion"), money(5)) is None


@pytest.mark.parametrize(
    ("tier", "cap", "words"),
    [
        (None, None, "every one"),
        (1, None, "every one"),
        (3, None, "number 3 and on"),
        (3, 1, "number 3"),
        (None, 1, "number 1"),
        (None, 5, "number 1 to 5"),
        (2, 3, "number 2 to 4"),
    ],
)
def test_which_referrals_are_rewarded(tier, cap, words):
    assert rewarded(offer(10, tier=tier, cap=cap)) == words
    assert rewarded(NO_OFFER) == "none"


def test_an_offer_is_within_the_ceiling_beyond_it_or_across_its_range():
    """Value 400 (300 to 600), share 0.8, fulfilment 10: the ceiling is 310, from 230 to 470."""
    known = known_as()
    known["customer_value"] = known["customer_value"].as_(low=300.0, high=600.0)
    assert within(known, offer(230)) is True
    assert within(known, offer(115, side="both")) is True
    assert within(known, offer(231)) is None
    assert within(known, offer(471)) is False


def test_paid_per_lead_a_conversion_carries_the_leads_that_did_not_convert():
    """One conversion in ten of two leads each: twenty leads are paid per conversion."""
    known = known_as(conversion=0.1, qualified=0.5)
    assert reward_per_conversion(known, offer(3, trigger="lead")) == pytest.approx(3 * 2 / 0.1)
    assert reward_per_conversion(known, offer(25, side="both")) == pytest.approx(50)
    assert reward_per_conversion(known, offer(100, trigger="hold", hold_survival=0.9)) == pytest.approx(90)
    assert reward_per_conversion(known_as(conversion=0.0), offer(25)) is None


SEGMENTS = {"small": money(10, 5, 20), "middle": money(60, 30, 90), "large": money(200, 150, 260)}


def test_segments_are_decided_by_the_whole_range_of_what_is_left():
    rows = by_gap(SEGMENTS, reward=50).set_index("segment")
    assert rows["decision"].to_dict() == {"small": REFUSE, "middle": UNKNOWN, "large": PAYS}
    left = rows.at["middle", "left"]
    assert (left.value, left.low, left.high) == pytest.approx((10, -20, 40))


def test_the_check_counts_segments_and_names_those_to_refuse():
    rows = by_gap(SEGMENTS, reward=50)
    said = check(rows, offer(50))
    assert said.passed is False
    assert said.text == "test pays in 1 of 3 segments; refuse it in small; test it in middle"
    assert check(rows[rows["segment"] != "small"], offer(50)).passed is None
    assert check(rows[rows["segment"] == "large"], offer(50)).passed is True
    assert check(rows.head(0), offer(50)).passed is None


def test_only_a_refused_segment_asks_for_something_to_be_done():
    rows = by_gap(SEGMENTS, reward=50)
    (action,) = actions(rows, offer(50))
    assert action.what == "Do not pay test for new customers in small"
    assert actions(rows[rows["segment"] != "small"], offer(50)) == ()
