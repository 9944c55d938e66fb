from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from referral_playbook.methods.experiments.better_arm import better_arm, expected_excess, probability_above
from referral_playbook.methods.uncertainty.distributions import Beta

shapes = st.floats(0.5, 400)
users = st.integers(1, 5_000)


def miller(a: tuple[int, int], b: tuple[int, int]) -> float:
    """P(B > A) as the finite sum of Miller (2015), whole counts and Beta(1, 1)."""
    (a_a, b_a), (a_b, b_b) = ((k + 1, n - k + 1) for k, n in (a, b))
    i = np.arange(a_b)
    return float(np.exp(betaln(a_a + i, b_a + b_b) - np.log(b_b + i) - betaln(1 + i, b_b) - betaln(a_a, b_a)).sum())


@given(users, st.floats(0, 1), users, st.floats(0, 1))
def test_probability_is_the_closed_form(n: int, share: float, m: int, other: float) -> None:
    a, b = (round(n * share), n), (round(m * other), m)
    assert better_arm(a, b).probability == pytest.approx(miller(a, b), abs=1e-8)


@given(users, st.floats(0, 1), users, st.floats(0, 1))
def test_turning_the_arms_round_turns_everything_round(n: int, share: float, m: int, other: float) -> None:
    a, b = (round(n * share), n), (round(m * other), m)
    there, back = better_arm(a, b), better_arm(b, a)
    assert there.probability + back.probability == pytest.approx(1, abs=1e-8)
    assert there.loss_choosing_a == pytest.approx(back.loss_choosing_b)
    means = [(k + 1) / (n + 2) for k, n in (a, b)]
    assert there.loss_choosing_a - there.loss_choosing_b == pytest.approx(means[1] - means[0], abs=1e-9)
    assert min(there.loss_choosing_a, there.loss_choosing_b) >= 0


@given(shapes, shapes)
def test_a_share_against_its_own_kind_is_even(a: float, b: float) -> None:
    assert probability_above(Beta(a=a, b=b), Beta(a=a, b=b)) == pytest.approx(0.5, abs=1e-8)


@pytest.mark.parametrize("prior", [(1.0, 1.0), (0.5, 0.5), (2.0, 18.0)])
def test_by_simulation_under_each_prior(prior: tuple[float, float]) -> None:
    rng = np.random.default_rng(1)
    a, b = ((2, 30), (6, 40))
    x, y = (rng.beta(prior[0] + k, prior[1] + n - k, 1_000_000) for k, n in (a, b))
    found = better_arm(a, b, prior=prior)
    assert found.probability == pytest.approx((y > x).mean(), abs=0.002)
    assert found.loss_choosing_a == pytest.approx(np.maximum(y - x, 0).mean(), rel=0.005)
    assert found.loss_choosing_b == pytest.approx(np.maximum(x - y, 0).mean(), rel=0.01)
    assert found.prior == prior


def test_narrow_against_wide_and_far_apart() -> None:
    # A ~ Beta(1, 11), B ~ Beta(1, 1,000,001): P(B > A) = 11 / (11 + 1,000,001)
    assert better_arm((0, 10), (0, 1_000_000)).probability == pytest.approx(11 / 1_000_012, rel=1e-6)
    sure = better_arm((100, 10_000), (5_000, 10_000))
    assert sure.probability == pytest.approx(1)
    assert sure.loss_choosing_b == pytest.approx(0, abs=1e-9)


@given(shapes, shapes, shapes, shapes)
def test_expected_excess_is_no_less_than_the_difference_of_means(a: float, b: float, c: float, d: float) -> None:
    x, y = Beta(a=a, b=b), Beta(a=c, b=d)
    assert max(0.0, x.mean - y.mean) - 1e-8 <= expected_excess(x, y) <= x.mean


@pytest.mark.parametrize("arms", [((0, 0), (1, 5)), ((1, 5), (0, 0)), ((6, 5), (1, 5))])
def test_an_arm_without_users_says_nothing(arms: tuple) -> None:
    with pytest.raises(ValueError, match=r"says nothing|0 <= k <= n"):
        better_arm(*arms)
