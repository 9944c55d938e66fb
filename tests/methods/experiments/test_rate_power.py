"""The power of a test of two rates: against a simulation of its own test, and against its inverse functions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.methods.experiments.rate_power import rates_effect, rates_power, rates_sample


def test_power_is_how_often_the_log_rate_ratio_is_significant() -> None:
    rng = np.random.default_rng(7)
    users, base, rate = 400, 0.2, 0.3
    one, other = rng.poisson(users * rate, 40_000), rng.poisson(users * base, 40_000)
    z = np.log(one / other) / np.sqrt(1 / one + 1 / other)
    assert rates_power(users, base, rate) == pytest.approx(float((z > stats.norm.ppf(0.975)).mean()), abs=0.02)


def test_the_sample_is_that_of_the_formula() -> None:
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    n = (z / math.log(1.5)) ** 2 * (1 / 0.3 + 1 / 0.2 + 2 / 0.5)
    found = rates_sample(0.2, 0.3, dispersion=0.5)
    assert found.exact == pytest.approx(n)
    assert found.per_arm == math.ceil(n)


@given(st.floats(0.01, 1), st.floats(1.1, 4), st.floats(0.2, 10), st.floats(0.5, 0.95))
@settings(max_examples=40, deadline=None)
def test_the_sample_has_the_power_it_was_made_for(base: float, ratio: float, k: float, power: float) -> None:
    found = rates_sample(base, base * ratio, dispersion=k, power=power)
    assert rates_power(found.exact, base, base * ratio, dispersion=k) == pytest.approx(power, abs=1e-6)


@pytest.mark.parametrize("up", [True, False])
def test_the_nearest_ratio_that_is_shown_has_the_power_asked_for(up: bool) -> None:
    ratio = rates_effect(500, 0.2, power=0.8, up=up)
    assert (ratio > 1) is up
    assert rates_power(500, 0.2, 0.2 * ratio) == pytest.approx(0.8, abs=1e-4)


def test_watching_twice_as_long_halves_the_sample() -> None:
    assert rates_sample(0.2, 0.3).exact == pytest.approx(2 * rates_sample(0.2, 0.3, exposure=2.0).exact)


@pytest.mark.parametrize("wrong", [{"rate": 0.2}, {"rate": 0.0}, {"rate": 0.3, "power": 0.01}])
def test_what_no_sample_can_show_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        rates_sample(0.2, **wrong)
