"""A staggered roll-out: the fit agrees with statsmodels, the interval covers the truth, the power is what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from referral_playbook.methods.experiments.stepped import stepped_power, stepped_ratio

STARTED = np.array([[0] * 6 + [1] * 12, [0] * 10 + [1] * 8, [0] * 14 + [1] * 4, [0] * 18], dtype=float)


def _counts(rng, effect, spread=1.0):
    """Four groups over 18 months with rates and seasons of their own; a gamma urge per cell spreads the counts."""
    rate = np.array([4.0, 7.0, 5.0, 9.0])[:, None] * (1 + 0.3 * np.sin(np.arange(18) / 2))
    mean = 10 * rate * np.exp(effect * STARTED)
    if spread > 1:
        mean = rng.gamma(mean / (spread - 1), spread - 1)
    return rng.poisson(mean), np.full(mean.shape, 100.0)


def test_the_fit_is_that_of_statsmodels():
    statsmodels = pytest.importorskip("statsmodels.api")
    counts, exposure = _counts(np.random.default_rng(1), math.log(1.4))
    group, month = np.repeat(np.eye(4), 18, axis=0), np.tile(np.eye(18), (4, 1))[:, 1:]
    design = np.column_stack([STARTED.ravel(), group, month])
    model = statsmodels.GLM(
        counts.ravel(), design, family=statsmodels.families.Poisson(), offset=np.log(exposure.ravel())
    )
    theirs = model.fit()
    ours = stepped_ratio(counts, exposure, STARTED)
    assert math.log(ours.value) == pytest.approx(theirs.params[0], rel=1e-6)
    assert math.log(ours.high / ours.value) == pytest.approx(1.959964 * theirs.bse[0], rel=1e-6)


@pytest.mark.parametrize(("effect", "spread"), [(0.0, 1.0), (math.log(1.3), 1.0), (math.log(1.3), 2.0)])
def test_the_interval_covers_the_true_effect_in_about_95_of_100_roll_outs(effect, spread):
    """3,000 roll-outs gave 94.6% to 95.2%; 200 are run here."""
    rng = np.random.default_rng(16)
    covered = 0
    for _ in range(200):
        found = stepped_ratio(*_counts(rng, effect, spread), STARTED, dispersion=spread)
        covered += found.low <= math.exp(effect) <= found.high
    assert 182 <= covered <= 198


def test_the_power_is_how_often_the_effect_shows():
    rng, effect = np.random.default_rng(2), math.log(1.12)
    planned = stepped_power(_expected(), STARTED, effect=effect)
    shown = sum(stepped_ratio(*_counts(rng, effect), STARTED).low > 1 for _ in range(200)) / 200
    assert shown == pytest.approx(planned, abs=0.08)
    assert 0.3 < planned < 0.9


def _expected():
    return 10 * np.array([4.0, 7.0, 5.0, 9.0])[:, None] * (1 + 0.3 * np.sin(np.arange(18) / 2))


@pytest.mark.parametrize("started", [np.zeros((2, 4)), np.ones((2, 4)), [[0, 0, 1, 1]] * 2, [[0] * 4, [1] * 4]])
def test_where_nothing_can_be_compared_there_is_no_ratio(started):
    found = stepped_ratio(np.full((2, 4), 9), np.full((2, 4), 50), started)
    assert "nothing to compare" in found.reason
    assert stepped_power(np.full((2, 4), 9.0), started, effect=0.4) == 0.0


def test_without_events_on_one_side_there_is_no_ratio():
    started = [[0, 0, 1, 1], [0, 0, 0, 0]]
    assert "no events" in stepped_ratio([[5, 5, 0, 0], [5, 5, 5, 5]], np.ones((2, 4)), started).reason


def test_tables_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="of one shape"):
        stepped_ratio([[1, 2]], [[1]], [[0, 1]])
    with pytest.raises(ValueError, match="0 or 1"):
        stepped_ratio([[1, 2]], [[1, 1]], [[0, 2]])
