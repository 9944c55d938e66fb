"""Growth between two sizes: there and back, and the many K that give the same."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referral_playbook.methods.referrals.k_factor import (
    compound_growth,
    compounded,
    growth,
    k_that_grows,
    periods_needed,
    ways_to_grow,
)

sizes = st.floats(1.0, 1e6)


@given(start=sizes, end=sizes, periods=st.floats(0.5, 500.0))
def test_growing_at_the_rate_leads_there_in_the_time(start, end, periods):
    rate = compound_growth(start=start, end=end, periods=periods, per="month").value
    assume(rate > -0.999)
    assert compounded(start=start, rate=rate, periods=periods) == pytest.approx(end, rel=1e-9)
    if abs(rate) > 1e-9:
        assert periods_needed(start=start, end=end, rate=rate) == pytest.approx(periods, rel=1e-6)


@pytest.mark.parametrize(
    ("start", "end", "months", "rate"), [(100_000, 4_000_000, 15, 0.279), (100_000, 1_500_000, 18, 0.162)]
)
def test_the_published_pairs(start, end, months, rate):
    assert compound_growth(start=start, end=end, periods=months, per="month").value == pytest.approx(rate, abs=5e-4)


def test_a_time_of_which_only_the_season_is_known_gives_a_range():
    found = compound_growth(start=1e6, end=5e6, periods=153, per="day", shortest=92, longest=184)
    assert found.low == compound_growth(start=1e6, end=5e6, periods=184, per="day").value
    assert found.high == compound_growth(start=1e6, end=5e6, periods=92, per="day").value
    assert found.low < found.value < found.high < 0.02


def test_seven_per_cent_a_day_cannot_last_a_season():
    assert compounded(start=1e6, rate=0.07, periods=153) > 8e9  # more than there are people
    assert periods_needed(start=1e6, end=5e6, rate=0.07) < 25


@given(start=st.floats(1, 1e5), ratio=st.floats(1.01, 100), time=st.floats(2, 500), share=st.floats(0.01, 1))
def test_k_that_grows_is_growth_turned_round(start, ratio, time, share):
    cycle = share * time
    k = k_that_grows(start=start, end=ratio * start, time=time, cycle=cycle)
    assert growth(time, seeds=start, k=k, cycle=cycle) == pytest.approx(ratio * start, rel=1e-6)


def test_standing_still_takes_no_friends_and_shrinking_has_no_k():
    assert k_that_grows(start=10, end=10, time=5, cycle=1) == 0
    with pytest.raises(ValueError, match="do not leave"):
        k_that_grows(start=10, end=9, time=5, cycle=1)


def test_a_cycle_longer_than_the_time_may_reach_no_size():
    with pytest.raises(ValueError, match="no K reaches"):
        k_that_grows(start=10, end=10_000, time=1, cycle=10)


def test_the_same_two_sizes_come_of_very_different_k():
    ways = ways_to_grow(start=1e5, end=4e6, time=450, cycles=[1, 30, 90], ks=[0.0, 0.5])
    alone = [w["k"] for w in ways if w["cycle"]]
    assert alone == sorted(alone)
    assert alone[0] < 1 < alone[-1]
    assert [w["by_other_ways"] for w in ways if not w["cycle"]] == [3.9e6, 1.95e6]


@pytest.mark.parametrize("wrong", [{"start": 0}, {"periods": 0}, {"end": -1}])
def test_what_cannot_grow_is_refused(wrong):
    with pytest.raises(ValueError, match=r"above 0|finite"):
        compound_growth(**{"start": 1.0, "end": 2.0, "periods": 3.0, "per": "day"} | wrong)
    with pytest.raises(ValueError, match="nothing grows"):
        periods_needed(start=1, end=2, rate=0.0)
