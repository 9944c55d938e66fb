"""Fieller's limits of a ratio, against simulation and against the quadratic that defines them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.methods.uncertainty.fieller import ratio_limits

Z = 1.959963984540054


@given(st.floats(-5, 5), st.floats(2, 9), st.floats(0.01, 0.5), st.floats(0.01, 0.3), st.floats(-0.9, 0.9))
def test_each_limit_solves_the_equation_that_defines_it(top, bottom, sd_top, sd_bottom, r):
    c = r * sd_top * sd_bottom
    ratio, low, high = ratio_limits(top, bottom, np.array([[sd_top**2, c], [c, sd_bottom**2]]), Z)
    assert low <= ratio <= high
    for limit in (low, high):
        spread = math.sqrt(sd_top**2 - 2 * limit * c + limit**2 * sd_bottom**2)
        assert abs(top - limit * bottom) == pytest.approx(Z * spread, rel=1e-6, abs=1e-9)


def test_it_covers_the_true_ratio_as_often_as_it_says():
    rng = np.random.default_rng(4)
    covariance = np.array([[0.04, 0.03], [0.03, 0.09]])
    draws = rng.multivariate_normal([1.0, 2.0], covariance, size=4_000)
    limits = [ratio_limits(top, bottom, covariance, Z) for top, bottom in draws]
    assert np.mean([low <= 0.5 <= high for _, low, high in limits]) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("bottom", "sd"), [(0.1, 1.0), (-3.0, 0.1), (0.0, 0.1)])
def test_a_denominator_that_may_be_zero_gives_no_ratio(bottom, sd):
    assert ratio_limits(1.0, bottom, np.diag([0.01, sd**2]), Z) is None
