"""Branching: sizes and extinction against simulated word of mouth and second closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from referral_playbook.methods.referrals.cascades import ceiling, log_total_size_pmf, total_size, total_size_pmf
from tests.oracles.referrals import extinction_probability, share_by_top

below = st.floats(0.01, 0.9)
above = st.floats(1.01, 6)
spread = st.floats(0.05, 20)


def simulate(rng, n, *, k, dispersion=None, seeds=1, most=3000):
    """Total size of n cascades, generation by generation; stopped when larger than `most`."""
    live = np.full(n, seeds)
    total = live.copy()
    while live.any():
        if dispersion is None:
            live = rng.poisson(k * live)
        else:
            size = np.maximum(dispersion * live, 1e-300)
            live = np.where(live > 0, rng.negative_binomial(size, dispersion / (dispersion + k)), 0)
        total += live
        live[total > most] = 0
    return total


@pytest.mark.parametrize(("k", "dispersion", "seeds"), [(0.6, None, 1), (0.7, 0.3, 2), (0.4, 1.0, 5)])
def test_sizes_are_those_of_simulated_cascades(k, dispersion, seeds):
    n = 100_000
    seen = simulate(np.random.default_rng(2), n, k=k, dispersion=dispersion, seeds=seeds)
    moments = total_size(k=k, seeds=seeds, dispersion=dispersion)
    assert seen.mean() == pytest.approx(moments.mean, abs=4 * np.sqrt(moments.variance / n))
    assert seen.var() == pytest.approx(moments.variance, rel=0.15)
    totals = np.arange(seeds, seeds + 6)
    shares = [(seen == t).mean() for t in totals]
    np.testing.assert_allclose(total_size_pmf(totals, k=k, seeds=seeds, dispersion=dispersion), shares, atol=0.006)


@given(k=st.floats(0.05, 0.7), dispersion=st.none() | st.floats(0.3, 20), seeds=st.integers(1, 5))
def test_the_distribution_sums_to_one_and_has_its_moments(k, dispersion, seeds):
    n = np.arange(4000)
    p = total_size_pmf(n, k=k, seeds=seeds, dispersion=dispersion)
    moments = total_size(k=k, seeds=seeds, dispersion=dispersion)
    assert p.sum() == pytest.approx(1, abs=1e-6)
    assert p @ n == pytest.approx(moments.mean, rel=1e-3)
    assert p @ (n - moments.mean) ** 2 == pytest.approx(moments.variance, rel=2e-2)
    assert not p[:seeds].any()


@given(k=above, dispersion=st.none() | spread)
def test_above_one_the_sizes_sum_to_extinction(k, dispersion):
    if k < 1.5:
        k = 1.5  # nearer to 1 the sum needs very large cascades
    p = total_size_pmf(np.arange(1, 20_000), k=k, dispersion=dispersion)
    assert p.sum() == pytest.approx(extinction_probability(k, dispersion=dispersion), abs=2e-3)


@given(k=above)
def test_poisson_extinction_is_lamberts_function(k):
    lambert = -special.lambertw(-k * np.exp(-k)).real / k
    assert extinction_probability(k) == pytest.approx(lambert, abs=1e-9)


@given(k=above)
def test_geometric_extinction_is_one_over_k(k):
    assert extinction_probability(k, dispersion=1) == pytest.approx(1 / k, abs=1e-10)


@given(k=above, dispersion=spread, seeds=st.integers(1, 10))
def test_extinction_solves_its_equation_and_seeds_multiply(k, dispersion, seeds):
    q = extinction_probability(k, dispersion=dispersion)
    assert q == pytest.approx((1 + k * (1 - q) / dispersion) ** -dispersion, abs=1e-9)
    assert q < 1
    assert extinction_probability(k, dispersion=dispersion, seeds=seeds) == pytest.approx(q**seeds)
    assert q >= extinction_probability(k) - 1e-9  # concentration makes dying out likelier


@pytest.mark.parametrize("k", [0.0, 0.5, 1.0])
def test_at_one_and_below_it_always_dies_out(k):
    assert extinction_probability(k) == 1
    assert extinction_probability(k, dispersion=0.2) == 1


@pytest.mark.parametrize("k", [1 + 1e-9, 1 + 1e-6, 1.0001])
def test_just_above_one_the_root_is_near_two_times_the_excess(k):
    assert 1 - extinction_probability(k) == pytest.approx(2 * (k - 1), rel=1e-3)


def test_extinction_as_simulated():
    seen = simulate(np.random.default_rng(4), 40_000, k=1.63, dispersion=0.16, most=500)
    assert (seen <= 500).mean() == pytest.approx(extinction_probability(1.63, dispersion=0.16), abs=0.006)


@given(dispersion=st.floats(0.02, 100), low=st.floats(0, 1), high=st.floats(0, 1))
def test_top_shares_are_a_lorenz_curve(dispersion, low, high):
    low, high = sorted([low, high])
    small, large = share_by_top([low, high], dispersion=dispersion)
    assert low - 1e-9 <= small <= large + 1e-12
    assert large <= 1


def test_top_share_is_that_of_drawn_customers():
    means = np.sort(np.random.default_rng(3).gamma(0.3, 1, 400_000))
    assert share_by_top(0.1, dispersion=0.3) == pytest.approx(means[-40_000:].sum() / means.sum(), abs=0.005)
    near_even = float(share_by_top(0.2, dispersion=1e4))
    assert near_even == pytest.approx(0.2, abs=0.01)


def test_many_dispersion_is_poisson():
    near = total_size_pmf([1, 2, 3, 4], k=0.5, dispersion=1e7)
    np.testing.assert_allclose(
        near, stats.poisson.pmf([0, 1, 2, 3], 0.5 * np.arange(1, 5)) / np.arange(1, 5), rtol=1e-4
    )


def test_no_friends_at_all_ends_with_the_seeds():
    assert total_size_pmf([3, 4], k=0.0, seeds=3).tolist() == [1, 0]
    assert total_size(k=0.0, seeds=3).variance == 0
    assert log_total_size_pmf([2], k=0.5, seeds=3)[0] == -np.inf


@given(k=below, seeds=st.integers(1, 1000))
def test_the_ceiling_is_where_growth_ends(k, seeds):
    assert ceiling(seeds=seeds, k=k) == pytest.approx(seeds * np.sum(k ** np.arange(2000)))


@pytest.mark.parametrize("k", [1.0, 1.5, -0.1])
def test_from_one_on_there_is_no_ceiling(k):
    with pytest.raises(ValueError, match="no mean size"):
        ceiling(seeds=10, k=k)


def test_bad_parameters_are_refused():
    with pytest.raises(ValueError, match="dispersion is above 0"):
        extinction_probability(1.5, dispersion=0.0)
    with pytest.raises(ValueError, match="totals are whole"):
        total_size_pmf([1.5], k=0.5)
    with pytest.raises(ValueError, match="from 0 to 1"):
        share_by_top(1.2, dispersion=1)
    with pytest.raises(ValueError, match="a seed at least"):
        extinction_probability(1.5, seeds=0)
