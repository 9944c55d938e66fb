"""Survey scores: against the answers themselves, simulation and the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import samplesize_confint_proportion

from referral_playbook.methods.surveys import net_promoter_score, nonresponse_bounds, nps_standard_error, nps_variance
from tests.oracles.surveys import answers_for_margin

answers = st.tuples(*[st.integers(0, 300)] * 3).filter(lambda counts: sum(counts) > 0)


class TestNetPromoterScore:
    @given(answers, st.sampled_from([0.5, 0.8, 0.95, 0.99]))
    def test_the_value_is_plain_and_within_its_range(self, counts, level):
        d, _, p = counts
        score = net_promoter_score(*counts, confidence=level)
        assert score.value == pytest.approx((p - d) / sum(counts))
        assert -1 <= score.low <= score.value <= score.high <= 1
        assert score.low < score.high

    @given(answers)
    def test_turning_friend_and_foe_turns_the_score(self, counts):
        score, turned = net_promoter_score(*counts), net_promoter_score(*reversed(counts))
        assert (score.low, score.high) == pytest.approx((-turned.high, -turned.low))

    @given(answers.filter(lambda counts: sum(counts) > 2))
    def test_the_error_is_that_of_a_mean_of_ones_zeros_and_minus_ones(self, counts):
        said = np.repeat([-1.0, 0.0, 1.0], counts)
        assert nps_standard_error(*counts, method="wald") == pytest.approx((said.mean(), stats.sem(said)), abs=1e-9)

    def test_it_covers_as_often_as_it_says(self):
        """20,000 simulated surveys of 60 answers; the Monte Carlo error is about 0.002."""
        random, shares = np.random.default_rng(1), np.array([0.25, 0.35, 0.40])
        truth, covered = shares[2] - shares[0], {0.80: 0, 0.95: 0}
        samples, times = np.unique(random.multinomial(60, shares, size=20_000), axis=0, return_counts=True)
        for counts, often in zip(samples.tolist(), times.tolist(), strict=True):
            for level in covered:
                score = net_promoter_score(*counts, confidence=level)
                covered[level] += often * (score.low <= truth <= score.high)
        assert 0.78 <= covered[0.80] / 20_000 <= 0.82
        assert 0.94 <= covered[0.95] / 20_000 <= 0.96

    def test_edges(self):
        assert net_promoter_score(0, 0, 0).reason == "nobody answered"
        assert net_promoter_score(0, 0, 1).high == 1
        assert "no width" in net_promoter_score(0, 0, 10, method="wald").reason
        assert "no variance" in net_promoter_score(0, 0, 1, method="wald").reason

    def test_nonsense_is_refused(self):
        with pytest.raises(ValueError, match="0 or more"):
            net_promoter_score(-1, 3, 4)
        with pytest.raises(ValueError, match="there are adjusted_wald"):
            net_promoter_score(1, 3, 4, method="exact")
        with pytest.raises(ValueError, match="add up to 1"):
            nps_variance(0.7, 0.6)


class TestAnswersForMargin:
    @given(st.floats(0.01, 0.3), st.floats(0.05, 0.95), st.sampled_from([0.8, 0.95]))
    def test_statsmodels_asks_for_as_many(self, margin, share, level):
        expected = samplesize_confint_proportion(share, margin, alpha=1 - level)
        assert answers_for_margin(margin, share=share, confidence=level) == math.ceil(expected - 1e-9)

    @given(st.floats(0.01, 0.3), st.integers(1, 10**6))
    def test_never_more_than_there_are_people(self, margin, population):
        wanted = answers_for_margin(margin, population=population)
        assert 1 <= wanted <= min(population, answers_for_margin(margin))

    def test_nonsense_is_refused(self):
        for wrong in ({"margin": 0}, {"margin": 5}, {"margin": 0.05, "share": 1}, {"margin": 0.05, "population": 0}):
            with pytest.raises(ValueError, match="between 0 and 1"):
                answers_for_margin(**wrong)


class TestNonresponse:
    @given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 100), st.randoms())
    def test_whatever_the_silent_think_the_share_is_within(self, yes, no, silent, random):
        bounds = nonresponse_bounds(yes, yes + no, invited=yes + no + silent)
        truth = (yes + random.randint(0, silent)) / (yes + no + silent)
        assert bounds.low <= truth <= bounds.high
        assert bounds.confidence is None

    def test_the_bounds_are_reached_when_the_silent_all_say_one_thing(self):
        bounds = nonresponse_bounds(17, 30, invited=100)
        assert (bounds.low, bounds.high) == ((17 + 0) / 100, (17 + 70) / 100)

    def test_edges(self):
        assert nonresponse_bounds(0, 0, invited=10).value is None
        full = nonresponse_bounds(3, 10, invited=10)
        assert full.low == full.high == full.value
        with pytest.raises(ValueError, match="only 5 were invited"):
            nonresponse_bounds(3, 10, invited=5)
