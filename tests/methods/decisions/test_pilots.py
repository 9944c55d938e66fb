from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from referral_playbook.methods.decisions.pilots import normal_evpi, normal_evsi, pilot, unit_normal_loss
from referral_playbook.methods.uncertainty.distributions import Beta

PRIOR = Beta(a=2, b=18)
GO = {"slope": 100_000, "intercept": -11_000}
shapes = st.floats(0.5, 60)


def test_a_pilot_by_simulation() -> None:
    rng = np.random.default_rng(1)
    rate = rng.beta(2, 18, 400_000)
    k = rng.binomial(50, rate)
    go = -11_000 + 100_000 * (2 + k) / 70 > 0
    gain = np.where(go, -11_000 + 100_000 * rate, 0)  # stop is best beforehand: 100,000 * 0.1 < 11,000
    found = pilot(PRIOR, 50, **GO)
    assert found.evsi == pytest.approx(gain.mean(), abs=4 * gain.std() / np.sqrt(rate.size))
    assert found.switches == tuple(range(6, 51))


@given(shapes, shapes, st.integers(1, 200), st.floats(0, 1))
def test_a_pilot_is_worth_no_more_than_knowing_and_more_invites_no_less(a: float, b: float, n: int, at: float) -> None:
    prior, go = Beta(a=a, b=b), {"slope": 1.0, "intercept": -at}
    small, large = pilot(prior, n, **go), pilot(prior, 2 * n, **go)
    assert 0 <= small.evsi <= large.evsi + 1e-9
    assert large.evsi <= large.evpi + 1e-5


@given(shapes, shapes, st.integers(1, 100))
def test_a_pilot_that_cannot_change_the_choice_is_worth_exactly_nothing(a: float, b: float, n: int) -> None:
    found = pilot(Beta(a=a, b=b), n, slope=1.0, intercept=0.5)  # go pays at every rate
    assert (found.evsi, found.switches) == (0, ())
    assert found.evpi == 0


def test_a_very_large_pilot_is_worth_knowing_the_rate() -> None:
    found = pilot(PRIOR, 20_000, **GO)
    assert found.evsi == pytest.approx(found.evpi, rel=0.005)
    gain, _ = integrate.quad(lambda p: (100_000 * p - 11_000) * stats.beta.pdf(p, 2, 18), 0.11, 1)
    assert found.evpi == pytest.approx(gain, rel=1e-3)


def test_many_options_and_two_written_out_are_the_same() -> None:
    one = pilot(PRIOR, 40, **GO)
    two = pilot(PRIOR, 40, slope=[0, 100_000], intercept=[0, -11_000])
    assert one.evsi == pytest.approx(two.evsi)
    three = pilot(PRIOR, 40, slope=[0, 100_000, 50_000], intercept=[0, -11_000, -5_500])
    assert three.evsi <= one.evpi


@pytest.mark.parametrize("options", [{"slope": [1, 2], "intercept": [1]}, {"slope": float("nan"), "intercept": 0}])
def test_impossible_pilots_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match="slope"):
        pilot(PRIOR, 10, **options)
    with pytest.raises(ValueError, match="one invite"):
        pilot(PRIOR, 0, **GO)


@given(st.floats(-6, 6))
def test_unit_normal_loss_is_the_integral_it_names(u: float) -> None:
    area, _ = integrate.quad(lambda z: (z - u) * stats.norm.pdf(z), u, u + 12)
    assert unit_normal_loss(u) == pytest.approx(area, rel=1e-6, abs=1e-12)
    assert unit_normal_loss(-u) == pytest.approx(u + unit_normal_loss(u), abs=1e-9)


def test_unit_normal_loss_far_out_stays_positive_and_falls() -> None:
    found = unit_normal_loss(np.array([5, 10, 20, 30.0]))
    assert (found > 0).all()
    assert (np.diff(found) < 0).all()
    assert found[1] == pytest.approx(stats.norm.pdf(10) / 100 * (1 - 3 / 100 + 15 / 10_000), rel=1e-4)  # asymptotic


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0, 1000))
def test_a_sample_is_worth_less_than_certainty_and_nothing_at_n_0(mean: float, sd: float, n: float) -> None:
    options = {"break_even": 5_000, "slope": 3}
    sample = normal_evsi(mean, sd, n=n, sampling_sd=100, **options)
    assert 0 <= sample <= normal_evpi(mean, sd, **options) + 1e-9
    assert normal_evsi(mean, sd, n=0, sampling_sd=100, **options) == 0
    assert normal_evpi(mean, 0, **options) == 0  # nothing is left to know


def test_a_normal_sample_by_simulation() -> None:
    rng = np.random.default_rng(5)
    truth = rng.normal(1_000, 200, 400_000)
    seen = truth + rng.normal(0, 400 / np.sqrt(4), truth.size)
    posterior = (1_000 / 200**2 + seen * 4 / 400**2) / (1 / 200**2 + 4 / 400**2)
    gain = 5 * np.maximum(900 - posterior, 0)  # go beforehand: leave it where the posterior is below 900
    found = normal_evsi(1_000, 200, n=4, sampling_sd=400, break_even=900, slope=5)
    assert found == pytest.approx(gain.mean(), abs=4 * gain.std() / np.sqrt(truth.size))


def test_impossible_normal_information_is_refused() -> None:
    with pytest.raises(ValueError, match="sd"):
        normal_evpi(1, -1, break_even=0, slope=1)
    with pytest.raises(ValueError, match="sampling_sd"):
        normal_evsi(1, 1, n=3, sampling_sd=0, break_even=0, slope=1)
