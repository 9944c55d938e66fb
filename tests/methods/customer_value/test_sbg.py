"""sBG survival, lifetimes with named timing, their ranges, and the backtest against constant churn."""

from __future__ import annotations

import time

import numpy as np
import pytest
from cohorts import renewals_from_cohorts
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from referral_playbook.methods.customer_value.renewals import renewals_from_lives
from referral_playbook.methods.customer_value.sbg import discounted_lifetime, fit_sbg, sbg_survival
from referral_playbook.methods.customer_value.sbg_range import (
    backtest_sbg,
    bootstrap_sbg,
    expected_lifetime,
)
from tests.oracles.customers import discounted_residual_lifetime

shape = st.floats(0.05, 50)
rate = st.floats(0.005, 0.5)
HIGHEND = [1000, 869, 743, 653, 593, 551, 517, 491]


@given(alpha=shape, beta=shape)
def test_survival_is_the_product_of_rising_retention_rates(alpha, beta):
    made = np.arange(29)
    kept = (beta + made) / (alpha + beta + made)
    survival = sbg_survival(np.arange(30), alpha=alpha, beta=beta)
    np.testing.assert_allclose(survival, np.append(1, np.cumprod(kept)), rtol=1e-9)
    assert np.all(np.diff(kept) >= 0)


def test_survival_is_the_mean_over_simulated_customers():
    leave = np.random.default_rng(1).beta(0.7, 2.1, 200_000)
    seen = [((1 - leave) ** t).mean() for t in (1, 5, 20)]
    np.testing.assert_allclose(sbg_survival([1, 5, 20], alpha=0.7, beta=2.1), seen, atol=0.003)


@given(alpha=shape, beta=shape, d=rate)
def test_endless_lifetime_is_the_sum_and_scipys_hypergeometric(alpha, beta, d):
    found = discounted_lifetime(alpha=alpha, beta=beta, discount_rate=d)
    periods = int(40 / np.log1p(d)) + 10
    summed = discounted_lifetime(alpha=alpha, beta=beta, discount_rate=d, horizon=periods)
    assert found == pytest.approx(summed, rel=1e-9)
    theirs = special.hyp2f1(1, beta, alpha + beta, 1 / (1 + d))
    if np.isfinite(theirs):
        assert found == pytest.approx(theirs, rel=1e-7)


def test_endless_lifetime_holds_where_scipy_gives_no_number():
    """Nearly equal customers: the geometric lifetime (1+d) / (d + churn)."""
    found = discounted_lifetime(alpha=1e6, beta=9e6, discount_rate=0.01)
    assert found == pytest.approx(1.01 / (1.01 - 0.9), rel=1e-4)


@given(alpha=shape, beta=shape, d=rate)
def test_a_lifetime_is_the_first_payment_and_what_is_left_after_it(alpha, beta, d):
    told = {"alpha": alpha, "beta": beta, "discount_rate": d}
    first = discounted_residual_lifetime(**told, renewals_made=0)
    assert discounted_lifetime(**told) == pytest.approx(1 + first / (1 + d))


@given(alpha=shape, beta=shape, d=rate, m=st.integers(0, 10))
def test_who_has_renewed_more_often_stays_longer(alpha, beta, d, m):
    now, later = (
        discounted_residual_lifetime(alpha=alpha, beta=beta, discount_rate=d, renewals_made=k) for k in (m, m + 1)
    )
    assert later >= now - 1e-9


def test_residual_lifetime_is_the_sum_it_is_named_for():
    t = np.arange(6, 5000)
    survival = sbg_survival(t, alpha=0.9, beta=2.0) / sbg_survival([5], alpha=0.9, beta=2.0)
    summed = np.sum(survival / 1.1 ** (t - 6.0))
    told = {"alpha": 0.9, "beta": 2.0, "discount_rate": 0.1, "renewals_made": 5}
    assert discounted_residual_lifetime(**told) == pytest.approx(summed)
    assert discounted_residual_lifetime(**told, horizon=3) == pytest.approx(np.sum(survival[:3] / 1.1 ** np.arange(3)))


def test_without_discount_the_mean_lifetime_needs_alpha_above_one():
    assert discounted_lifetime(alpha=3, beta=4, discount_rate=0) == pytest.approx(6 / 2)
    with pytest.raises(ValueError, match="no finite mean"):
        discounted_lifetime(alpha=1, beta=4, discount_rate=0)
    assert discounted_lifetime(alpha=1, beta=4, discount_rate=0, horizon=10) > 1


@pytest.mark.parametrize(
    "bad",
    [{"alpha": 0.0}, {"discount_rate": -0.1}, {"horizon": 0}],
)
def test_what_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match=r"above 0|0 or more|1 period or more"):
        discounted_lifetime(**{"alpha": 1.0, "beta": 1.0, "discount_rate": 0.1} | bad)


def _simulated(seed, n=800, alpha=0.8, beta=4.0):
    """Customers who joined over two years, each seen to the same date."""
    rng = np.random.default_rng(seed)
    life = rng.geometric(np.maximum(rng.beta(alpha, beta, n), 1e-9))
    seen = rng.integers(1, 25, n)
    left = life <= seen
    return renewals_from_lives(np.where(left, life - 1, seen), left)


def test_several_cohorts_give_back_the_truth():
    fit = fit_sbg(_simulated(0, n=200_000))
    assert (fit.alpha, fit.beta) == pytest.approx((0.8, 4.0), rel=0.05)
    assert fit.edge == ""
    assert fit.n == 200_000


def test_the_range_of_the_lifetime_covers_the_truth():
    truth = discounted_lifetime(alpha=0.8, beta=4.0, discount_rate=0.01, horizon=36)
    found = [expected_lifetime(_simulated(s), discount_rate=0.01, horizon=36, confidence=0.9) for s in range(200)]
    covered = np.mean([e.low <= truth <= e.high for e in found])
    assert 0.84 <= covered <= 0.955


def test_the_range_is_fast():
    """Measured by the processor, not by the clock: other work must not fail it."""
    start = time.process_time()
    expected_lifetime(_simulated(1, n=20_000), discount_rate=0.01)
    assert time.process_time() - start < 0.3


def test_more_customers_narrow_the_range():
    small, large = (expected_lifetime(_simulated(2, n=n), discount_rate=0.1) for n in (300, 30_000))
    assert large.high - large.low < 0.3 * (small.high - small.low)


def test_same_seed_same_range():
    one, two = (expected_lifetime(renewals_from_cohorts([HIGHEND]), discount_rate=0.1, seed=3) for _ in range(2))
    assert one == two


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_tiny_clients_get_a_range_or_a_reason(seed):
    found = expected_lifetime(_simulated(seed, n=6), discount_rate=0.1)
    assert found.reason if found.value is None else found.low <= found.value <= found.high


@pytest.mark.parametrize("cohort", [[50, 50, 50], [50, 45]])
def test_a_client_that_says_nothing_gets_a_reason(cohort):
    found = expected_lifetime(renewals_from_cohorts([cohort]), discount_rate=0.1)
    assert found.value is None
    assert "sBG" in found.reason


def test_shares_cannot_be_bootstrapped():
    with pytest.raises(ValueError, match="counts of customers"):
        bootstrap_sbg(renewals_from_cohorts([[1, 0.8, 0.7]]))


def test_backtest_prints_the_winner_and_can_go_either_way():
    unequal = renewals_from_cohorts([HIGHEND])
    won = backtest_sbg(unequal.until(4), unequal.after(4))
    assert won.winner == "model"
    assert "the sBG won" in won.sentence
    # loyal at first, then constant churn: the model expects leaving to slow down, and loses
    turned = renewals_from_cohorts([[1000, 800, 700, 640, 512, 410, 328]])
    lost = backtest_sbg(turned.until(3), turned.after(3))
    assert lost.winner == "naive"
    assert "constant churn won" in lost.sentence
