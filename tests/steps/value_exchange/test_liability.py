"""Rewards of a year before anybody was paid: shares that reach the trigger, tiers and caps against a simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps.value_exchange.made import known_as

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.programme.offers import NO_OFFER, Offer
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.steps.value_exchange.liability import (
    Referring,
    caps,
    last_rewarded,
    liability,
    reaching,
    referring,
    rewarded_share,
    rewards_a_year,
)


def offer(cost=10.0, *, trigger="conversion", hold_survival=1.0, **more):
    return Offer(
        name="test", kind="cash", rewards=(Reward(cost=cost, trigger=trigger, hold_survival=hold_survival),), **more
    )


def who(mean=2.0, *, customers=200, k=0.5):
    each = assumed(mean, mean, mean, unit="referrals", per="customer and year", source="test")
    return Referring(customers=customers, mean=each, k=k)


def test_the_share_of_referrals_for_which_a_reward_falls_due():
    known = known_as(conversion=0.2, qualified=0.5)
    assert reaching(known, offer()) == pytest.approx(0.1)
    assert reaching(known, offer(trigger="lead")) == 1.0
    assert reaching(known, offer(trigger="hold", hold_survival=0.8)) == pytest.approx(0.08)


def test_a_tier_from_three_with_a_cap_of_one_rewards_the_third():
    assert last_rewarded(offer(tier=3, cap=1)) == 3
    assert last_rewarded(offer(cap=4)) == 4
    assert last_rewarded(offer(tier=3)) is None


@pytest.mark.parametrize(("tier", "cap"), [(3, None), (None, 1), (2, 2), (None, 5)])
def test_the_rewarded_share_is_that_of_simulated_advocates(tier, cap):
    """Per lead every referral counts: 300,000 advocates with a negative binomial number of referrals."""
    rng = np.random.default_rng(5)
    made = rng.negative_binomial(0.5, 0.5 / (0.5 + 2.0), 300_000)
    first, last = tier or 1, (tier or 1) - 1 + cap if cap else np.inf
    paid = np.clip(made, None, last) - np.clip(made, None, first - 1)
    found = rewarded_share(who(), known_as(), offer(trigger="lead", tier=tier, cap=cap))
    assert found == pytest.approx(paid.sum() / made.sum(), abs=0.01)


def test_without_tier_and_cap_every_referral_is_rewarded():
    assert rewarded_share(who(), known_as(), offer()) == 1.0
    assert rewarded_share(who(), known_as(), NO_OFFER) == 1.0


def test_the_expected_pay_out_is_customers_times_referrals_times_the_reward():
    found = liability(who(), known_as(), offer(10.0, trigger="lead"))
    assert found.mean == pytest.approx(200 * 2.0 * 10.0, rel=0.02)
    assert found.p10 < found.mean < found.p90 < found.p99


def test_a_lower_cap_never_costs_more():
    rows = caps(who(), known_as(), offer(10.0, trigger="lead"))
    assert [row["cap"] for row in rows] == ["none", "10", "5", "3", "1"]
    expected = [row["expected"] for row in rows]
    assert expected == sorted(expected, reverse=True)
    one = liability(who(), known_as(), offer(10.0, trigger="lead"), cap=1)
    chance = 1 - (0.5 / 2.5) ** 0.5  # that an advocate refers at all
    assert one.mean == pytest.approx(200 * chance * 10.0, rel=0.02)


def test_nothing_is_paid_where_nobody_is_there_or_no_reward_is():
    assert liability(who(customers=0), known_as(), offer()) is None
    assert liability(who(), known_as(), NO_OFFER) is None
    assert "no reward is paid" in rewards_a_year(None, who(), known_as(), NO_OFFER).reason
    assert "no customers" in rewards_a_year(None, who(customers=0), known_as(), offer()).reason


def test_the_range_of_a_year_holds_its_value():
    lead = offer(10.0, trigger="lead")
    found = rewards_a_year(liability(who(), known_as(), lead), who(), known_as(), lead)
    assert found.low < found.value < found.high
    assert (found.unit, found.basis) == ("GBP", Basis.ASSUMED)


@given(st.floats(0.1, 10))
def test_a_multiple_moves_the_mean_alone(multiple):
    more = who().times(multiple)
    assert more.mean.value == pytest.approx(2.0 * multiple)
    assert (more.customers, more.k) == (200, 0.5)


def test_a_multiple_of_nothing_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        who().times(0)


def test_referrals_a_year_are_those_of_customers_who_were_there_all_year(sample):
    client = sample("brightdesk")
    profile = client.fact("customer_profile")
    there = profile[(profile["joined_on"] <= "2025-09-30") & ~profile["left"].astype(bool)]["customer_id"]
    made = client.fact("referrals")
    recent = made[(made["referred_on"] > "2025-09-30") & made["referrer_id"].isin(there)]
    found = referring(client)
    assert found.mean.value == pytest.approx(len(recent) / len(there), rel=0.02)
    assert found.customers == (~profile["left"].astype(bool)).sum()


def test_without_any_referrals_the_published_table_stands_in(simulated):
    found = referring(simulated(customers=250, without=("referrals",)))
    assert found.mean.basis is Basis.BENCHMARK
    assert (found.mean.low, found.mean.high) == pytest.approx((found.mean.value / 2, found.mean.value * 2))
