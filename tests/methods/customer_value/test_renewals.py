"""Renewal counts, and the sBG fitted to them: against scipy's own search, at the edges, many at once."""

from __future__ import annotations

import numpy as np
import pytest
from cohorts import renewals_from_cohorts
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from referral_playbook.methods.customer_value.renewals import (
    Renewals,
    fit_hazards,
    renewals_from_lives,
)
from referral_playbook.methods.customer_value.sbg import sbg_log_likelihood


def _cohort(rng, n, alpha, beta, periods):
    alive = [n]
    for t in range(periods):
        alive.append(alive[-1] - rng.binomial(alive[-1], alpha / (alpha + beta + t)))
    return alive


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(1, 50)), min_size=1, max_size=30))
def test_lives_are_counted_one_by_one(lives):
    if not any(m or left for m, left, _ in lives):
        with pytest.raises(ValueError, match="no customer has reached a renewal"):
            renewals_from_lives(*zip(*lives, strict=True))
        return
    found = renewals_from_lives(*zip(*lives, strict=True))
    for t in range(1, found.at_risk.size + 1):
        assert found.at_risk[t - 1] == sum(n for m, left, n in lives if m + left >= t)
        assert found.lost[t - 1] == sum(n for m, left, n in lives if left and m + 1 == t)


def test_cohorts_and_lives_of_the_same_customers_agree():
    cohort = renewals_from_cohorts([[100, 80, 70], [50, 45]])
    lives = renewals_from_lives([0, 1, 2, 0, 1], [True, True, False, True, False], [20, 10, 70, 5, 45])
    np.testing.assert_array_equal(cohort.at_risk, lives.at_risk)
    np.testing.assert_array_equal(cohort.lost, lives.lost)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(-2, 2), st.floats(-1, 3), st.integers(20, 20_000), st.integers(3, 30))
def test_no_search_finds_more_likely_parameters(seed, log_a, log_b, n, periods):
    counts = renewals_from_cohorts([_cohort(np.random.default_rng(seed), n, 10**log_a, 10**log_b, periods)])
    try:
        alpha, beta, _ = fit_hazards(counts.at_risk[None], counts.lost[None])
    except ValueError:
        return
    ours = sbg_log_likelihood(alpha=alpha[0], beta=beta[0], renewals=counts)

    def cost(z):
        return -sbg_log_likelihood(alpha=np.exp(z[0]), beta=np.exp(z[1]), renewals=counts)

    theirs = -min(
        optimize.minimize(cost, start, method="L-BFGS-B", bounds=[(-13, 13)] * 2).fun for start in ([0, 0], [-1, 2])
    )
    assert ours >= theirs - 1e-3


def test_many_sets_at_once_are_the_same_as_one_by_one():
    rng = np.random.default_rng(4)
    sets = [renewals_from_cohorts([_cohort(rng, 500, 0.7, 3, 8)]) for _ in range(5)]
    at_risk, lost = np.array([s.at_risk for s in sets]), np.array([s.lost for s in sets])
    together = fit_hazards(at_risk, lost)
    for i in range(5):
        alone = fit_hazards(at_risk[i : i + 1], lost[i : i + 1])
        np.testing.assert_allclose([together[0][i], together[1][i]], [alone[0][0], alone[1][0]], rtol=1e-6)


def test_constant_churn_is_told_as_such():
    alpha, beta, edge = fit_hazards(np.array([[1000.0, 900, 810]]), np.array([[90.0, 90, 90]]))
    assert edge.tolist() == [-1]
    assert alpha[0] / (alpha[0] + beta[0]) == pytest.approx(270 / 2710, rel=1e-4)


def test_all_losses_at_once_are_told_as_such():
    _, _, edge = fit_hazards(np.array([[100.0, 40, 40, 40, 40]]), np.array([[60.0, 0, 0, 0, 0]]))
    assert edge.tolist() == [1]


@pytest.mark.parametrize(
    ("cohort", "why"),
    [([100, 90], "two periods"), ([100, 100, 100], "no customer was lost"), ([100, 0], "two periods")],
)
def test_counts_that_say_nothing_are_refused(cohort, why):
    counts = renewals_from_cohorts([cohort])
    with pytest.raises(ValueError, match=why):
        fit_hazards(counts.at_risk[None], counts.lost[None])


def test_bad_counts_are_refused():
    with pytest.raises(ValueError, match="between 0 and"):
        Renewals(np.array([5.0]), np.array([6.0]))
    with pytest.raises(ValueError, match="whole"):
        renewals_from_lives([1.5], [True])
    with pytest.raises(ValueError, match="same length"):
        Renewals(np.array([]), np.array([]))


def test_until_and_after_share_out_the_periods():
    counts = renewals_from_cohorts([[100, 80, 70, 65]])
    early, late = counts.until(2), counts.after(2)
    assert early.lost.sum() + late.lost.sum() == counts.lost.sum()
    assert late.at_risk.tolist() == [0, 0, 70]
    with pytest.raises(ValueError, match="3 periods"):
        counts.until(4)
