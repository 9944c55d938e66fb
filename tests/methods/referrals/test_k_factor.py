"""K with its range, growth by cycle, and where it ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.methods.referrals.cascades import ceiling
from referral_playbook.methods.referrals.k_factor import cascade_size, growth, k_factor


@given(customers=st.integers(1, 2000), invites=st.integers(1, 5000), rate=st.floats(0, 1))
def test_k_is_the_product_and_its_limits_are_mid_p(customers, invites, rate):
    conversions = int(rate * invites)
    found = k_factor(customers=customers, invites=invites, conversions=conversions)
    product = found.invites_per_customer.value * found.conversion_per_invite.value
    assert found.k.value == pytest.approx(product)
    low, high = (stats.poisson(limit * customers) for limit in (found.k.low, found.k.high))
    if conversions:
        assert low.sf(conversions) + low.pmf(conversions) / 2 == pytest.approx(0.025, abs=1e-6)
    assert high.cdf(conversions) - high.pmf(conversions) / 2 == pytest.approx(0.025, abs=1e-6)


@given(customers=st.integers(2, 500), conversions=st.integers(1, 400), k=st.floats(0.05, 50))
def test_negative_binomial_limits_invert_its_tails(customers, conversions, k):
    found = k_factor(customers=customers, invites=conversions, conversions=conversions, dispersion=k).k
    size = k * customers
    high, low = (stats.nbinom(size, k / (k + limit)) for limit in (found.high, found.low))
    assert high.cdf(conversions) - high.pmf(conversions) / 2 == pytest.approx(0.025, abs=1e-4)
    assert low.sf(conversions) + low.pmf(conversions) / 2 == pytest.approx(0.025, abs=1e-4)


def test_a_few_who_decide_widen_the_range():
    even, uneven = (k_factor(customers=300, invites=400, conversions=60, dispersion=d).k for d in (None, 0.1))
    assert uneven.low < even.low
    assert uneven.high > even.high
    near = k_factor(customers=300, invites=400, conversions=60, dispersion=1e7).k
    assert (near.low, near.high) == pytest.approx((even.low, even.high), rel=1e-3)


@pytest.mark.parametrize("dispersion", [None, 0.2])
def test_ranges_cover_when_the_truth_is_known(dispersion):
    hits, rng = 0, np.random.default_rng(6)
    for _ in range(500):
        each = rng.poisson(0.4, 200) if dispersion is None else rng.negative_binomial(0.2, 0.2 / 0.6, 200)
        made = int(each.sum())
        found = k_factor(customers=200, invites=made, conversions=made, dispersion=dispersion, confidence=0.8).k
        hits += found.low <= 0.4 <= found.high
    assert 0.75 <= hits / 500 <= 0.85  # standard error 0.018


def test_none_and_all():
    none = k_factor(customers=50, invites=20, conversions=0)
    assert (none.k.value, none.k.low) == (0, 0)
    assert none.k.high > 0.05
    every = k_factor(customers=50, invites=20, conversions=20)
    assert every.conversion_per_invite.value == 1
    assert every.conversion_per_invite.low < 1


def test_no_customers_and_no_invites_say_why():
    nobody = k_factor(customers=0, invites=0, conversions=0)
    assert nobody.k.reason == "no customers"
    quiet = k_factor(customers=50, invites=0, conversions=0)
    assert quiet.conversion_per_invite.reason == "no invites"
    assert quiet.invites_per_customer.value == 0
    with pytest.raises(ValueError, match=r"conversions \(4\) cannot exceed invites \(3\)\. Check that both"):
        k_factor(customers=5, invites=3, conversions=4)
    for counts in ({"customers": -1, "conversions": 0}, {"customers": 5, "conversions": -2}):
        with pytest.raises(ValueError, match="is 0 or more, not"):
            k_factor(invites=3, **counts)


@given(k=st.floats(0, 0.95), seeds=st.floats(1, 1000), cycle=st.floats(0.5, 60))
def test_growth_starts_at_the_seeds_rises_and_ends_at_the_ceiling(k, seeds, cycle):
    t = np.linspace(0, 40 * cycle, 50)
    customers = growth(t, seeds=seeds, k=k, cycle=cycle)
    assert customers[0] == pytest.approx(seeds)
    assert np.all(np.diff(customers) >= -1e-9 * seeds)
    assert growth(2000 * cycle, seeds=seeds, k=k, cycle=cycle) == pytest.approx(ceiling(seeds=seeds, k=k))


def test_growth_counts_generations_and_is_smooth_at_one():
    assert growth(3.0, seeds=10, k=2, cycle=1) == pytest.approx(10 + 20 + 40 + 80)
    near = [float(growth(5.0, seeds=10, k=k, cycle=1)) for k in (1 - 1e-9, 1.0, 1 + 1e-9)]
    assert near == pytest.approx([60, 60, 60])
    assert growth(6.0, seeds=10, k=2, cycle=2) < growth(6.0, seeds=10, k=2, cycle=1)
    with pytest.raises(ValueError, match="cycle is above 0"):
        growth(1.0, seeds=1, k=1, cycle=0)
    with pytest.raises(ValueError, match="0 or more"):
        growth(-1.0, seeds=1, k=1, cycle=1)


def test_a_hundred_seeds_at_point_six_end_at_250():
    k = k_factor(customers=10_000, invites=10_000, conversions=6_000).k
    found = cascade_size(k, seeds=100)
    assert found.value == pytest.approx(250)
    assert (found.low, found.high) == pytest.approx((100 / (1 - k.low), 100 / (1 - k.high)))


def test_a_range_that_reaches_one_has_no_upper_limit_and_k_of_one_no_size():
    wide = cascade_size(k_factor(customers=10, invites=20, conversions=8).k)
    assert wide.value == pytest.approx(5)
    assert wide.high is None
    assert wide.reason
    assert cascade_size(k_factor(customers=10, invites=20, conversions=12).k).value is None
