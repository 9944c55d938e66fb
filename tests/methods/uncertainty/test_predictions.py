"""Predictive bands of counts hold as many of the next periods as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.methods.uncertainty.predictions import predict_counts, predict_events


@pytest.mark.parametrize("rate", [0.8, 4.0, 30.0])
def test_the_next_count_at_a_steady_rate_is_covered(rate):
    rng = np.random.default_rng(7)
    past, ahead = rng.poisson(12 * rate, 3_000), rng.poisson(rate, 3_000)
    bands = {int(k): predict_events(int(k), 12.0) for k in set(past)}
    inside = [bands[int(k)].low <= y <= bands[int(k)].high for k, y in zip(past, ahead, strict=True)]
    assert np.mean(inside) == pytest.approx(0.80, abs=0.12 if rate < 1 else 0.05)


def test_the_next_total_of_spread_counts_is_covered():
    rng = np.random.default_rng(8)
    counts = rng.negative_binomial(2, 2 / (2 + 10.0), size=(400, 25))
    bands = [predict_counts(row[:24]) for row in counts]
    inside = [band.low <= row[24] <= band.high for row, band in zip(counts, bands, strict=True)]
    assert np.mean(inside) == pytest.approx(0.80, abs=0.06)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=24), st.integers(1, 12))
@settings(max_examples=60)
def test_the_expected_total_is_the_mean_times_the_periods_and_the_band_is_whole(counts, periods):
    band = predict_counts(counts, periods=periods)
    assert band.value == pytest.approx(periods * np.mean(counts))
    assert band.low <= band.value <= band.high
    assert band.low == int(band.low) >= 0


def test_longer_records_narrow_the_band():
    assert (
        predict_events(10, 2.0).high - predict_events(10, 2.0).low
        > predict_events(120, 24.0).high - predict_events(120, 24.0).low
    )


def test_nothing_seen_and_nothing_ahead():
    assert "exposure is 0" in predict_events(0, 0.0).reason
    assert "no past period" in predict_counts([]).reason
    with pytest.raises(ValueError, match="ahead"):
        predict_events(3, 1.0, ahead=0.0)
    with pytest.raises(ValueError, match="period"):
        predict_counts([1, 2], periods=0)
