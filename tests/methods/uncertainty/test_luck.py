"""Whole numbers drawn from rates: scipy's Poisson distribution is the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from referral_playbook.methods.uncertainty.luck import FEW, _poisson_quantiles, poisson_counts


def test_the_quantiles_are_scipys() -> None:
    rate = np.array([0.0, 1e-9, 0.01, 0.3, 1.0, 2.7, FEW])
    levels = np.concatenate([np.linspace(0.0005, 0.9995, 400), [1e-12, 1 - 1e-12]])[:, None]
    uniform = np.broadcast_to(levels, (levels.size, rate.size))
    assert (_poisson_quantiles(uniform, rate) == stats.poisson(rate).ppf(uniform)).all()


def test_the_highest_level_that_can_be_drawn_ends() -> None:
    counts = _poisson_quantiles(np.full((1, 3), 1 - 2.0**-53), np.array([0.0, 1.0, FEW]))
    assert counts[0, 0] == 0
    assert 15 < counts[0, 1] < counts[0, 2] < 60


@pytest.mark.parametrize("rate", [0.2, 3.0, FEW, FEW * 1.01, 40.0])
def test_counts_are_poisson_on_both_sides_of_the_limit(rate: float) -> None:
    shares = np.array([0.5, 1.0, 1.0])
    counts = poisson_counts(np.full(20_000, rate), shares, np.random.default_rng(5))
    for row, share in zip(counts, shares, strict=True):
        mean = rate * share
        assert row.mean() == pytest.approx(mean, abs=4 * np.sqrt(mean / row.size))
        assert row.var() == pytest.approx(mean, rel=0.06)
        upper = stats.poisson(mean).ppf(0.9)
        chance = stats.poisson(mean).sf(upper)
        assert (row > upper).mean() == pytest.approx(chance, abs=4 * np.sqrt(chance / row.size))
    assert abs(np.corrcoef(counts)[0, 2]) < 0.03


def test_low_and_high_rates_stand_in_their_own_columns() -> None:
    counts = poisson_counts(np.array([0.0, 1_000.0, 0.0, 4_000.0]), np.ones(50), np.random.default_rng(6))
    assert counts.mean(axis=0) == pytest.approx([0, 1_000, 0, 4_000], rel=0.02)


def test_nothing_happens_while_nothing_has_begun() -> None:
    assert not poisson_counts(np.array([3.0, 50.0]), np.zeros(4), np.random.default_rng(7)).any()


@pytest.mark.parametrize(("rate", "shares"), [([-1.0], [0.5]), ([1.0], [-0.5]), ([[1.0]], [0.5]), (["no"], [0.5])])
def test_rates_and_shares_that_cannot_be_are_refused(rate: list[object], shares: list[float]) -> None:
    with pytest.raises(ValueError, match=r"0 or more|one dimension|number"):
        poisson_counts(rate, shares, np.random.default_rng(1))  # type: ignore[arg-type]
