"""Multiples, promotions and NPV: closed forms against sums, timing by name, and no value without end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import assumed
from referral_playbook.methods.customer_value.simple import (
    deal_value,
    margin_multiple,
    plain_lifetime_value,
    simple_customer_value,
)
from referral_playbook.methods.survival.retention import period_retention
from tests.oracles.customers import value_with_retention_cost

share = st.floats(0.0, 0.98)
rate = st.floats(0.005, 0.5)


@given(r=share, i=rate, n=st.integers(1, 40))
def test_the_multiple_is_the_sum_it_stands_for(r, i, n):
    kept = r / (1 + i)
    start, end = (np.sum(kept ** np.arange(first, first + n)) for first in (0, 1))
    told = {"discount_rate": i, "periods": n}
    assert margin_multiple(r, timing="start", **told) == pytest.approx(start)
    assert margin_multiple(r, timing="end", **told) == pytest.approx(end)


@given(r=share, i=rate)
def test_the_endless_multiple_and_its_two_timings(r, i):
    end, start = (margin_multiple(r, discount_rate=i, timing=t) for t in ("end", "start"))
    assert end == pytest.approx(r / (1 + i - r))
    assert start == pytest.approx(end + 1)
    assert margin_multiple(r, discount_rate=i, periods=5000) == pytest.approx(end, rel=1e-6)


@given(r=st.floats(0, 0.9), more=st.floats(0, 0.08), i=rate)
def test_more_retention_is_worth_more_and_more_discount_less(r, more, i):
    assert margin_multiple(r + more, discount_rate=i) >= margin_multiple(r, discount_rate=i) - 1e-12
    assert margin_multiple(r, discount_rate=i + more) <= margin_multiple(r, discount_rate=i) + 1e-12


def test_a_value_without_end_is_refused():
    with pytest.raises(ValueError, match="no end"):
        margin_multiple(1.0, discount_rate=0.0)
    assert margin_multiple(1.0, discount_rate=0.0, periods=12, timing="start") == 12
    with pytest.raises(ValueError, match="retention is a share"):
        margin_multiple(1.2, discount_rate=0.1)


def test_arrays_broadcast():
    found = margin_multiple(np.array([[0.6], [0.9]]), discount_rate=np.array([0.1, 0.16]), periods=10)
    assert found.shape == (2, 2)
    assert found[1, 0] == pytest.approx(margin_multiple(0.9, discount_rate=0.1, periods=10))


def test_plain_value_is_the_undiscounted_multiple():
    """m / churn, with the first margin at the start: the same customers, no discount."""
    found = plain_lifetime_value(margin=30, churn=0.05)
    assert found == pytest.approx(30 * margin_multiple(0.95, discount_rate=0.0, timing="start"))
    with pytest.raises(ValueError, match="undefined"):
        plain_lifetime_value(margin=30, churn=0.0)


@given(r=share, d=rate, n=st.integers(1, 30), gc=st.floats(0, 1000))
def test_without_promotions_it_is_the_multiple_with_the_first_margin_at_the_start(r, d, n, gc):
    found = value_with_retention_cost(margin=gc, retention_cost=0, retention=r, discount_rate=d, periods=n)
    assert found == pytest.approx(gc * margin_multiple(r, discount_rate=d, timing="start", periods=n + 1), abs=1e-6)


def test_promotions_in_mid_period_by_hand():
    found = value_with_retention_cost(margin=125, retention_cost=25, retention=0.8, discount_rate=0.2, periods=2)
    margins = 125 * (1 + 0.8 / 1.2 + 0.8**2 / 1.2**2)
    assert found == pytest.approx(margins - 25 / 1.2**0.5 - 25 * 0.8 / 1.2**1.5)


def test_one_off_against_relationship_is_about_five_times():
    one_off = deal_value(amount=200_000, discount_rate=0.1)
    relationship = deal_value(amount=300_000, discount_rate=0.1, periods=5, retention=0.9)
    assert 4.5 < relationship / one_off < 5.5


def test_simple_value_moves_with_both_ranges():
    kept = period_retention(start=400, end=360, new=0)
    margin = assumed(100, 90, 110, unit="GBP", per="customer and year", source="workshop")
    alone = simple_customer_value(margin=100, retention=kept, discount_rate=0.1, unit="GBP")
    both = simple_customer_value(margin=margin, retention=kept, discount_rate=0.1, unit="GBP")
    low, high = (100 * margin_multiple(r, discount_rate=0.1, timing="start") for r in (kept.low, kept.high))
    assert (alone.low, alone.high) == pytest.approx((low, high))
    assert both.low < alone.low
    assert both.high > alone.high
    assert (alone.basis, both.basis, both.confidence) == ("measured", "assumed", None)


def test_simple_value_without_customers_or_without_churn_says_why():
    none = simple_customer_value(
        margin=100, retention=period_retention(start=0, end=0, new=0), discount_rate=0.1, unit="GBP"
    )
    assert "no customers" in none.reason
    endless = simple_customer_value(
        margin=100, retention=period_retention(start=10, end=10, new=0), discount_rate=0.0, unit="GBP"
    )
    assert endless.value is None
