"""The range of an sBG: draws about the fit, a lifetime by its sum, and a backtest against constant churn."""

from __future__ import annotations

import numpy as np
import pytest
from cohorts import renewals_from_cohorts
from scipy.special import betaln

from referral_playbook.methods.customer_value.renewals import Renewals
from referral_playbook.methods.customer_value.sbg import fit_sbg
from referral_playbook.methods.customer_value.sbg_range import backtest_sbg, bootstrap_sbg, expected_lifetime

KNOWN = renewals_from_cohorts([[1000, 869, 743, 653, 593, 551, 517, 491]])


def survival(alpha: float, beta: float, t: np.ndarray) -> np.ndarray:
    return np.exp(betaln(alpha, beta + t) - betaln(alpha, beta))


def test_draws_lie_about_the_fit_and_are_the_same_again() -> None:
    fit = fit_sbg(KNOWN)
    alpha, beta = bootstrap_sbg(KNOWN, draws=300, seed=1)
    drawn = survival(alpha, beta, np.array(7))
    at_seven = float(survival(fit.alpha, fit.beta, np.array(7.0)))
    assert np.median(drawn) == pytest.approx(at_seven, rel=0.02)
    # The share of 1,000 who stay is known to about sqrt(p (1 - p) / 1000).
    assert drawn.std() == pytest.approx(np.sqrt(at_seven * (1 - at_seven) / 1000), rel=0.25)
    assert np.array_equal(alpha, bootstrap_sbg(KNOWN, draws=300, seed=1)[0])


def test_shares_in_place_of_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="counts of customers, not shares"):
        bootstrap_sbg(Renewals(np.array([0.9, 0.7]), np.array([0.2, 0.1])))


def test_a_small_client_who_loses_nobody_in_a_draw_can_still_be_fitted() -> None:
    alpha, beta = bootstrap_sbg(renewals_from_cohorts([[6, 5, 5]]), draws=200)
    assert np.isfinite(alpha).all()
    assert np.isfinite(beta).all()


def test_the_lifetime_is_the_discounted_sum_of_staying() -> None:
    fit = fit_sbg(KNOWN)
    t = np.arange(12)
    expected = (survival(fit.alpha, fit.beta, t) / 1.1**t).sum()
    found = expected_lifetime(KNOWN, discount_rate=0.1, horizon=12, draws=100)
    assert found.value == pytest.approx(expected, rel=1e-6)
    assert found.low < found.value < found.high
    assert found.n == 1000


def test_where_the_model_cannot_be_told_the_reason_is_given() -> None:
    found = expected_lifetime(renewals_from_cohorts([[50, 50, 50]]), discount_rate=0.1)
    assert not found.defined
    assert "no customer was lost" in found.reason


def test_the_lifetime_beats_constant_churn() -> None:
    """Customers differ: projecting their average churn undervalues them (Fader & Hardie 2010)."""
    churn = KNOWN.lost.sum() / KNOWN.at_risk.sum()
    assert expected_lifetime(KNOWN, discount_rate=0.1).low > 1.1 / (0.1 + churn)


def test_the_sbg_wins_where_churn_falls_with_age() -> None:
    found = backtest_sbg(KNOWN.until(4), KNOWN.after(4))
    assert found.winner == "model"
