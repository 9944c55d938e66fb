"""What knowing an input is worth, against values known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from referral_playbook.methods.decisions.worth_of_knowing import (
    HoldOut,
    evpi,
    evppi,
    evppi_by_input,
    evsi,
)
from referral_playbook.methods.uncertainty.distributions import LogNormal
from tests.oracles.decisions import unit_normal_loss

N = 40_000
LEVELS = (np.arange(N) + 0.5) / N


def _shuffled(values, seed):
    return np.random.default_rng(seed).permutation(values)


def test_knowing_a_normal_input_is_worth_its_unit_normal_loss():
    x, noise = stats.norm(30, 100).ppf(LEVELS), _shuffled(stats.norm(0, 200).ppf(LEVELS), 1)
    assert evppi(x + noise, x) == pytest.approx(100 * unit_normal_loss(0.3), rel=0.03)


def test_knowing_one_input_is_worth_no_more_than_knowing_all():
    x, y = stats.norm(0, 1).ppf(LEVELS), _shuffled(stats.norm(0, 2).ppf(LEVELS), 2)
    worth = evppi_by_input(x + y, {"x": x, "y": y, "constant": np.ones(N)})
    assert list(worth) == ["y", "x"]
    assert worth["y"] < evpi(x + y)


def test_an_input_that_changes_no_choice_is_worth_nothing():
    x = stats.uniform(1, 2).ppf(LEVELS)
    assert evppi(x, x) == 0.0


def test_a_hold_out_is_worth_what_the_normal_approximation_says():
    # ln u is normal; with many referrals the log ratio is normal too, with variance 1/asked + 1/held referrals
    prior = LogNormal.from_quantiles(low=0.8, high=1.6)
    log_uplift = _shuffled(np.log(prior.ppf(LEVELS)), 3)
    test = HoldOut(asked=1_000, held_out=1_000, months=6)
    rate = np.full(N, 0.05)
    result = 1_000 * (log_uplift - 0.2)
    expected_referrals = 1_000 * 6 * 0.05
    sampling = np.sqrt(1 / expected_referrals / np.exp(prior.mu) + 1 / expected_referrals)
    learned = prior.sigma**2 / np.hypot(prior.sigma, sampling)  # sd of the posterior mean before the test is run
    closed = 1_000 * learned * unit_normal_loss(abs(prior.mu - 0.2) / learned)
    assert evsi(result, uplift=np.exp(log_uplift), referral_rate=rate, test=test) == pytest.approx(closed, rel=0.02)


def test_more_customers_or_months_are_worth_more_and_never_more_than_certainty():
    uplift = _shuffled(LogNormal.from_quantiles(low=0.8, high=1.8).ppf(LEVELS), 4)
    result, rate = 5_000 * (uplift - 1.3), np.full(N, 0.02)
    tests = [HoldOut(asked=a, held_out=100, months=m) for a, m in ((100, 3), (100, 12), (1_000, 12))]
    worth = [evsi(result, uplift=uplift, referral_rate=rate, test=t) for t in tests]
    assert worth == sorted(worth)
    assert worth[-1] < evpi(result)


def test_where_every_future_gains_no_test_is_worth_anything():
    uplift = LogNormal.from_quantiles(low=1.5, high=1.8).ppf(LEVELS)
    test = HoldOut(asked=100, held_out=100, months=3)
    assert evsi(uplift * 1_000, uplift=uplift, referral_rate=np.full(N, 0.1), test=test) == 0.0


def test_a_test_without_a_control_group_is_refused():
    with pytest.raises(ValueError, match="each group"):
        HoldOut(asked=10, held_out=0, months=3)


@given(hnp.arrays(float, st.integers(1, 200), elements=st.floats(-1e5, 1e5)), st.floats(0.1, 100))
def test_evpi_of_draws_scales_and_does_not_mind_the_order(net: np.ndarray, factor: float) -> None:
    found = evpi(net)
    assert found >= 0
    assert evpi(net[::-1] * factor) == pytest.approx(factor * found, rel=1e-6, abs=1e-6)
    assert evpi(np.abs(net)) == 0  # go is right in every future


def test_evpi_of_draws_agrees_with_the_normal_closed_form() -> None:
    net = np.random.default_rng(2).normal(500, 1_000, 400_000)
    assert evpi(net) == pytest.approx(1_000 * unit_normal_loss(0.5), rel=0.02)


@pytest.mark.parametrize("net", [[], [float("nan")], [[1.0]]])
def test_no_draws_no_value(net: list) -> None:
    with pytest.raises(ValueError, match="finite"):
        evpi(net)
