from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.stats.power import normal_power_het
from statsmodels.stats.proportion import power_proportions_2indep

from referral_playbook.methods.experiments.power import proportions_effect, proportions_power, proportions_sample

shares = st.floats(0.001, 0.999)


@given(st.integers(2, 5_000), shares, shares)
def test_strict_power_is_that_of_statsmodels(n: int, p1: float, p2: float) -> None:
    assume(abs(p1 - p2) > 1e-6)
    theirs = power_proportions_2indep(p2 - p1, p1, n, alpha=0.05).power
    assert proportions_power(n, p1, p2, strict=True) == pytest.approx(theirs, abs=1e-9)


def test_strict_power_is_that_of_a_general_normal_test() -> None:
    null, alternative = math.sqrt(2 * 0.3 * 0.7), math.sqrt(0.25 * 0.75 + 0.35 * 0.65)
    theirs = normal_power_het(0.1, 200, 0.05, std_null=null, std_alternative=alternative)
    assert proportions_power(200, 0.25, 0.35, strict=True) == pytest.approx(theirs)


def test_power_by_simulation() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.binomial(300, 0.10, 40_000), rng.binomial(300, 0.17, 40_000)
    pooled = (a + b) / 600
    z = (b - a) / 300 / np.sqrt(2 * pooled * (1 - pooled) / 300)
    assert proportions_power(300, 0.10, 0.17) == pytest.approx((np.abs(z) > 1.959964).mean(), abs=0.02)


@given(shares, shares, st.floats(0.3, 0.99))
def test_sample_and_power_undo_each_other(p1: float, p2: float, power: float) -> None:
    assume(abs(p1 - p2) > 1e-3)
    needed = proportions_sample(p1, p2, power=power)
    assert proportions_power(needed.exact, p1, p2) == pytest.approx(power, abs=1e-6)
    assert proportions_power(needed.per_arm, p1, p2) >= power - 1e-6
    assert needed.total == 2 * needed.per_arm


@given(st.integers(20, 5_000), st.floats(0.05, 0.6), st.floats(0.3, 0.95))
def test_effect_and_power_undo_each_other(n: int, p1: float, power: float) -> None:
    try:
        p2 = proportions_effect(n, p1, power=power)
    except ValueError:
        assert proportions_power(n, p1, 1 - 1e-12) < power
    else:
        assert p2 > p1
        assert proportions_power(n, p1, p2) == pytest.approx(power, abs=1e-6)


@given(st.integers(10, 1_000), shares, shares)
def test_power_grows_with_users_and_does_not_mind_the_order_of_equal_arms(n: int, p1: float, p2: float) -> None:
    assume(abs(p1 - p2) > 1e-6)
    power = proportions_power(n, p1, p2)
    assert 0 <= power <= proportions_power(2 * n, p1, p2) <= 1
    assert proportions_power(n, p2, p1) == pytest.approx(power)
    assert proportions_power(n, 1 - p1, 1 - p2) == pytest.approx(power)


def test_more_comparisons_need_more_users() -> None:
    one, four = (proportions_sample(0.1, 0.15, alpha=0.05 / m).per_arm for m in (1, 4))
    assert four > 1.3 * one


@pytest.mark.parametrize(
    "call",
    [
        lambda: proportions_sample(0.2, 0.2),
        lambda: proportions_sample(0.2, 0.3, power=1),
        lambda: proportions_sample(0.2, 0.3, power=0.01),
        lambda: proportions_power(0, 0.2, 0.3),
        lambda: proportions_power(10, 0.2, 1.3),
        lambda: proportions_power(10, 0, 1),
        lambda: proportions_power(10, 0, 0),
        lambda: proportions_power(10, 0.2, 0.3, alpha=0),
        lambda: proportions_effect(3, 0.9),
    ],
)
def test_impossible_designs_are_refused(call) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call()
