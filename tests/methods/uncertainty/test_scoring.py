"""Scores against closed forms, direct integration and hand counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from referral_playbook.contract.evidence import Estimate, undefined
from referral_playbook.methods.uncertainty.scoring import (
    Spread,
    bias,
    brier,
    crps_normal,
    interval_coverage,
)


def test_coverage_counts_and_says_when_ranges_are_too_narrow():
    found = interval_coverage([0] * 20, [1] * 20, [0.5] * 9 + [2.0] * 11, level=0.8)
    assert (found.held, found.n) == (9, 20)
    assert found.too_narrow  # Wilson for 9 of 20 reaches to 66%
    assert not interval_coverage([0] * 20, [1] * 20, [0.5] * 14 + [2.0] * 6, level=0.8).too_narrow


def test_ends_count_as_within_and_an_open_range_has_no_upper_end():
    found = interval_coverage([0.0, 1.0, 5.0], [1.0, 2.0, math.nan], [1.0, 1.0, 1e9], level=0.95)
    assert found.held == 3


def test_nothing_ripe_is_undefined_not_zero():
    found = interval_coverage([], [], [], level=0.8)
    assert not found.share.defined
    assert not found.too_narrow


def test_normal_score_against_the_integral_that_defines_it():
    for mean, sd, outcome in ((0.0, 1.0, 0.3), (2.0, 0.5, -1.0), (10.0, 4.0, 15.0)):
        below = quad(lambda x, m=mean, s=sd: norm.cdf(x, m, s) ** 2, mean - 12 * sd, outcome, limit=200)[0]
        above = quad(lambda x, m=mean, s=sd: norm.sf(x, m, s) ** 2, outcome, mean + 12 * sd, limit=200)[0]
        assert crps_normal([mean], [sd], [outcome])[0] == pytest.approx(below + above, rel=1e-6)


def test_sample_score_converges_to_the_closed_form():
    x = norm.ppf((np.arange(20_000) + 0.5) / 20_000, 3.0, 2.0)
    rank = 2 * np.arange(1, x.size + 1) - x.size - 1
    samples = np.abs(x - 4.5).mean() - x @ rank / x.size / (x.size - 1)  # E|X - y| - E|X - X'|/2
    assert samples == pytest.approx(crps_normal([3.0], [2.0], [4.5])[0], rel=1e-3)


@pytest.mark.parametrize("outcome", [-2.0, 0.0, 0.7, 5.0])
def test_split_normal_score_against_the_integral(outcome):
    spread = Spread(value=0.0, below=0.5, above=2.0)

    def cdf(x):
        return norm.cdf(x, 0, 0.5) if x < 0 else norm.cdf(x, 0, 2.0)

    below = quad(lambda x: cdf(x) ** 2, -10, outcome, points=[0] if outcome > 0 else None, limit=300)[0]
    above = quad(lambda x: (1 - cdf(x)) ** 2, outcome, 30, points=[0] if outcome < 0 else None, limit=300)[0]
    assert spread.crps(outcome) == pytest.approx(below + above, rel=1e-5)


def test_a_spread_keeps_the_printed_range():
    estimate = Estimate(
        value=10, low=6, high=20, confidence=0.8, n=None, unit="referrals", per="month", basis="measured", source="x"
    )
    assert Spread.of(estimate).range(0.8) == pytest.approx((6, 20))
    low, high = Spread.of(estimate).range(0.95)
    assert (low, high) == pytest.approx((10 - 4 * 1.959964 / 1.281552, 10 + 10 * 1.959964 / 1.281552), rel=1e-5)
    with pytest.raises(ValueError, match="cannot be scored: no data"):
        Spread.of(undefined("no data", unit="x", per="y"))


def test_brier_of_a_coin_and_of_certainty():
    assert brier([0.5, 0.5], [0, 1]) == 0.25
    assert brier([1.0, 0.0], [1, 0]) == 0.0
    with pytest.raises(ValueError, match="between 0 and 1"):
        brier([1.2], [1])


def test_bias_is_relative_and_refuses_all_zero_outcomes():
    assert bias([5, 15], [10, 10]) == 0.0
    assert bias([8], [10]) == pytest.approx(-0.2)
    with pytest.raises(ValueError, match="no meaning"):
        bias([1], [0])


def test_unripe_forecasts_are_refused():
    with pytest.raises(ValueError, match="not ripened"):
        bias([1.0], [math.nan])
    with pytest.raises(ValueError, match="same length"):
        bias([1.0, 2.0], [1.0])
