"""The value of a customer's friends: Kumar, Petersen and Leone by hand, with the reward charged to both types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps.value_exchange.made import known_as

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.programme.offers import Offer
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.steps.value_exchange.liability import Referring
from referral_playbook.steps.value_exchange.referral_value import friend_rows, per_friend, referral_value, saved

CREDIT = Offer(name="credit", kind="credit", rewards=(Reward(cost=25, side="both"),))
LEAD = Offer(name="lead", kind="gift", rewards=(Reward(cost=3, trigger="lead"),))


def referring(mean):
    each = assumed(mean, mean, mean, unit="referrals", per="customer and year", source="test")
    return Referring(customers=100, mean=each, k=None)


def test_a_cost_of_acquisition_that_nobody_stated_saves_nothing():
    assert saved(None, "GBP").value == 0
    stated = saved(100.0, "GBP")
    assert (stated.value, stated.low, stated.high) == pytest.approx((100, 50, 150))


def test_both_types_by_hand():
    """Margin 400 for type one only; both save 60 and cost 50 of rewards and 10 of fulfilment."""
    rows = friend_rows(known_as(), CREDIT, saved(60.0, "GBP"))
    one, two, everyone = (row["value"].value for row in rows)
    assert (one, two) == pytest.approx((400 + 60 - 60, 60 - 60))
    assert everyone == pytest.approx(0.8 * one + 0.2 * two)
    assert [row["share"] for row in rows] == pytest.approx([0.8, 0.2, 1.0])


def test_a_reward_per_lead_charges_the_leads_behind_a_conversion():
    """Twenty leads of 3 each behind one converted friend."""
    value = per_friend(known_as(conversion=0.1, qualified=0.5), LEAD, saved(None, "GBP"), share=1.0)
    assert value.value == pytest.approx(400 - 10 - 60)


def test_where_nothing_converts_a_friend_has_no_value():
    found = per_friend(known_as(conversion=0.0), CREDIT, saved(None, "GBP"), share=1.0)
    assert not found.defined


@given(st.floats(0, 1))
def test_the_mix_lies_on_the_line_between_the_types(share):
    known, saving = known_as(), saved(30.0, "GBP")
    one, two, mixed = (per_friend(known, CREDIT, saving, share=s).value for s in (1.0, 0.0, share))
    assert mixed == pytest.approx(share * one + (1 - share) * two, abs=1e-6)


def test_the_value_of_referring_is_a_product():
    friend = per_friend(known_as(), CREDIT, saved(None, "GBP"), share=1.0)
    found = referral_value(known_as(conversion=0.1, qualified=0.5), friend, referring(2.0))
    assert found.value == pytest.approx(2.0 * 0.5 * 0.1 * 340)
