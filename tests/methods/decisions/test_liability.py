"""Pay-out of a reward ladder: exact mean against simulated advocates, caps, tails and edges."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.methods.decisions.liability import (
    Ladder,
    Tier,
    referral_pmf,
    reward_liabilities,
    tiered_reward,
)
from tests.oracles.referrals import share_by_top


def reward_liability(*, tiers, cap=None, **options):
    return reward_liabilities([Ladder(tiers=tiers, cap=cap)], **options)[0]


LADDER = [Tier(start=1, reward=20), Tier(start=5, reward=30), Tier(start=10, reward=100, once=True)]
FEW = {"advocates": 400, "referrals_per_advocate": 0.8, "dispersion": 0.2, "tiers": LADDER}


def test_the_ladder_pays_referral_by_referral():
    def by_hand(n):
        return sum((20 if i < 5 else 30) + (100 if i == 10 else 0) for i in range(1, n + 1))

    counts = np.arange(25)
    assert tiered_reward(counts, tiers=LADDER).tolist() == [by_hand(n) for n in counts]


@given(n=st.integers(0, 200), cap=st.integers(0, 50))
def test_a_cap_never_pays_more_and_stops_at_itself(n, cap):
    capped = tiered_reward([n], tiers=LADDER, cap=cap)
    assert capped <= tiered_reward([n], tiers=LADDER)
    assert capped == tiered_reward([min(n, cap)], tiers=LADDER)


@given(a=st.integers(0, 100), b=st.integers(0, 100))
def test_more_referrals_never_earn_less(a, b):
    low, high = tiered_reward(sorted([a, b]), tiers=LADDER)
    assert low <= high


def test_before_the_first_tier_nothing_is_paid():
    assert tiered_reward([1, 2, 3], tiers=[Tier(start=3, reward=10)]).tolist() == [0, 0, 10]


def test_mean_and_quantiles_agree_with_advocates_drawn_one_by_one():
    rng = np.random.default_rng(9)
    made = rng.negative_binomial(0.2, 0.2 / (0.2 + 0.8), size=(20_000, 400))
    totals = tiered_reward(made, tiers=LADDER).sum(axis=1)
    found = reward_liability(**FEW)
    assert found.mean == pytest.approx(totals.mean(), abs=4 * totals.std() / np.sqrt(20_000))
    assert found.p90 == pytest.approx(np.quantile(totals, 0.9), rel=0.02)
    assert found.p99 == pytest.approx(np.quantile(totals, 0.99), rel=0.02)


def test_heavier_tails_raise_the_bad_futures():
    even = reward_liability(**FEW | {"dispersion": None, "tiers": [Tier(start=1, reward=20)]})
    uneven = reward_liability(**FEW | {"dispersion": 0.05, "tiers": [Tier(start=1, reward=20)]})
    assert uneven.mean == pytest.approx(even.mean)
    assert uneven.p99 > 1.3 * even.p99
    assert uneven.top_decile_share > even.top_decile_share


def test_caps_on_the_same_futures_are_ordered():
    free, ten, three = (reward_liability(**FEW | {"cap": cap}) for cap in (None, 10, 3))
    assert free.mean > ten.mean > three.mean
    assert free.p99 > ten.p99 > three.p99
    assert (free.cap, ten.cap, three.cap) == (None, 10, 3)


@pytest.mark.parametrize("advocates", [5, 400])
def test_ladders_in_the_same_futures_are_paid_as_each_alone(advocates):
    who = {"advocates": advocates, "referrals_per_advocate": 0.8, "dispersion": 0.2, "multiples": [0.0, 0.7, 1.4]}
    ladders = [Ladder(tiers=LADDER), Ladder(tiers=LADDER, cap=3), Ladder(tiers=[Tier(start=2, reward=5)])]
    together = reward_liabilities(ladders, **who)
    for ladder, found in zip(ladders, together, strict=True):
        alone = reward_liability(tiers=ladder.tiers, cap=ladder.cap, **who)
        assert found.cap == alone.cap
        assert dataclasses.astuple(found)[1:] == pytest.approx(dataclasses.astuple(alone)[1:], rel=1e-12)


def test_the_same_seed_gives_the_same_futures():
    assert reward_liability(**FEW) == reward_liability(**FEW)
    assert reward_liability(**FEW, seed=1).p99 != reward_liability(**FEW).p99


def test_top_decile_of_rewards_without_ladder_lies_below_that_of_propensity_and_chance():
    """Counts are more spread than the means behind them, so the best 10% by count hold more than the best by mean."""
    flat = reward_liability(**FEW | {"tiers": [Tier(start=1, reward=1)]})
    assert float(share_by_top(0.1, dispersion=0.2)) < flat.top_decile_share < 1


def test_nobody_refers():
    none = reward_liability(**FEW | {"referrals_per_advocate": 0.0})
    assert (none.mean, none.p99, none.top_decile_share) == (0, 0, None)


@given(mean=st.floats(0.01, 20), k=st.floats(0.05, 50))
def test_the_distribution_has_its_mean_and_variance(mean, k):
    chances = referral_pmf(mean, dispersion=k)
    n = np.arange(chances.size)
    assert chances @ n == pytest.approx(mean, rel=1e-5)
    assert chances @ (n - mean) ** 2 == pytest.approx(mean + mean**2 / k, rel=1e-4)


def test_without_dispersion_it_is_poisson():
    np.testing.assert_allclose(referral_pmf(2.0, dispersion=None)[:5], stats.poisson(2).pmf(range(5)))


@pytest.mark.parametrize(
    "bad", [{"advocates": 0}, {"referrals_per_advocate": -1}, {"dispersion": 0}, {"draws": 10}, {"tiers": []}]
)
def test_what_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match=r"at least|or more"):
        reward_liability(**FEW | bad)


def test_a_tier_is_checked():
    with pytest.raises(ValueError, match="starts at referral 1"):
        Tier(start=0, reward=5)
    with pytest.raises(ValueError, match="two tiers"):
        tiered_reward([1], tiers=[Tier(start=1, reward=5), Tier(start=1, reward=6)])


def test_an_unknown_rate_widens_the_futures_and_keeps_the_mean():
    sure = reward_liability(**FEW | {"tiers": [Tier(start=1, reward=20)]})
    unsure = reward_liability(**FEW | {"tiers": [Tier(start=1, reward=20)]}, multiples=[0.5, 1.0, 1.5])
    assert unsure.mean == pytest.approx(sure.mean)
    assert unsure.p99 > 1.2 * sure.p99
    assert unsure.p10 < sure.p10
