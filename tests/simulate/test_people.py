"""Customers of a simulated subscription: shares, waiting times and expected referrals, against loops."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from referral_playbook.simulate.people import expected_referrals, held_out, lags, pick, population, sbg, shape_sum
from referral_playbook.simulate.simulated import day
from referral_playbook.simulate.world import SEGMENTS, SubscriptionWorld

WORLD = SubscriptionWorld(customers=300)


@pytest.mark.parametrize("months", [0, 2, 3, 7.5, 10, 40])
def test_the_tenure_shape_is_summed_month_by_month(months: float) -> None:
    step = 0.001
    levels = [0.5 if t < 3 else 1.8 if t < 10 else 0.8 for t in np.arange(step / 2, months, step)]
    assert shape_sum(WORLD, np.array([months]))[0] == pytest.approx(sum(levels) * step, abs=1e-2)


def test_words_are_drawn_by_their_shares() -> None:
    drawn = pick(np.random.default_rng(0), {"a": 3.0, "b": 1.0}, 40_000)
    assert (drawn == "a").mean() == pytest.approx(0.75, abs=0.01)


def test_waiting_times_have_their_median_and_are_never_nothing() -> None:
    drawn = lags(np.random.default_rng(0), (12.0, 0.6), 40_000)
    assert np.median(drawn) == pytest.approx(12.0, abs=1.0)
    assert drawn.min() >= 1


def test_the_referred_leave_less_often_in_their_first_month() -> None:
    for segment in SEGMENTS.values():
        first = {r: sbg(segment, r, WORLD)[0] / sum(sbg(segment, r, WORLD)) for r in (False, True)}
        assert first[False] == pytest.approx(segment.alpha / (segment.alpha + segment.beta))
        assert first[True] / first[False] == pytest.approx(WORLD.churn_ratio)


def test_as_many_are_held_out_as_the_world_says() -> None:
    share = held_out(np.arange(4_000), SubscriptionWorld(holdout=0.2))
    assert share.mean() == pytest.approx(0.2, abs=0.02)
    assert not held_out(np.arange(10), WORLD).any()
    wider = held_out(np.arange(4_000), SubscriptionWorld(holdout=0.3))
    assert (wider | ~share).all()  # who is held out at 20% is held out at 30% too


def test_expected_referrals_are_rate_times_shape_over_the_days_there() -> None:
    people = pd.DataFrame(
        {
            "joined": pd.to_datetime(["2024-01-01", "2024-01-01"]),
            "exit": pd.to_datetime(["2026-10-01", "2024-02-01"]),
            "held_out": [False, True],
        }
    )
    world = SubscriptionWorld(programme_start=date(2025, 7, 1), programme_uplift=2.0)
    start, end = day("2025-07-01"), day("2025-12-31")
    found = expected_referrals(people, world, start, end)
    # Both months lie beyond the tenth, where the shape is 0.8; the second customer had left.
    months = 184 / 30.4375
    assert found[0] == pytest.approx(2.0 * world.referral_rate * 0.8 * months)
    assert found[1] == 0
    plain = expected_referrals(people, world, start, end, programme=False)
    assert found[0] == pytest.approx(2 * plain[0])


def test_every_converted_friend_is_a_customer_who_came_by_that_advocate() -> None:
    people, made = population(WORLD, 5)
    won = made[made["converted"].notna()]
    assert people.index.tolist() == list(range(len(people)))
    assert people.loc[won["friend"], "advocate"].tolist() == won["advocate"].tolist()
    assert (people.loc[won["friend"], "joined"].to_numpy() == won["converted"].to_numpy()).all()
    assert (people["advocate"] >= 0).sum() == len(won)
