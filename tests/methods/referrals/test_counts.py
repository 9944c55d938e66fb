"""Counts that spread, their predictions and their tails: two routes, recovery of known truth, edges."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.discrete.discrete_model import NegativeBinomial

from referral_playbook.methods.referrals import counts as counts_module
from referral_playbook.methods.referrals.counts import count_distribution, fit_counts, top_share
from referral_playbook.methods.uncertainty.predictions import predict_counts, predict_events

samples = st.lists(st.integers(0, 40), min_size=2, max_size=60)


def drawn(mean: float, dispersion: float, n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).negative_binomial(1 / dispersion, 1 / (1 + dispersion * mean), n)


class TestFit:
    def test_statsmodels_finds_the_same_maximum(self):
        counts = drawn(1.5, 2.0, 400, seed=3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # theirs, on the way to the maximum
            theirs = NegativeBinomial(counts, np.ones(counts.size)).fit(disp=0, method="bfgs", maxiter=500)
        fit = fit_counts(counts)
        assert fit.mean.value == pytest.approx(np.exp(theirs.params[0]), rel=1e-4)
        assert fit.dispersion.value == pytest.approx(theirs.params[1], rel=1e-3)
        assert np.log([fit.mean.low, fit.mean.high]) == pytest.approx(theirs.conf_int()[0], abs=1e-3)

    @given(samples)
    @settings(max_examples=60)
    def test_no_other_dispersion_is_likelier(self, counts):
        counts = np.array(counts)
        assume(counts.sum() > 0)
        fit = fit_counts(counts)
        mean, best = fit.mean.value, fit.dispersion.value
        assert (best > 0) == (counts.var() > mean * (1 + 1e-5)) or abs(counts.var() - mean) < 1e-4
        top = count_distribution(mean, best).logpmf(counts).sum()
        for other in (0.0, best / 1.1, best * 1.1, best + 0.1):
            assert count_distribution(mean, other).logpmf(counts).sum() <= top + 1e-6
        bar = top - stats.chi2.ppf(0.95, 1) / 2
        for end in (fit.dispersion.low, fit.dispersion.high):
            assert end == 0 or count_distribution(mean, end).logpmf(counts).sum() == pytest.approx(bar, abs=1e-5)

    @given(samples, st.randoms())
    def test_neither_order_nor_compression_matters(self, counts, random):
        shuffled = counts.copy()
        random.shuffle(shuffled)
        values, weights = np.unique(counts, return_counts=True)
        assert fit_counts(counts) == fit_counts(shuffled) == fit_counts(values, weights=weights)

    def test_the_known_truth_is_within_as_often_as_it_says(self):
        inside, trials = np.zeros(4), 400
        for seed in range(trials):
            counts = drawn(2.0, 0.8, 150, seed)
            for column, level in enumerate((0.80, 0.95)):
                fit = fit_counts(counts, confidence=level)
                inside[column] += fit.mean.low <= 2.0 <= fit.mean.high
                inside[2 + column] += fit.dispersion.low <= 0.8 <= fit.dispersion.high
        # 400 trials: standard error 0.02 at 80%, 0.011 at 95%
        assert inside / trials == pytest.approx([0.80, 0.95, 0.80, 0.95], abs=0.045)

    @pytest.mark.parametrize(("mean", "dispersion"), [(30_000, 0.05), (5_000, 0.3), (3_000, 5.0)])
    def test_sums_by_blocks_give_the_same_fit_as_one_by_one(self, monkeypatch, mean, dispersion):
        months = drawn(mean, dispersion, 36, seed=2)
        blocks = fit_counts(months).dispersion
        monkeypatch.setattr(counts_module, "ONE_BY_ONE", 10**9)
        exact = fit_counts(months).dispersion
        for end in ("value", "low", "high"):
            assert getattr(blocks, end) == pytest.approx(getattr(exact, end), rel=1e-8), end

    def test_poisson_counts_fall_back_with_a_reason(self):
        fit = fit_counts([2, 2, 3, 3, 2])
        assert fit.dispersion.value == 0
        assert fit.dispersion.high > 0
        assert fit.reason.startswith("the counts spread no more than Poisson")

    def test_edges(self):
        assert fit_counts([]).mean.value is None
        assert fit_counts([]).largest_reached(0.7) is None
        assert fit_counts([]).probability_at_least(1).reason == "no counts"
        one = fit_counts([4])
        assert one.mean.value == 4
        assert one.dispersion.reason == "one count has no spread"
        silent = fit_counts([0, 0, 0])
        assert silent.mean.value == 0 < silent.mean.high
        assert silent.dispersion.reason == "every count is 0"
        assert silent.probability_at_least(1).high > 0

    @pytest.mark.parametrize("wrong", [[-1, 2], [1.5, 2], [np.nan, 1], [[1, 2]]])
    def test_nonsense_is_refused(self, wrong):
        with pytest.raises(ValueError, match=r"whole|0 or more|not a finite"):
            fit_counts(wrong)
        with pytest.raises(ValueError, match="weights are people"):
            fit_counts([1, 2], weights=[1.5, 1])


class TestReaching:
    fit = fit_counts(drawn(3.0, 0.7, 300, seed=5))

    def test_it_is_the_tail_of_simulated_counts(self):
        many = drawn(self.fit.mean.value * 2, self.fit.dispersion.value, 400_000, seed=9)
        for x in (1, 4, 10):
            assert self.fit.probability_at_least(x, periods=2).value == pytest.approx((many >= x).mean(), abs=0.003)

    @given(st.integers(1, 40), st.floats(0.1, 12))
    def test_more_is_less_likely_and_longer_makes_it_likelier(self, x, periods):
        here = self.fit.probability_at_least(x, periods=periods)
        assert 0 <= here.low <= here.value <= here.high <= 1
        assert self.fit.probability_at_least(x + 1, periods=periods).value < here.value
        assert self.fit.probability_at_least(x, periods=periods * 1.5).value > here.value

    @given(st.floats(0.05, 0.95), st.floats(0.1, 12))
    def test_the_largest_reached_is_reached_and_one_more_is_not(self, probability, periods):
        x = self.fit.largest_reached(probability, periods=periods)
        assert x == 0 or self.fit.probability_at_least(x, periods=periods).value >= probability
        assert self.fit.probability_at_least(x + 1, periods=periods).value < probability

    def test_the_truth_is_within_the_range_as_often_as_it_says(self):
        truth, trials = count_distribution(2.0, 0.8).sf(2), 300
        reached = [fit_counts(drawn(2.0, 0.8, 150, seed)).probability_at_least(3) for seed in range(trials)]
        covered = np.mean([p.low <= truth <= p.high for p in reached])
        assert 0.91 <= covered <= 0.995  # 95% wanted; standard error 0.013, the two limits added in squares

    def test_nonsense_is_refused(self):
        with pytest.raises(ValueError, match="whole number from 1"):
            self.fit.probability_at_least(0)
        with pytest.raises(ValueError, match="between 0 and 1"):
            self.fit.largest_reached(70)


class TestPrediction:
    @pytest.mark.parametrize(("events", "months"), [(36, 12), (0, 2), (1, 4)])
    def test_a_gamma_poisson_mixture_simulated_gives_the_same_band(self, events, months):
        random = np.random.default_rng(2)
        future = random.poisson(random.gamma(events + 0.5, 1 / months, 400_000) * 30)
        counts, chances = np.unique(future, return_counts=True)
        middle = (chances.cumsum() - chances / 2) / future.size
        inside = counts[(middle >= 0.1) & (middle <= 0.9)]
        band = predict_events(events, months, ahead=30)
        assert (band.low, band.high) == pytest.approx((inside[0], inside[-1]), abs=1)

    def test_few_past_months_leave_the_mean_less_known(self):
        """Against Student's band of the same variance: skew makes it a little narrower."""
        months = [3, 30, 0, 14, 1, 22]
        few, many = predict_counts(months, periods=12), predict_counts(months * 100, periods=12)
        fit = fit_counts(months)
        for band, n in ((few, 6), (many, 600)):
            each = (fit.mean.value + fit.dispersion.value * fit.mean.value**2) * n / (n - 1)
            spread = np.sqrt(12 * each + 12**2 * each / n)
            assert (band.high - band.low) / (2 * stats.t.isf(0.1, n - 1) * spread) == pytest.approx(1, abs=0.10)

    @pytest.mark.parametrize("dispersion", [0.0, 0.4])
    def test_the_next_months_fall_in_the_band_about_as_often_as_it_says(self, dispersion):
        random, hits, trials = np.random.default_rng(4), 0, 400
        for _ in range(trials):
            months = random.poisson(12 * (random.gamma(1 / dispersion, dispersion, 27) if dispersion else np.ones(27)))
            band = predict_counts(months[:24], periods=3)
            hits += band.low <= months[24:].sum() <= band.high
        assert 0.74 <= hits / trials <= 0.87  # 80% wanted, a little more from fits that take Poisson for spread

    @given(st.lists(st.integers(0, 50), min_size=1, max_size=36), st.integers(1, 12))
    def test_the_band_holds_the_expected_total(self, months, periods):
        band = predict_counts(months, periods=periods)
        assert band.value == pytest.approx(np.mean(months) * periods)
        assert 0 <= band.low <= band.value <= band.high

    def test_edges(self):
        assert predict_counts([]).reason == "no past period"
        assert predict_events(0, 0).value is None
        quiet = predict_events(0, 1, ahead=6, confidence=0.95)
        assert quiet.value == 0 < quiet.high
        assert predict_counts([7]).n == 1
        for wrong in (lambda: predict_events(1, 1, ahead=0), lambda: predict_counts([1], periods=0)):
            with pytest.raises(ValueError, match="ahead"):
                wrong()


class TestTails:
    @given(st.lists(st.integers(0, 50), min_size=2, max_size=60), st.randoms())
    @settings(max_examples=40)
    def test_bounds_scale_and_order(self, amounts, random):
        assume(len(set(amounts)) > 1)
        shuffled = [7.0 * a for a in amounts]
        random.shuffle(shuffled)
        found, scaled = top_share(amounts, draws=50), top_share(shuffled, draws=50)
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert scaled.value == pytest.approx(found.value)
        assert top_share(amounts, draws=50).value >= 0.10 - 1e-12

    def test_the_tail_of_a_pareto_is_its_formula(self):
        people, alpha = 200_000, 2.0
        amounts = stats.pareto(alpha).ppf((np.arange(people) + 0.5) / people)
        assert top_share(amounts, draws=5).value == pytest.approx(0.1 ** (1 - 1 / alpha), abs=0.003)

    def test_ten_of_a_hundred_are_counted_whole(self):
        assert top_share([0] * 90 + [3] * 9 + [27], draws=50).value == 1.0
        assert top_share([1] * 90 + [9] * 10, draws=50).value == pytest.approx(0.5)

    def test_scipy_bootstraps_the_same_interval(self):
        amounts = drawn(2.0, 1.5, 200, seed=8).astype(float)

        def plain(sample: np.ndarray) -> float:
            ordered = np.sort(sample)[::-1]
            return float(ordered[:20].sum() / ordered.sum())

        theirs = stats.bootstrap(
            (amounts,), plain, vectorized=False, n_resamples=2000, method="percentile", rng=np.random.default_rng(1)
        )
        ours = top_share(amounts)
        expected = (theirs.confidence_interval.low, theirs.confidence_interval.high)
        assert (ours.low, ours.high) == pytest.approx(expected, abs=0.015)

    def test_the_same_seed_gives_the_same_bytes(self):
        assert top_share([0, 1, 5, 9]) == top_share([0, 1, 5, 9])

    @pytest.mark.parametrize(
        ("amounts", "reason"),
        [([], "nobody"), ([5], "one person"), ([0, 0], "the total is 0"), ([3, 3], "all have the same")],
    )
    def test_edges_are_undefined_with_a_reason(self, amounts, reason):
        assert top_share(amounts).value is None
        assert reason in top_share(amounts).reason

    def test_nonsense_is_refused(self):
        with pytest.raises(ValueError, match="between 0 and 1"):
            top_share([1, 2], top=10)
        with pytest.raises(ValueError, match="0 or more"):
            top_share([-1, 2])
