"""Bootstrap of one sample: scipy's limits, coverage of a skewed mean, edges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from referral_playbook.methods.uncertainty.bootstrap import bootstrap

SAID = {"unit": "GBP", "per": "customer", "source": "margin"}


def test_it_is_scipys_interval():
    sample = np.random.default_rng(0).lognormal(3, 1, 80)
    found = bootstrap(sample, **SAID, seed=4)
    theirs = stats.bootstrap((np.sort(sample),), np.mean, n_resamples=999, batch=64, rng=np.random.default_rng(4))
    assert (found.low, found.high) == pytest.approx(tuple(theirs.confidence_interval))
    assert (found.value, found.n) == (pytest.approx(sample.mean()), 80)


@pytest.mark.parametrize("n", [50, 3000])
def test_about_nine_in_ten_ranges_hold_the_mean(n):
    hits = 0
    for seed in range(120):
        sample = np.random.default_rng(seed).gamma(2, 10, n)
        found = bootstrap(sample, **SAID, confidence=0.9, resamples=299, seed=seed)
        hits += found.low <= 20 <= found.high
    assert 0.80 <= hits / 120 <= 0.97


def test_a_median_too():
    found = bootstrap(np.arange(101), **SAID, statistic=np.median)
    assert found.value == 50
    assert found.low < 50 < found.high


@pytest.mark.parametrize("sample", [[], [5], [5, 5, 5]])
def test_a_sample_without_spread_gives_no_range(sample):
    found = bootstrap(sample, **SAID)
    assert found.value is None
    assert "without spread" in found.reason


def test_unknown_values_are_refused():
    with pytest.raises(ValueError, match="finite"):
        bootstrap([1, float("nan")], **SAID)
