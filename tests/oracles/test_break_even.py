"""How many there must be: covered at N*, not at N* - 1, and no number where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracles.break_even import break_even

fixed = st.floats(1, 1e6)
contribution = st.floats(0.5, 5000)


@given(f=fixed, m=contribution, target=st.floats(0, 1e5))
def test_the_last_conversion_is_needed_and_enough(f, m, target):
    found = break_even(fixed_cost=f, contribution=m, target_profit=target)
    hair = 1e-6 * (f + target)
    assert found.profit(found.conversions) >= target - hair
    assert found.profit(found.conversions - 1) < target + hair


@given(f=fixed, m=contribution, c=st.floats(0.01, 1))
def test_referrals_bring_the_conversions(f, m, c):
    found = break_even(fixed_cost=f, contribution=m, conversion=c)
    assert found.referrals * c >= found.conversions - 1e-6 * found.conversions
    assert (found.referrals - 1) * c < found.conversions


@given(f=fixed, m=contribution, more=st.floats(1, 1e4))
def test_more_cost_never_needs_fewer(f, m, more):
    assert (
        break_even(fixed_cost=f + more, contribution=m).conversions
        >= break_even(fixed_cost=f, contribution=m).conversions
    )


def test_a_whole_number_is_not_rounded_up_by_the_last_bit_of_a_float():
    assert break_even(fixed_cost=1.1, contribution=0.1).conversions == 11
    assert break_even(fixed_cost=70, contribution=10, conversion=0.07).referrals == 100


@pytest.mark.parametrize("m", [0, -5])
def test_without_contribution_no_volume_is_enough(m):
    found = break_even(fixed_cost=100, contribution=m, conversion=0.1)
    assert (found.exact, found.conversions, found.referrals) == (None, None, None)
    assert found.reason == "cannot break even at any volume"
    assert found.margin_of_safety(50) is None


def test_without_conversion_there_is_no_number_of_referrals():
    found = break_even(fixed_cost=100, contribution=10, conversion=0.0)
    assert (found.conversions, found.referrals) == (10, None)
    assert "no conversion" in found.reason


def test_nothing_to_cover_needs_nothing_even_without_contribution():
    found = break_even(fixed_cost=0, contribution=-1, conversion=0.1)
    assert (found.conversions, found.referrals, found.reason) == (0, 0, "")


def test_leverage_is_the_elasticity_of_profit():
    found = break_even(fixed_cost=210_000, contribution=10)
    up = (found.profit(30_300) - found.profit(30_000)) / found.profit(30_000)
    assert up / 0.01 == pytest.approx(found.operating_leverage(30_000))
    assert found.operating_leverage(21_000) is None


@pytest.mark.parametrize(
    "bad", [{"fixed_cost": -1, "contribution": 1}, {"fixed_cost": float("nan"), "contribution": 1}]
)
def test_what_is_no_cost_is_refused(bad):
    with pytest.raises(ValueError, match=r"fixed_cost is (0 or more|a finite number)"):
        break_even(**bad)
