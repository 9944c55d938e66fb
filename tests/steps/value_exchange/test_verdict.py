"""The verdict of step 02: by the range of a referral's value, the ceiling, and what the value rests on."""

from __future__ import annotations

import pytest
from steps.value_exchange.made import known_as

from referral_playbook.contract.evidence import Basis, Status, assumed, undefined
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme.offers import NO_OFFER, Offer
from referral_playbook.domain.programme.uplift import stated_uplift
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.steps.value_exchange.ceilings import ceilings
from referral_playbook.steps.value_exchange.verdict import (
    actions,
    headline,
    reward_chosen,
    under_ceiling_with_baseline,
    verdict,
    within_ceiling,
)


def unit(value, low=None, high=None):
    ends = (value if low is None else low, value if high is None else high)
    return assumed(value, *ends, unit="GBP", per="qualified referral", source="test")


def offer(cost):
    return Offer(name="50 credit", kind="credit", rewards=(Reward(cost=cost),))


def with_baseline(uplift):
    certain = stated_uplift(uplift).as_(low=uplift, high=uplift)
    usual = decided_value("baseline_referrals", 10.0, unit="referrals", per="month")
    return known_as() | {"uplift": certain, "baseline_referrals": usual}


@pytest.mark.parametrize(
    ("ends", "status"),
    [((20, 10, 30), Status.GO), ((5, -1, 30), Status.TEST_SMALL), ((-5, -9, -1), Status.STOP)],
)
def test_the_range_of_a_referral_decides(ends, status):
    assert verdict(known_as(), unit(*ends), offer(50)).status is status


def test_an_assumed_value_or_conversion_is_no_go():
    known = known_as(basis=Basis.ASSUMED)
    assert verdict(known, unit(20, 10, 30), offer(50)).status is Status.TEST_SMALL
    assert verdict(known, unit(-5, -9, -1), offer(50)).status is Status.STOP


def test_a_margin_below_zero_stops_whatever_a_referral_brings():
    margin = known_as()["customer_value"].as_(value=-0.2, low=-0.3, high=-0.1, unit="share")
    found = verdict(known_as() | {"gross_margin": margin}, unit(20, 10, 30), offer(50))
    assert found.status is Status.STOP
    assert "No reward pays" in found.reason


def test_an_unknown_value_is_not_enough_data():
    found = verdict(known_as(), undefined("no prices", unit="GBP", per="x"), offer(50))
    assert found.status is Status.NOT_ENOUGH_DATA
    assert "no prices" in found.reason


def test_a_reward_above_the_ceiling_with_a_baseline_is_no_go():
    """The ceiling is 320 x (2 - 1) / 2 - 10 = 150; the value of a referral alone would be a go."""
    assert verdict(with_baseline(2.0), unit(20, 10, 30), offer(150)).status is Status.GO
    above = verdict(with_baseline(2.0), unit(20, 10, 30), offer(151))
    assert above.status is Status.STOP
    assert "£151" in above.reason
    unsure = with_baseline(2.0)
    unsure["uplift"] = unsure["uplift"].as_(low=1.5, high=3.0)
    assert verdict(unsure, unit(20, 10, 30), offer(151)).status is Status.TEST_SMALL


def test_the_check_of_the_ceiling_is_open_where_the_reward_lies_in_its_range():
    known = known_as()
    known["customer_value"] = known["customer_value"].as_(low=300.0, high=600.0)  # the ceiling: 230 to 470
    assert [within_ceiling(known, offer(x)).passed for x in (230, 300, 471)] == [True, None, False]
    assert "for each conversion" in within_ceiling(known, offer(230)).text


def test_the_check_with_the_baseline_speaks_of_rewards_per_conversion_only():
    found = ceilings(with_baseline(2.0))
    assert [under_ceiling_with_baseline(found, offer(x)).passed for x in (150, 151)] == [True, False]
    lead = Offer(name="lead", kind="gift", rewards=(Reward(cost=3, trigger="lead"),))
    assert under_ceiling_with_baseline(found, lead).passed is None
    assert under_ceiling_with_baseline(found, NO_OFFER).passed is None


def test_the_headline_says_worth_or_cost_and_the_ceiling():
    assert headline(unit(26), unit(310)) == (
        "A qualified referral is worth £26 after rewards; both sides together may get up to £310 per conversion."
    )
    assert headline(unit(-26), unit(-3)) == "A qualified referral costs £26 after rewards. No reward pays."
    assert headline(unit(-26, -50, 10), unit(5, -20, 30)) == (
        "A qualified referral costs £26 (-£10 to £50) after rewards; both sides together may get up to £5 (£0 to £30) "
        "per conversion."
    )
    assert headline(undefined("x", unit="GBP", per="x"), unit(310)) == "What a referral is worth is not known yet."


def test_what_is_done_follows_the_verdict():
    stop = verdict(known_as(), unit(-5, -9, -1), offer(50))
    assert "Lower the reward" in actions(stop, offer(50))[0].what
    assert "Raise the margin" in actions(stop, NO_OFFER)[0].what
    go = verdict(known_as(), unit(20, 10, 30), offer(50))
    assert "50 credit" in actions(go, offer(50))[0].what
    assert "one reward to test against no reward" in actions(go, NO_OFFER)[0].what


def test_a_plan_without_a_reward_says_so():
    assert reward_chosen(offer(50)).passed is True
    assert reward_chosen(NO_OFFER).passed is False
