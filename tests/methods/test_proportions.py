"""One share and two: two independent routes, bounds, limits and the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from referral_playbook.contract.evidence import Basis
from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.proportions import METHODS, answers_needed, binomial_limits, binomial_test, proportion
from tests.oracles.surveys import odds_ratio

SOUND = [method for method in METHODS if method != "wald"]
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
some_of_each = st.integers(2, 400).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@pytest.mark.parametrize("method", SOUND)
@given(counts, levels)
def test_a_range_holds_its_share_and_stays_within_0_and_1(method, kn, level):
    share = proportion(*kn, method=method, confidence=level)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share.low < share.high


@pytest.mark.parametrize("method", SOUND)
@given(counts, levels)
def test_failures_have_the_mirror_range_of_successes(method, kn, level):
    k, n = kn
    low, high = binomial_limits(k, n, method=method, confidence=level)
    mirror = binomial_limits(n - k, n, method=method, confidence=level)
    assert (1 - high, 1 - low) == pytest.approx(mirror, abs=1e-9)


@pytest.mark.parametrize("method", SOUND)
@given(counts)
def test_more_confidence_is_wider_and_more_answers_are_narrower(method, kn):
    k, n = kn
    loose, firm = (binomial_limits(k, n, method=method, confidence=level) for level in (0.8, 0.95))
    assert firm[0] <= loose[0] + 1e-12
    assert firm[1] >= loose[1] - 1e-12
    more = binomial_limits(10 * k, 10 * n, method=method, confidence=0.8)
    assert more[1] - more[0] < loose[1] - loose[0]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("wilson", "wilson"), ("clopper_pearson", "beta"), ("agresti_coull", "agresti_coull"), ("jeffreys", "jeffreys")],
)
@given(some_of_each, levels)
def test_statsmodels_gives_the_same_limits(ours, theirs, kn, level):
    expected = proportion_confint(*kn, alpha=1 - level, method=theirs)
    assert binomial_limits(*kn, method=ours, confidence=level) == pytest.approx(np.clip(expected, 0, 1), abs=1e-9)


@given(counts, levels)
def test_scipy_gives_the_same_wilson_limits(kn, level):
    expected = stats.binomtest(*kn).proportion_ci(level, method="wilson")
    assert binomial_limits(*kn, confidence=level) == pytest.approx(tuple(expected), abs=1e-9)


@given(some_of_each)
def test_mid_p_limits_put_half_the_tail_beyond_the_count(kn):
    k, n = kn
    low, high = binomial_limits(k, n, method="mid_p")
    assert stats.binom.sf(k, n, low) + stats.binom.pmf(k, n, low) / 2 == pytest.approx(0.025, abs=1e-6)
    assert stats.binom.cdf(k - 1, n, high) + stats.binom.pmf(k, n, high) / 2 == pytest.approx(0.025, abs=1e-6)


def test_wilson_covers_as_often_as_it_says_on_average():
    """Exact coverage, summed over the binomial and averaged over shares: no simulation noise."""
    for level in (0.80, 0.95):
        n = 60
        limits = np.array([binomial_limits(k, n, confidence=level) for k in range(n + 1)])
        shares = np.linspace(0.05, 0.95, 181)
        inside = (limits[:, :1] <= shares) & (shares <= limits[:, 1:])
        covered = (stats.binom.pmf(np.arange(n + 1)[:, None], n, shares) * inside).sum(axis=0)
        assert covered.mean() == pytest.approx(level, abs=0.01)


class TestEdges:
    def test_nobody_asked_is_undefined_not_0(self):
        share = proportion(0, 0, per="answer")
        assert share.value is None
        assert share.per == "answer"
        assert share.reason == "no observations"

    @pytest.mark.parametrize("k", [0, 20])
    def test_wald_without_width_is_undefined(self, k):
        assert "use wilson" in proportion(k, 20, method="wald").reason

    def test_wald_stays_within_0_and_1(self):
        assert proportion(1, 29, method="wald").low == 0

    @pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, -1), (math.nan, 3)])
    def test_impossible_counts_are_refused(self, k, n):
        with pytest.raises(ValueError, match=r"not a share|is 0 or more|is a finite number"):
            proportion(k, n)

    @pytest.mark.parametrize("level", [0, 1, 95, math.nan])
    def test_a_confidence_of_95_is_refused(self, level):
        with pytest.raises(ValueError, match=r"like 0\.95|a finite number"):
            proportion(1, 3, confidence=level)

    def test_unknown_methods_and_misspelt_labels_are_refused(self):
        with pytest.raises(ValueError, match="there are wilson"):
            proportion(1, 3, method="wilsn")
        with pytest.raises(TypeError):
            proportion(1, 3, pre="answer")

    def test_labels_travel(self):
        share = proportion(1, 3, unit="rate", per="click", source="a table", basis=Basis.BENCHMARK)
        assert (share.unit, share.per, share.source, share.basis) == ("rate", "click", "a table", Basis.BENCHMARK)


class TestDifference:
    @given(some_of_each, some_of_each, levels)
    def test_statsmodels_gives_the_same_limits(self, one, base, level):
        d = difference(*one, *base, confidence=level)
        expected = confint_proportions_2indep(*one, *base, compare="diff", method="newcomb", alpha=1 - level)
        assert (d.low, d.high) == pytest.approx(expected, abs=1e-9)

    @given(counts, counts)
    def test_it_turns_round_with_its_groups(self, one, base):
        d, turned = difference(*one, *base), difference(*base, *one)
        assert (d.value, d.low, d.high) == pytest.approx((-turned.value, -turned.high, -turned.low), abs=1e-9)
        assert -1 <= d.low <= d.value <= d.high <= 1

    def test_newcombe_table_two(self):
        """Newcombe (1998), Statistics in Medicine 17:873-890, Table II: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10."""
        for groups, plain in [
            ((56, 70, 48, 80), (0.0524, 0.3339)),
            ((9, 10, 3, 10), (0.1705, 0.8090)),
            ((10, 10, 0, 10), (0.6075, 1.0)),
        ]:
            d = difference(*groups)
            assert (d.low, d.high) == pytest.approx(plain, abs=5e-5)

    def test_an_empty_group_is_undefined(self):
        assert difference(1, 2, 0, 0).value is None


class TestRatios:
    @given(some_of_each, some_of_each)
    def test_statsmodels_gives_the_same_odds_ratio(self, one, base):
        found = odds_ratio(*one, *base)
        expected = confint_proportions_2indep(*one, *base, compare="odds-ratio", method="logit", correction=False)
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-6)

    def test_empty_cells_are_undefined(self):
        assert "cell" in odds_ratio(0, 10, 3, 10).reason
        assert "cell" in odds_ratio(10, 10, 3, 10).reason


class TestBinomialTest:
    @given(some_of_each, st.floats(0.05, 0.95))
    def test_the_two_sides_hold_the_point_twice(self, kn, p):
        less, more = (binomial_test(*kn, p=p, alternative=side) for side in ("less", "greater"))
        assert less + more == pytest.approx(1 + stats.binom.pmf(*kn, p))

    def test_nothing_observed_is_refused(self):
        with pytest.raises(ValueError, match="nothing to test"):
            binomial_test(0, 0, p=0.4)


class TestAnswersNeeded:
    @given(some_of_each, st.floats(0.05, 0.95), levels)
    def test_that_many_decide_and_one_fewer_do_not(self, kn, threshold, level):
        k, n = kn
        share = k / n
        more = answers_needed(k, n, threshold=threshold, confidence=level)
        if more is None or more > 10**9:
            return

        def decided(total):
            low, high = binomial_limits(share * total, total, confidence=level)
            return low >= threshold - 1e-9 or high <= threshold + 1e-9

        assert decided(n + more)
        assert more == 0 or not decided((n + more - 1) * (1 - 1e-6))

    def test_no_answers_yet_is_refused(self):
        with pytest.raises(ValueError, match="needs answers"):
            answers_needed(0, 0, threshold=0.4)
