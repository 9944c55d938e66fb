"""Waits with censoring: against lifelines and scipy, against a known curve, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times, restricted_mean_survival_time
from scipy import stats

from referral_playbook.methods.survival.estimators import compare_hazards, hazard_by_period, kaplan_meier
from tests.oracles.surveys import restricted_mean

# Freireich et al. (1963): weeks of remission under 6-MP and placebo, the data every survival package is tried on
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

waits = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=80)


def lived(seed: int, n: int = 120) -> tuple[np.ndarray, np.ndarray]:
    """Exponential lives of mean 10, seen for up to 15: the true curve is known."""
    random = np.random.default_rng(seed)
    life, seen = random.exponential(10, n), random.uniform(0, 15, n)
    return np.minimum(life, seen), life <= seen


class TestCurve:
    @given(waits)
    def test_lifelines_gives_the_same_curve_and_band(self, rows):
        time, event = map(list, zip(*rows, strict=True))
        ours, theirs = kaplan_meier(time, event), KaplanMeierFitter().fit(time, event)
        expected = theirs.survival_function_at_times(ours.times).to_numpy()
        assert ours.survival == pytest.approx(expected, abs=1e-12)
        inside = (ours.survival > 1e-9) & (ours.survival < 1)
        band = theirs.confidence_interval_.loc[ours.times].to_numpy()
        assert np.c_[ours.low, ours.high][inside] == pytest.approx(band[inside], abs=1e-9)

    def test_scipy_gives_the_same_curve(self):
        event = np.array(RELAPSED, dtype=bool)
        theirs = stats.ecdf(stats.CensoredData.right_censored(WEEKS, ~event)).sf
        assert kaplan_meier(WEEKS, event).survival == pytest.approx(theirs.evaluate(np.unique(WEEKS)))

    @given(waits, st.sampled_from([0.5, 0.8, 0.95]))
    def test_it_falls_within_its_band(self, rows, level):
        time, event = map(list, zip(*rows, strict=True))
        curve = kaplan_meier(time, event, confidence=level)
        assert (np.diff(curve.survival) <= 0).all()
        assert ((curve.low >= 0) & (curve.low <= curve.survival)).all()
        assert ((curve.survival <= curve.high) & (curve.high <= 1)).all()
        assert (curve.low < curve.high).all()

    @given(waits, st.randoms())
    def test_neither_order_nor_compression_matters(self, rows, random):
        shuffled = rows.copy()
        random.shuffle(shuffled)
        kinds = sorted(set(rows))
        packed = kaplan_meier(*zip(*kinds, strict=True), weights=[rows.count(kind) for kind in kinds])
        for name in ("times", "survival", "low", "high", "at_risk", "events"):
            whole = getattr(kaplan_meier(*zip(*rows, strict=True)), name)
            assert (whole == getattr(kaplan_meier(*zip(*shuffled, strict=True)), name)).all()
            assert (whole == getattr(packed, name)).all()

    def test_without_censoring_it_is_a_share(self):
        curve = kaplan_meier(PLACEBO, [True] * 21)
        for week in (1, 5, 12):
            assert curve.at(week).value == pytest.approx(np.mean(np.array(PLACEBO) > week))

    def test_the_known_curve_is_within_as_often_as_it_says(self):
        trials, inside = 500, {0.80: 0, 0.95: 0}
        for seed in range(trials):
            for level in inside:
                here = kaplan_meier(*lived(seed), confidence=level).at(6)
                inside[level] += here.low <= np.exp(-0.6) <= here.high
        assert inside[0.80] / trials == pytest.approx(0.80, abs=0.05)  # standard error 0.018
        assert inside[0.95] / trials == pytest.approx(0.95, abs=0.03)  # standard error 0.010


class TestReadings:
    curve = kaplan_meier(WEEKS, RELAPSED, unit="week")

    def test_the_median_with_its_limits_is_that_of_lifelines(self):
        theirs = KaplanMeierFitter().fit(WEEKS, RELAPSED)
        median = self.curve.quantile(0.5)
        assert median.value == theirs.median_survival_time_ == 23
        assert median.low == median_survival_times(theirs.confidence_interval_).iloc[0, 0] == 13
        assert median.unit == "week"

    def test_an_upper_limit_beyond_the_follow_up_is_said(self):
        median = self.curve.quantile(0.5, source="trial")
        assert median.high == 35
        assert median.source == "trial; upper limit is beyond the 35 weeks followed"
        assert kaplan_meier(PLACEBO, [1] * 21).quantile().source == ""

    def test_a_median_not_reached_is_undefined(self):
        few = kaplan_meier([1, 5, 9], [True, False, False]).quantile()
        assert few.value is None
        assert few.reason == "fewer than 50% had the event within the 9 months that were followed"

    @given(st.floats(1, 35))
    @settings(max_examples=30)
    def test_the_restricted_mean_is_that_of_lifelines(self, horizon):
        mean = restricted_mean(self.curve, horizon)
        if horizon <= 6:
            assert "no event within" in mean.reason
            return
        fitted = KaplanMeierFitter().fit(WEEKS, RELAPSED)
        assert mean.value == pytest.approx(restricted_mean_survival_time(fitted, horizon), abs=1e-6)
        assert 0 <= mean.low < mean.value < mean.high <= horizon

    def test_without_censoring_the_restricted_mean_is_a_mean(self):
        mean = restricted_mean(kaplan_meier(PLACEBO, [1] * 21))
        assert mean.value == pytest.approx(np.mean(PLACEBO))
        half = stats.norm.isf(0.025) * np.std(PLACEBO) / np.sqrt(21)
        assert mean.high - mean.value == pytest.approx(half)

    def test_the_known_mean_is_within_as_often_as_it_says(self):
        truth, trials = 10 * (1 - np.exp(-1)), 400
        means = [restricted_mean(kaplan_meier(*lived(seed)), 10) for seed in range(trials)]
        covered = np.mean([m.low <= truth <= m.high for m in means])
        assert covered == pytest.approx(0.95, abs=0.033)  # standard error 0.011

    def test_beyond_the_follow_up_nothing_is_claimed(self):
        assert "the longest is 35" in self.curve.at(36).reason
        assert "the longest is 35" in restricted_mean(self.curve, 40).reason
        assert kaplan_meier([3], [True]).at(99).value == 0  # nobody is left to wait

    def test_nonsense_is_refused(self):
        with pytest.raises(ValueError, match="0 or more"):
            self.curve.at(-1)
        with pytest.raises(ValueError, match="between 0 and 1"):
            self.curve.quantile(50)


class TestEdges:
    def test_nobody(self):
        empty = kaplan_meier([], [])
        for reading in (empty.at(3), empty.quantile(), restricted_mean(empty), compare_hazards([], [])):
            assert reading.value is None
            assert reading.reason == "nobody was observed"
        assert hazard_by_period([], []) == ()

    def test_all_censored_is_no_certainty(self):
        curve = kaplan_meier([4, 8, 12], [False] * 3)
        assert curve.at(8).value == 1
        assert curve.at(8).low < 0.6
        assert curve.at(1).low < curve.at(1).value
        assert curve.quantile().value is None
        assert "no event" in restricted_mean(curve).reason

    def test_one_row(self):
        gone = kaplan_meier([4], [True])
        assert gone.at(4).value == 0 < gone.at(4).high < 1
        assert gone.quantile().value == 4
        assert "no spread" in restricted_mean(gone, 10).reason

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            (([-1], [True]), "left before they joined"),
            (([np.nan], [True]), "lack a date|not a finite"),
            (([1], [2]), "True"),
            (([1, 2], [True]), "one duration"),
        ],
    )
    def test_nonsense_is_refused(self, rows, words):
        with pytest.raises(ValueError, match=words):
            kaplan_meier(*rows)
        with pytest.raises(ValueError, match="whole numbers"):
            kaplan_meier([1], [True], weights=[0.5])


class TestHazards:
    def test_a_constant_hazard_is_found_in_every_period(self):
        time, event = lived(1, n=40_000)
        for period in hazard_by_period(time, event, confidence=0.999)[:10]:
            assert period.hazard.low <= 1 - np.exp(-0.1) <= period.hazard.high

    @given(waits, st.sampled_from([0.5, 1.0, 3.0, 12.0]))
    def test_everyone_is_counted_once(self, rows, width):
        periods = hazard_by_period(*zip(*rows, strict=True), width=width)
        assert sum(p.events for p in periods) == sum(event for _, event in rows)
        assert periods[0].at_risk == len(rows)
        assert all(0 <= p.hazard.low <= p.hazard.value <= p.hazard.high <= 1 for p in periods)
        assert [p.at_risk for p in periods] == sorted((p.at_risk for p in periods), reverse=True)

    def test_without_censoring_the_periods_multiply_to_the_curve(self):
        left = np.prod([1 - p.hazard.value for p in hazard_by_period(PLACEBO, [1] * 21)[:9]])
        assert left == pytest.approx(kaplan_meier(PLACEBO, [1] * 21).at(8).value)

    def test_a_flattening_curve_is_told_from_a_constant_one(self):
        random, seen = np.random.default_rng(6), 15.0
        fading = 2 * random.weibull(0.4, 4000)
        constant = random.exponential(10, 4000)
        flat = compare_hazards(np.minimum(fading, seen), fading <= seen)
        steady = compare_hazards(np.minimum(constant, seen), constant <= seen)
        assert flat.high < 1
        assert steady.low < 1 < steady.high

    def test_a_hand_counted_case(self):
        ratio = compare_hazards([1, 4, 9], [True, True, False])
        # months 0-3: 1 event in 1 + 3 + 3; months 6-9: none in 3
        assert ratio.value == 0
        assert compare_hazards([1, 8, 9], [True, True, False]).value == pytest.approx((1 / 5) / (1 / 7))

    def test_edges(self):
        assert "the base has no events" in compare_hazards([5, 9], [True, False]).reason
        assert "any time" in compare_hazards([0, 0], [True, False]).reason
        with pytest.raises(ValueError, match="longer than 0"):
            hazard_by_period([1], [True], width=0)
