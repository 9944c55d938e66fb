"""Two groups compared within strata."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.hazard_regression import PHReg

from referral_playbook.methods.comparisons import hazard_ratio, ratio_of_means


def lives(seed, n=400, ratio=0.6):
    """Exponential lives in three strata with their own hazards, the group at `ratio` times its stratum's."""
    rng = np.random.default_rng(seed)
    stratum = rng.integers(0, 3, n)
    group = rng.random(n) < np.array([0.1, 0.3, 0.6])[stratum]
    hazard = np.array([0.02, 0.05, 0.15])[stratum] * np.where(group, ratio, 1.0)
    ends, seen = rng.exponential(1 / hazard), rng.uniform(5, 40, n)
    return np.ceil(np.minimum(ends, seen)), ends <= seen, group, stratum


@pytest.mark.parametrize("seed", range(3))
def test_the_hazard_ratio_is_that_of_statsmodels(seed):
    months, left, group, stratum = lives(seed)
    fit = PHReg(months, group[:, None].astype(float), status=left, strata=stratum, ties="breslow").fit()
    found = hazard_ratio(months, left, group, strata=stratum)
    assert found.value == pytest.approx(np.exp(fit.params[0]), rel=1e-5)
    assert [found.low, found.high] == pytest.approx(np.exp(fit.conf_int()[0]), rel=1e-4)


def test_strata_take_out_a_different_mix():
    months, left, group, stratum = lives(7, n=6000, ratio=1.0)
    assert hazard_ratio(months, left, group).low > 1.5  # the group sits where customers leave anyway
    within = hazard_ratio(months, left, group, strata=stratum)
    assert within.low < 1 < within.high


def test_the_range_covers_as_often_as_it_says():
    inside = [(r := hazard_ratio(*lives(s)[:3], strata=lives(s)[3])).low <= 0.6 <= r.high for s in range(200)]
    assert 0.91 <= np.mean(inside) <= 0.99


@given(st.permutations(range(8)))
def test_the_order_of_rows_does_not_matter(order):
    months, left = np.arange(1.0, 9), np.ones(8, bool)
    group = np.array([0, 1, 1, 0, 1, 0, 0, 1], bool)
    i = list(order)
    assert hazard_ratio(months[i], left[i], group[i]) == hazard_ratio(months, left, group)


def test_turned_round_it_is_the_inverse():
    months, left, group, stratum = lives(1)
    one, other = hazard_ratio(months, left, group, strata=stratum), hazard_ratio(months, left, ~group, strata=stratum)
    assert one.value * other.value == pytest.approx(1)
    assert one.low * other.high == pytest.approx(1)


@pytest.mark.parametrize(
    ("left", "group", "why"),
    [
        ([False] * 4, [True, True, False, False], "nothing happened"),
        ([True, True, False, False], [True, True, False, False], "one of the two groups only"),
        ([True] * 4, [True] * 4, "nothing happened while both"),
        ([], [], "nothing happened"),
    ],
)
def test_where_there_is_no_ratio_it_says_why(left, group, why):
    assert why in hazard_ratio(np.arange(1, len(left) + 1), left, group).reason


class TestRatioOfMeans:
    def test_a_different_mix_is_no_difference(self):
        """Dear and cheap customers, the group mostly dear; within each the same."""
        rng = np.random.default_rng(0)
        dear = rng.random(4000) < 0.5
        group = rng.random(4000) < np.where(dear, 0.6, 0.1)
        values = np.where(dear, 100, 20) * rng.lognormal(0, 0.3, 4000)
        assert ratio_of_means(values, group).low > 1.5
        within = ratio_of_means(values, group, strata=dear)
        assert within.low < 1 < within.high

    def test_the_range_covers_as_often_as_it_says(self):
        def one(seed):
            rng = np.random.default_rng(seed)
            stratum = rng.integers(0, 4, 300)
            group = rng.random(300) < 0.2
            values = (1 + stratum) * rng.gamma(4, 1, 300) * np.where(group, 1.25, 1.0)
            found = ratio_of_means(values, group, strata=stratum)
            return found.low <= 1.25 <= found.high

        assert 0.91 <= np.mean([one(s) for s in range(200)]) <= 0.99

    def test_scale_does_not_matter(self):
        values, group = np.array([1.0, 2, 3, 4, 5]), np.array([1, 0, 1, 0, 1], bool)
        assert ratio_of_means(7 * values, group).high == pytest.approx(ratio_of_means(values, group).high)

    @pytest.mark.parametrize(
        ("values", "group", "why"),
        [
            ([1, 2], [True, False], "no stratum"),
            ([0, 0, 0], [True, False, False], "no stratum"),
            ([2, 1, 1], [True, False, False], "no spread"),
            ([], [], "no stratum"),
        ],
    )
    def test_where_there_is_no_ratio_it_says_why(self, values, group, why):
        assert why in ratio_of_means(values, group).reason
