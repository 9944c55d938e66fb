"""Customers and revenue kept: identities, ranges that cover, and no number where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from referral_playbook.methods.rates import poisson_rate
from referral_playbook.methods.referrals.clusters import ratio_of_sums
from referral_playbook.methods.survival.retention import at_most_one, leaving_rate, period_retention
from tests.oracles.customers import RevenueMovement, convert_churn

amount = st.floats(0, 1e6)


@given(start=st.integers(1, 5000), kept=st.floats(0, 1), new=st.integers(0, 500))
def test_retention_is_wilson_of_those_kept(start, kept, new):
    stay = int(kept * start)
    found = period_retention(start=start, end=stay + new, new=new)
    low, high = proportion_confint(stay, start, method="wilson")
    assert (found.value, found.low, found.high) == pytest.approx((stay / start, low, high), abs=1e-9)


def test_nobody_at_the_start_has_no_retention():
    found = period_retention(start=0, end=5, new=5)
    assert found.value is None
    assert "no customers" in found.reason


@pytest.mark.parametrize(("start", "end", "new"), [(10, 20, 5), (10, 2, 5)])
def test_counts_that_contradict_each_other_are_refused(start, end, new):
    with pytest.raises(ValueError, match="check what counts as new"):
        period_retention(start=start, end=end, new=new)


@given(rate=st.floats(0, 0.99), periods=st.floats(0.05, 60))
def test_churn_there_and_back(rate, periods):
    there = convert_churn(rate, periods=periods)
    assert 0 <= there <= 1
    if there < 1 - 1e-9:
        assert convert_churn(there, periods=1 / periods) == pytest.approx(rate, abs=1e-6)


def test_churn_compounds_below_the_sum_and_zero_stays_zero():
    assert convert_churn(0.05, periods=12) < 0.6
    assert convert_churn(0.0, periods=12) == 0
    assert convert_churn(1.0, periods=12) == 1
    with pytest.raises(ValueError, match="share from 0 to 1"):
        convert_churn(1.2, periods=12)


@given(start=st.floats(1, 1e6), up=amount, down=st.floats(0, 0.5), out=st.floats(0, 0.5), factor=st.floats(0.1, 10))
def test_gross_never_exceeds_net_nor_one_and_currency_does_not_matter(start, up, down, out, factor):
    month = RevenueMovement(start=start, expansion=up, contraction=down * start, churn=out * start)
    assert 0 - 1e-9 <= month.grr <= min(1, month.nrr) + 1e-9
    other = RevenueMovement(
        start=start * factor, expansion=up * factor, contraction=down * start * factor, churn=out * start * factor
    )
    assert (other.nrr, other.grr) == pytest.approx((month.nrr, month.grr))


def test_negative_churn_is_strict():
    assert RevenueMovement(start=100, expansion=10, churn=10).negative_churn is False
    assert RevenueMovement(start=100, expansion=10.01, churn=10).negative_churn is True


def test_figures_without_a_base_are_undefined():
    first = RevenueMovement(start=0, new=50)
    assert (first.nrr, first.grr, first.negative_churn, first.quick_ratio) == (None, None, None, None)
    assert RevenueMovement(start=100, expansion=5).quick_ratio is None
    assert RevenueMovement(start=100, churn=5).quick_ratio == 0


@pytest.mark.parametrize("bad", [{"start": -1}, {"start": 10, "churn": 11}, {"start": float("inf")}])
def test_revenue_that_cannot_be_is_refused(bad):
    with pytest.raises(ValueError, match=r"0 or more|more is lost"):
        RevenueMovement(**bad)


@pytest.mark.parametrize(
    ("start", "end"),
    [([100, 100, 100, 500], [100, 100, 100, 200]), ([1, 1, 1, 1], [1, 1, 1, 0])],
)
def test_no_end_of_the_range_of_gross_retention_passes_one(start, end):
    ratio = ratio_of_sums(end, start, per="unit of revenue at the start", source="payments")
    assert at_most_one(ratio).high <= 1


def watched(seed: int, n: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Some leave soon, the others hardly ever; seen for one to four years."""
    rng = np.random.default_rng(seed)
    life, seen = rng.exponential(np.where(rng.random(n) < 0.4, 6.0, 120.0)), rng.uniform(12, 48, n)
    return life <= seen, np.minimum(life, seen)


class TestLeavingRate:
    def test_it_covers_where_customers_differ_and_poisson_does_not(self):
        large = watched(10**6, n=400_000)
        truth, hits = large[0].sum() / large[1].sum(), np.zeros(2)
        for seed in range(300):
            left, months = watched(seed)
            ranges = leaving_rate(left, months), poisson_rate(int(left.sum()), float(months.sum()))
            hits += [r.low <= truth <= r.high for r in ranges]
        assert hits[0] / 300 == pytest.approx(0.95, abs=0.04)  # standard error 0.013
        assert hits[1] < hits[0] - 10

    @given(st.lists(st.tuples(st.booleans(), st.floats(0.5, 60)), min_size=1, max_size=40), st.randoms())
    def test_order_does_not_matter_and_time_scales(self, rows, random):
        found = leaving_rate(*zip(*rows, strict=True))
        assert 0 <= found.low <= found.value <= found.high
        random.shuffle(rows)
        left, months = (np.array(column) for column in zip(*rows, strict=True))
        weeks = leaving_rate(left, months * 4)
        assert (weeks.low * 4, weeks.high * 4) == pytest.approx((found.low, found.high), rel=1e-6)

    def test_edges(self):
        assert leaving_rate([], []).value is None
        assert leaving_rate([True], [0]).value is None
        nobody = leaving_rate([False, False], [10, 20])
        assert nobody.value == nobody.low == 0 < nobody.high
        assert leaving_rate([True], [4]).high > 0.25
        alike = leaving_rate([True, True], [5, 5])
        assert alike.low < alike.value < alike.high
        for wrong in (([True], [1, 2]), ([2], [1]), ([True], [-1])):
            with pytest.raises(ValueError, match=r"True or False|one yes or no|0 or more"):
                leaving_rate(*wrong)
