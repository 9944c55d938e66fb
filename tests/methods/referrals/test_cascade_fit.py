"""K from finished cascades: the closed form, its range, and how concentrated referring is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from referral_playbook.methods.referrals.cascades import fit_cascades, log_total_size_pmf

from .test_cascades import simulate

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=40)


@given(sizes)
def test_the_estimate_is_one_less_seeds_over_customers(totals):
    found = fit_cascades(totals)
    assert found.k.value == pytest.approx(1 - len(totals) / sum(totals))
    assert 0 <= found.k.low <= found.k.value <= found.k.high
    assert found.k.n == len(totals)


@given(st.lists(st.integers(1, 20), min_size=3, max_size=20), st.floats(0.1, 5))
def test_no_other_k_is_more_likely_whatever_the_dispersion(totals, dispersion):
    found = fit_cascades(totals, dispersion=dispersion)

    def cost(k):
        return -np.sum(log_total_size_pmf(totals, k=k, dispersion=dispersion))

    best = optimize.minimize_scalar(cost, bounds=(1e-9, 3), method="bounded", options={"xatol": 1e-10})
    assert found.log_likelihood >= -best.fun - 1e-6


def test_order_does_not_matter_and_heavy_tails_widen():
    totals = [1, 1, 4, 1, 9, 2, 1, 1, 1, 3]
    assert fit_cascades(totals) == fit_cascades(totals[::-1])
    even, uneven = fit_cascades(totals), fit_cascades(totals, dispersion=0.2)
    assert uneven.k.value == even.k.value
    assert uneven.k.high > even.k.high
    assert uneven.k.low < even.k.low


def test_seeds_may_differ():
    found = fit_cascades([5, 3, 10], seeds=[2, 3, 4])
    assert found.k.value == pytest.approx(1 - 9 / 18)


def test_the_range_covers():
    hits = 0
    for seed in range(300):
        totals = simulate(np.random.default_rng(seed), 80, k=0.5)
        found = fit_cascades(totals, confidence=0.9)
        hits += found.k.low <= 0.5 <= found.k.high
    assert 0.85 <= hits / 300 <= 0.945


def test_the_dispersion_is_found_too():
    totals = simulate(np.random.default_rng(1), 4000, k=0.5, dispersion=0.3)
    found = fit_cascades(totals, dispersion="fit")
    assert found.dispersion == pytest.approx(0.3, rel=0.2)
    assert found.k.low < 0.5 < found.k.high
    assert not found.edge
    assert fit_cascades(totals).log_likelihood < found.log_likelihood - 50


def test_even_referring_is_told_at_the_edge():
    totals = np.repeat([1, 2, 3], [60, 30, 10])
    assert fit_cascades(totals, dispersion="fit").edge


def test_nobody_brought_anybody():
    found = fit_cascades([1, 1, 1, 1])
    assert (found.k.value, found.k.low) == (0, 0)
    assert found.k.high == pytest.approx(-np.log(np.exp(-3.841459 / 2)) / 4, rel=1e-3)
    unknown = fit_cascades([1, 1], dispersion="fit")
    assert unknown.k.value is None
    assert "nobody brought anybody" in unknown.k.reason


def test_no_cascade_gives_a_reason_and_a_false_one_an_error():
    assert fit_cascades([]).k.reason == "no cascades"
    with pytest.raises(ValueError, match="counts its seeds"):
        fit_cascades([1, 2], seeds=2)
