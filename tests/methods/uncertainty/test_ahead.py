"""Forecasts that hold their level, on counts that are steady, grow, drift or clump."""

from __future__ import annotations

import numpy as np
import pytest

from referral_playbook.methods.uncertainty import ahead
from referral_playbook.methods.uncertainty.ahead import count_ahead, rescaled


def _series(kind, rng, months=40):
    base, t = np.exp(rng.uniform(np.log(2), np.log(25))), np.arange(months)
    rate = {
        "steady": np.full(months, base),
        "growing": base * np.exp(0.02 * t - 0.4),
        "drifting": base * np.exp(np.cumsum(rng.normal(0, 0.08, months))),
        "clumped": rng.gamma(1 / 0.1, 0.1 * base, months),
    }[kind]
    return rng.poisson(rate)


@pytest.mark.parametrize("ahead", [1, 3])
def test_80_percent_ranges_hold_about_80_percent(ahead):
    """Full figures: 200 simulated subscription clients, in `playbook/coverage.md`; here 4 kinds of 30 short series."""
    rng, held = np.random.default_rng(80), []
    for kind in ("steady", "growing", "drifting", "clumped"):
        for _ in range(30):
            counts = _series(kind, rng)
            for t in (24, 30, 36):
                found = count_ahead(counts[:t], ahead=ahead)
                held.append(found.low <= counts[t : t + ahead].sum() <= found.high)
    assert 0.74 <= np.mean(held) <= 0.88


def test_a_level_that_moved_is_followed():
    found = count_ahead([5] * 18 + [20] * 6)
    assert found.low >= 12
    assert count_ahead([20] * 24).value == pytest.approx(20, abs=1)


def test_growth_is_carried_on():
    counts = np.round(10 * np.exp(0.05 * np.arange(24))).astype(int)
    assert count_ahead(counts, ahead=3).value > 3 * counts[-6:].mean()


def test_nothing_at_all_gives_a_small_range_and_little_history_gives_none():
    found = count_ahead([0] * 24)
    assert (found.value, found.low) == (0, 0)
    assert found.high <= 1
    assert "needs 6" in count_ahead([3, 4, 5]).reason


@pytest.mark.parametrize("counts", [[1.5] * 8, [-1] * 8, [np.nan] * 8])
def test_counts_that_cannot_be_are_refused(counts):
    with pytest.raises(ValueError, match=r"whole numbers|not (a )?finite"):
        count_ahead(counts)


def test_other_levels_keep_the_sides():
    found = count_ahead([2, 0, 9, 4, 1, 7, 3, 12])
    low, high = rescaled(found, found.confidence)
    assert (low, high) == pytest.approx((found.low, found.high))
    wide = rescaled(found, 0.95)
    assert wide[0] <= low
    assert wide[1] >= high


def test_large_counts_cost_no_more_and_give_the_same_range(monkeypatch):
    large = np.random.default_rng(1).poisson(30_000, 24)
    quick = ahead.count_ahead(large, ahead=3)
    monkeypatch.setattr(ahead, "KNOTS", 10**9)
    assert ahead.count_ahead(large, ahead=3) == quick
