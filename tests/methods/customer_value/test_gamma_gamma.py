"""Gamma-Gamma: gradient, truth recovered, shrinkage, edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from referral_playbook.methods.customer_value import gamma_gamma
from referral_playbook.methods.customer_value.gamma_gamma import SpendFit, fit_spend
from tests.oracles.customers import conditional_spend

shape = st.floats(0.3, 15)


def simulate(seed, n, p=6.0, q=4.0, gamma=15.0):
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 9, n)
    return x, rng.gamma(p * x, 1 / rng.gamma(q, 1 / gamma, n)) / x


@given(p=shape, q=shape, gamma=shape)
@settings(deadline=None)
def test_the_gradient_is_the_slope(p, q, gamma):
    x, z = (np.asarray(v, dtype=float) for v in simulate(1, 40))
    theta = np.array([p, q, gamma])
    numeric = optimize.approx_fprime(theta, lambda t: gamma_gamma._log_likelihood(t, x, z)[0], 1e-7 * theta)
    slope = gamma_gamma._log_likelihood(theta, x, z)[1]
    np.testing.assert_allclose(slope, numeric, rtol=1e-3, atol=1e-3 * np.abs(slope).max())


def test_likelihood_is_the_integral_over_customers():
    fit = SpendFit(p=2.0, q=3.0, gamma=10.0)

    def density(nu):
        return stats.gamma.pdf(4.0, fit.p * 3, scale=1 / (nu * 3)) * stats.gamma.pdf(nu, fit.q, scale=1 / fit.gamma)

    likelihood, _ = gamma_gamma._log_likelihood(np.array([fit.p, fit.q, fit.gamma]), np.array([3.0]), np.array([4.0]))
    assert likelihood == pytest.approx(np.log(integrate.quad(density, 0, 50)[0]), rel=1e-6)


def test_the_fit_gives_back_the_truth():
    fit = fit_spend(*simulate(2, 30_000))
    np.testing.assert_allclose([fit.p, fit.q, fit.gamma], [6, 4, 15], rtol=0.1)
    assert fit.population_mean == pytest.approx(30, rel=0.02)


def test_currency_and_order_do_not_matter():
    x, z = simulate(3, 800)
    one, pence = fit_spend(x, z), fit_spend(x[::-1], 100 * z[::-1])
    assert pence.population_mean == pytest.approx(100 * one.population_mean, rel=1e-4)
    assert pence.p == pytest.approx(one.p, rel=1e-3)


@given(x=st.integers(0, 50), z=st.floats(0.1, 500))
def test_a_customer_lies_between_own_and_common_mean_and_nearer_own_with_more_purchases(x, z):
    fit = SpendFit(p=6.25, q=3.74, gamma=15.44)
    common = fit.population_mean
    found, surer = (float(conditional_spend(fit, x=k, mean_amount=z)) for k in (x, x + 5))
    assert min(z, common) - 1e-9 <= found <= max(z, common) + 1e-9
    assert abs(surer - z) <= abs(found - z) + 1e-9


def test_without_a_finite_mean_there_is_none():
    fit = SpendFit(p=2, q=0.8, gamma=10)
    assert fit.population_mean is None
    with pytest.raises(ValueError, match="no finite mean"):
        conditional_spend(fit, x=[0], mean_amount=[0])
    assert conditional_spend(fit, x=[3], mean_amount=[12]) > 0


@pytest.mark.parametrize(
    ("x", "z", "why"),
    [
        ([0, 2], [5, 5], "1 rows have no whole number of purchases"),
        ([1, 2], [-3, 5], "1 rows"),
        ([3], [5], "customers who differ"),
        ([3, 2], [5, 5], "customers who differ"),
        ([1, 1, 1], [5, 6, 7], "two purchases"),
    ],
)
def test_amounts_that_say_nothing_are_refused(x, z, why):
    with pytest.raises(ValueError, match=why):
        fit_spend(x, z)
