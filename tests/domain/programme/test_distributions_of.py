"""The distribution that an estimate stands for in the futures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.estimate import Basis, Estimate, assumed
from referral_playbook.domain.programme.distributions_of import input_distribution


def estimate(value, low, high, unit, **fields):
    about = {"confidence": 0.95, "n": 100, "per": "x", "basis": Basis.MEASURED, "source": "y"} | fields
    return Estimate(value=value, low=low, high=high, unit=unit, **about)


@given(st.floats(0.3, 2), st.floats(1.1, 5))
def test_an_uplift_has_its_range_as_quantiles_of_its_level(low, ratio):
    uplift = input_distribution(estimate(low * ratio**0.5, low, low * ratio, "times"))
    assert uplift.ppf(0.025) == pytest.approx(low)
    assert uplift.ppf(0.975) == pytest.approx(low * ratio)
    assert uplift.ppf(0.0001) > 0


def test_an_assumed_uplift_has_its_range_as_one_in_ten():
    uplift = input_distribution(assumed(1.3, 0.9, 2.0, unit="times", per="referral", source="client.toml"))
    assert [round(float(uplift.ppf(q)), 6) for q in (0.1, 0.9)] == [0.9, 2.0]


@given(st.floats(0.05, 0.95), st.floats(0.01, 0.2))
def test_a_stated_share_keeps_its_mean_and_stays_between_0_and_1(value, half):
    low, high = max(value - half, 0.001), min(value + half, 0.999)
    share = input_distribution(assumed(value, low, high, unit="share", per="lead", source="client.toml"))
    assert share.mean == pytest.approx(value)
    assert 0 <= share.ppf(0.001) <= share.ppf(0.999) <= 1


def test_a_measured_share_has_the_spread_of_its_counts():
    share = input_distribution(estimate(0.2, 0.13, 0.29, "share"))
    assert share.sd == pytest.approx((0.2 * 0.8 / 100) ** 0.5, rel=0.1)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_stated_as_nothing_or_everything_is_certain(value):
    share = input_distribution(
        assumed(value, max(0, value - 0.1), min(1, value + 0.1), unit="share", per="x", source="y")
    )
    assert share.sd == 0
    assert share.mean == value
