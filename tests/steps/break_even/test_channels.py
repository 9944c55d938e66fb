"""What a new customer costs by referral against other channels."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import undefined
from referral_playbook.domain.assumptions import decided
from referral_playbook.domain.offers import Offer
from referral_playbook.methods.economics import Reward
from referral_playbook.steps.break_even.channels import average_cost, channel_words, compare_channels, marginal_cost
from referral_playbook.steps.break_even.futures import Programme


def plan(share=0.5, conversion=0.1):
    exact = {
        "customer_value": (400.0, "GBP"), "incremental_share": (share, "share"),
        "conversion_rate": (conversion, "share"),
        "fulfilment": (10.0, "GBP"), "monthly_cost": (100.0, "GBP"), "set_up_cost": (0.0, "GBP"),
    }  # fmt: skip
    known = {name: decided(name, x, unit=unit, per="x") for name, (x, unit) in exact.items()}
    referrals = decided("referrals", 20.0, unit="referrals", per="month")
    half = decided("qualified", 0.5, unit="share", per="referral")
    offer = Offer(name="50", kind="cash", rewards=(Reward(cost=50),))
    return Programme(referrals=referrals, baseline=referrals, qualified=half, known=known, offer=offer, months=12)


FIXED = decided("fixed", 1200.0, unit="GBP", per="programme")


def test_the_reward_of_those_who_would_have_come_is_charged_to_those_who_would_not():
    assert marginal_cost(plan()).value == pytest.approx((50 + 10) / 0.5)


def test_the_average_shares_the_fixed_cost():
    """20 x 0.5 x 0.1 x 12 = 12 conversions, 6 of them new: 1,200 / 6 + 120."""
    assert average_cost(plan(), FIXED).value == pytest.approx(200 + 120)


def test_other_channels_stand_beside_it_and_are_assumed():
    rows = compare_channels(plan(), FIXED, ["ads: 350", "fairs: 90"])
    assert [r["channel"] for r in rows] == ["referral", "ads", "fairs"]
    assert rows[1]["basis"] == "assumed"
    assert rows[1]["average"].low < 350 < rows[1]["average"].high
    assert "Dearer on average: ads." in channel_words(rows)


@pytest.mark.parametrize("entry", ["ads", "ads: much", ": 30", "ads: -3"])
def test_an_entry_that_says_no_cost_is_refused(entry):
    with pytest.raises(ValueError, match="other_channels"):
        compare_channels(plan(), FIXED, [entry])


def test_nobody_new_costs_no_number():
    nobody = plan(share=0.0)
    assert not marginal_cost(nobody).defined
    assert "not known" in channel_words(compare_channels(nobody, FIXED))


def test_unknown_stays_unknown():
    lost = plan()
    known = dict(lost.known) | {"conversion_rate": undefined("no referrals", unit="share", per="qualified referral")}
    unknown = Programme(
        referrals=lost.referrals, baseline=lost.baseline, qualified=lost.qualified, known=known, offer=lost.offer
    )
    assert "no referrals" in average_cost(unknown, FIXED).reason
