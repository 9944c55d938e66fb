from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.contract.evidence import Basis, Estimate, assumed, undefined
from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.referrals.clusters import clustered_proportion, ratio_of_sums
from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert, to_distribution

LEVELS = (np.arange(20_000) + 0.5) / 20_000
positive = st.floats(0.01, 1e4)


@given(low=st.floats(-1e4, 1e4), width=positive, at=st.floats(0, 1), lam=st.floats(0, 20))
def test_pert_is_the_scaled_beta_of_scipy(low: float, width: float, at: float, lam: float) -> None:
    pert = Pert(low=low, mode=min(low + width * at, low + width), high=low + width, lam=lam)
    same = stats.beta(pert.alpha, pert.beta, loc=pert.low, scale=pert.high - pert.low)
    assert pert.mean == pytest.approx(same.mean(), rel=1e-7, abs=1e-6 * width)
    assert pert.sd == pytest.approx(same.std(), rel=1e-6)
    assert pert.ppf([0.1, 0.5, 0.9]) == pytest.approx(same.ppf([0.1, 0.5, 0.9]), abs=1e-7 * width)
    assert pert.low <= pert.ppf(0.0) <= pert.ppf(1.0) <= pert.high + 1e-9 * abs(pert.high)


def test_pert_without_weight_of_the_mode_is_uniform() -> None:
    assert Pert(low=0, mode=7, high=10, lam=0).ppf([0.25, 0.5]).tolist() == pytest.approx([2.5, 5.0])


@given(low=positive, factor=st.floats(1.001, 100))
def test_log_normal_has_the_quantiles_that_were_asked_for(low: float, factor: float) -> None:
    found = LogNormal.from_quantiles(low=low, high=low * factor, levels=(0.05, 0.8))
    assert found.ppf([0.05, 0.8]) == pytest.approx([low, low * factor])


@pytest.mark.parametrize(
    "distribution",
    [
        Pert(low=10, mode=20, high=60),
        LogNormal.from_quantiles(low=50, high=200),
        Beta.from_counts(12, 120),
        Beta.from_counts(0, 30),
        Known(value=4),
    ],
)
def test_mean_and_sd_are_those_of_the_quantiles(distribution: Pert | LogNormal | Beta | Known) -> None:
    drawn = distribution.ppf(LEVELS)
    assert (np.diff(drawn) >= 0).all()
    assert drawn.mean() == pytest.approx(distribution.mean, rel=1e-3)
    assert drawn.std() == pytest.approx(distribution.sd, rel=1e-2)


@given(k=st.integers(0, 50), more=st.integers(0, 50))
def test_beta_from_counts_lies_between_prior_and_data(k: int, more: int) -> None:
    found = Beta.from_counts(k, k + more, prior=(1, 1))
    assert found.mean == pytest.approx((k + 1) / (k + more + 2))
    assert 0 < found.mean < 1  # also at k = 0 and k = n: never certain


def test_no_counts_leave_the_prior() -> None:
    assert Beta.from_counts(0, 0, prior=(2, 5)) == Beta(a=2, b=5)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Pert(low=2, mode=1, high=3),
        lambda: Pert(low=1, mode=1, high=1),
        lambda: Pert(low=1, mode=2, high=float("inf")),
        lambda: Pert(low=1, mode=2, high=3, lam=-1),
        lambda: LogNormal(mu=0, sigma=0),
        lambda: LogNormal.from_quantiles(low=0, high=1),
        lambda: LogNormal.from_quantiles(low=3, high=2),
        lambda: LogNormal.from_quantiles(low=1, high=2, levels=(0.9, 0.1)),
        lambda: Beta(a=0, b=1),
        lambda: Beta.from_counts(3, 2),
        lambda: Known(value=float("nan")),
        lambda: Beta(a=1, b=1).ppf(1.2),
    ],
)
def test_nonsense_is_refused(build) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        build()


def _measured(value: float, low: float, high: float, unit: str, n: int | None = 100) -> Estimate:
    return Estimate(
        value=value, low=low, high=high, confidence=0.9, n=n, unit=unit, per="x", basis=Basis.MEASURED, source="s"
    )


def test_spread_says_what_kind_of_number_it_was() -> None:
    assert to_distribution(proportion(10, 100, per="x")) == Beta(a=10.5, b=90.5)
    money = to_distribution(_measured(100, 50, 200, "GBP"))
    assert money.ppf([0.05, 0.95]) == pytest.approx([50, 200])
    assert to_distribution(_measured(0, -5, 5, "GBP")) == Pert(low=-5, mode=0, high=5)
    assert to_distribution(assumed(3, 3, 3, unit="GBP", per="x", source="s")) == Known(value=3)
    assert to_distribution(assumed(3, 1, 4, unit="GBP", per="x", source="s")) == Pert(low=1, mode=3, high=4)


@pytest.mark.parametrize(
    "share",
    [
        clustered_proportion([20, 0, 0, 0, 1, 0], [30, 10, 10, 10, 10, 10], per="friend"),
        ratio_of_sums([60, 75, 40, 5], [100, 100, 80, 90], per="unit of revenue", source="payments"),
    ],
    ids=["families", "ratio of sums"],
)
def test_spread_keeps_the_range_of_a_measured_share(share) -> None:
    found = to_distribution(share)
    assert isinstance(found, Beta)
    low, high = found.ppf([0.025, 0.975])
    assert high - low == pytest.approx(share.high - share.low, rel=0.25)
    assert high <= 1


def test_bounds_without_a_confidence_are_no_sample() -> None:
    bounds = proportion(30, 100, per="x").as_(low=0.1, high=0.8, confidence=None)
    assert to_distribution(bounds) == Pert(low=0.1, mode=0.3, high=0.8)


def test_spread_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no survey"):
        to_distribution(undefined("no survey", unit="share", per="answer"))
