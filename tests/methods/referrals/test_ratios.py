"""Ratios of sums over customers: invariance, a second route, edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.methods.referrals.clusters import ratio_of_sums

SAID = {"per": "unit of revenue", "source": "simulated"}
pairs = st.lists(st.tuples(st.floats(1, 100), st.floats(1, 100)), min_size=2, max_size=40)


@given(pairs, st.floats(0.01, 100), st.randoms())
def test_neither_the_currency_nor_the_order_matters(rows, factor, random):
    found = ratio_of_sums(*zip(*rows, strict=True), **SAID)
    assume(found.defined)
    random.shuffle(rows)
    other = ratio_of_sums(*(np.array(column) * factor for column in zip(*rows, strict=True)), **SAID)
    assert (other.value, other.low, other.high) == pytest.approx((found.value, found.low, found.high), rel=1e-6)
    assert 0 < found.low <= found.value <= found.high


def test_the_bootstrap_over_customers_gives_about_the_same_range():
    rng = np.random.default_rng(3)
    start = rng.lognormal(4, 0.6, 400)
    end = start * rng.uniform(0.4, 1.3, 400)
    ours = ratio_of_sums(end, start, **SAID)
    theirs = stats.bootstrap(
        (end, start), lambda e, s, axis: e.sum(axis) / s.sum(axis), paired=True, method="percentile", rng=rng
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.006)


@pytest.mark.parametrize(
    ("top", "bottom", "reason"),
    [
        ([], [], "nothing to divide by"),
        ([1, 2], [0, 0], "nothing to divide by"),
        ([3], [4], "1 customer"),
        ([1, 2], [2, 4], "all moved alike"),
        ([0, 0], [2, 4], "all moved alike"),
    ],
)
def test_without_a_spread_there_is_no_range(top, bottom, reason):
    found = ratio_of_sums(top, bottom, **SAID)
    assert found.value is None
    assert reason in found.reason
