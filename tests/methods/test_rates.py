"""Poisson rates and their ratio: two routes, coverage, edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import confint_poisson, test_poisson_2indep

from referral_playbook.methods.rates import poisson_rate, rate_ratio, rate_ratio_test

test_poisson_2indep.__test__ = False  # pytest takes statsmodels' function for one of ours
events = st.integers(0, 200)
some = st.integers(1, 200)
exposures = st.floats(0.1, 1e4)
levels = st.sampled_from([0.5, 0.8, 0.95])


class TestRate:
    @given(some, exposures, levels)
    def test_statsmodels_gives_the_same_limits(self, k, exposure, level):
        rate = poisson_rate(k, exposure, method="exact", confidence=level)
        expected = confint_poisson(k, exposure, alpha=1 - level, method="exact-c")
        assert (rate.low, rate.high) == pytest.approx(expected)

    @given(some, st.sampled_from([0.8, 0.95]))  # at 50% and one event their search finds the lower limit twice
    def test_statsmodels_gives_the_same_mid_p_limits(self, k, level):
        rate = poisson_rate(k, 1, confidence=level)
        expected = confint_poisson(k, 1, alpha=1 - level, method="midp-c")
        assert (rate.low, rate.high) == pytest.approx(expected, rel=1e-5)

    @given(some, exposures)
    def test_the_limits_put_a_tail_and_half_the_count_beyond(self, k, exposure):
        rate = poisson_rate(k, exposure)
        low, high = (stats.poisson(limit * exposure) for limit in (rate.low, rate.high))
        assert low.sf(k) + low.pmf(k) / 2 == pytest.approx(0.025)
        assert high.cdf(k) - high.pmf(k) / 2 == pytest.approx(0.025)

    @given(some, exposures)
    def test_the_exact_limits_put_a_tail_beyond_the_count(self, k, exposure):
        rate = poisson_rate(k, exposure, method="exact")
        assert stats.poisson.sf(k - 1, rate.low * exposure) == pytest.approx(0.025)
        assert stats.poisson.cdf(k, rate.high * exposure) == pytest.approx(0.025)

    @given(events, exposures, st.floats(0.01, 100))
    def test_another_unit_of_exposure_scales_the_rate(self, k, exposure, factor):
        rate, scaled = poisson_rate(k, exposure), poisson_rate(k, exposure * factor)
        assert (scaled.low * factor, scaled.high * factor) == pytest.approx((rate.low, rate.high))

    @pytest.mark.parametrize("level", [0.80, 0.95])
    def test_mid_p_covers_as_often_as_it_says_and_exact_at_least(self, level):
        """Summed over the Poisson, no simulation."""
        means, counts = np.linspace(2, 20, 400), np.arange(120)
        chances = stats.poisson.pmf(counts[:, None], means)
        held = {}
        for method in ("mid_p", "exact"):
            found = [poisson_rate(int(k), 1, method=method, confidence=level) for k in counts]
            low, high = (np.array([getattr(rate, end) for rate in found])[:, None] for end in ("low", "high"))
            held[method] = (chances * ((low <= means) & (means <= high))).sum(axis=0)
        assert held["mid_p"].mean() == pytest.approx(level, abs=0.006)
        assert held["exact"].min() >= level - 1e-9
        assert held["exact"].mean() > level + 0.01

    @given(events, exposures, levels)
    def test_mid_p_is_within_the_exact_limits(self, k, exposure, level):
        exact, mid = (poisson_rate(k, exposure, method=m, confidence=level) for m in ("exact", "mid_p"))
        assert exact.low <= mid.low <= mid.value <= mid.high <= exact.high

    def test_edges(self):
        nothing = poisson_rate(0, 12)
        assert (nothing.value, nothing.low) == (0, 0)
        assert nothing.high == pytest.approx(-math.log(0.05) / 12)  # the rule of three
        assert poisson_rate(0, 12, method="exact").high == pytest.approx(-math.log(0.025) / 12)
        for confidence in (0.05, 0.999999):
            near = poisson_rate(1, 1, confidence=confidence)
            assert near.low <= 1 <= near.high
        with pytest.raises(ValueError, match="mid_p, exact"):
            poisson_rate(1, 1, method="wald")
        assert poisson_rate(0, 0).reason == "nothing was observed: the exposure is 0"

    @pytest.mark.parametrize(("k", "exposure"), [(-1, 1), (1.5, 1), (1, -1), (1, math.inf), (math.nan, 1)])
    def test_nonsense_is_refused(self, k, exposure):
        with pytest.raises(ValueError, match=r"(events|exposure) is (0 or more|a whole number|a finite number)"):
            poisson_rate(k, exposure)


class TestRatio:
    @given(some, exposures, some, exposures, levels)
    def test_the_log_limits_are_where_the_test_of_statsmodels_turns(self, k, t, k0, t0, level):
        ratio = rate_ratio(k, t, k0, t0, method="log", confidence=level)
        for limit in (ratio.low, ratio.high):
            test = test_poisson_2indep(k, t, k0, t0, value=limit, method="wald-log")
            assert test.pvalue == pytest.approx(1 - level, rel=1e-6)

    @given(some, exposures, some, exposures)
    def test_the_mid_p_limits_leave_a_tail_beyond_half_the_count(self, k, t, k0, t0):
        ratio = rate_ratio(k, t, k0, t0)
        low, high = (stats.binom(k + k0, limit * t / (limit * t + t0)) for limit in (ratio.low, ratio.high))
        assert low.sf(k) + low.pmf(k) / 2 == pytest.approx(0.025, rel=1e-6)
        assert high.cdf(k) - high.pmf(k) / 2 == pytest.approx(0.025, rel=1e-6)

    @given(some, exposures, some, exposures)
    def test_the_exact_limits_are_where_the_exact_test_turns(self, k, t, k0, t0):
        ratio = rate_ratio(k, t, k0, t0, method="exact")
        for limit, side in ((ratio.low, "greater"), (ratio.high, "less")):
            share = limit * t / (limit * t + t0)
            assert stats.binomtest(k, k + k0, share, side).pvalue == pytest.approx(0.025, rel=1e-6)

    @given(events, exposures, some, exposures, st.sampled_from(["mid_p", "exact", "log"]))
    def test_it_turns_round_with_its_groups(self, k, t, k0, t0, method):
        ratio = rate_ratio(k, t, k0, t0, method=method)
        if k == 0:
            assert (ratio.value == 0) == (method != "log")
            return
        turned = rate_ratio(k0, t0, k, t, method=method)
        assert (ratio.low, ratio.high) == pytest.approx((1 / turned.high, 1 / turned.low))
        assert 0 < ratio.low <= ratio.value <= ratio.high

    @given(some, exposures, some, exposures)
    def test_the_p_value_is_statsmodels(self, k, t, k0, t0):
        expected = test_poisson_2indep(k, t, k0, t0, method="exact-cond").pvalue
        assert rate_ratio_test(k, t, k0, t0) == pytest.approx(expected, rel=1e-6)

    def test_edges(self):
        assert "the base has no events" in rate_ratio(3, 10, 0, 10).reason
        assert "one of the two groups" in rate_ratio(3, 0, 1, 10).reason
        assert "use mid_p" in rate_ratio(0, 10, 3, 10, method="log").reason
        with pytest.raises(ValueError, match="mid_p, log, exact"):
            rate_ratio(3, 10, 3, 10, method="wald")
        for nothing in ((0, 1, 0, 1), (1, 0, 1, 1)):
            with pytest.raises(ValueError, match="needs exposure"):
                rate_ratio_test(*nothing)
