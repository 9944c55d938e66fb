from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import integrate, stats

from tests.oracles.decisions import Payoffs, unit_normal_loss

tables = hnp.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 5)), elements=st.floats(-1e5, 1e5))
weights = st.lists(st.floats(0.01, 1), min_size=5, max_size=5)
likelihoods = st.lists(st.floats(0, 1), min_size=5, max_size=5)


def payoffs(table: np.ndarray, weight: list[float]) -> Payoffs:
    p = np.array(weight[: table.shape[1]])
    return Payoffs(payoff=table, p=p / p.sum())


@given(tables, weights)
def test_perfect_information_is_worth_the_expected_regret_of_the_best(table: np.ndarray, weight: list[float]) -> None:
    found = payoffs(table, weight)
    assert found.evpi >= 0
    assert found.evpi == pytest.approx(found.with_perfect_information - found.emv.max(), abs=1e-6)
    assert found.minimax_regret <= found.regret.max() + 1e-9
    assert found.regret.min() == 0


@given(tables, weights, likelihoods)
def test_a_study_is_worth_something_between_nothing_and_perfect(
    table: np.ndarray, weight: list[float], likelihood: list[float]
) -> None:
    found = payoffs(table, weight)
    study = found.study(likelihood[: table.shape[1]])
    scale = 1e-9 * (1 + np.abs(table).max())
    assert 0 <= study.evsi <= found.evpi + scale
    assert study.with_information == pytest.approx(found.emv.max() + study.evsi, abs=1e-6)
    assert study.signal.sum() == pytest.approx(1)
    assert np.nansum(study.posterior * study.signal[:, None], axis=0) == pytest.approx(np.asarray(found.p))


@given(tables, weights, st.floats(0, 1))
def test_a_study_that_says_the_same_in_every_state_is_worth_exactly_nothing(
    table: np.ndarray, weight: list[float], says: float
) -> None:
    assert payoffs(table, weight).study([says] * table.shape[1]).evsi == 0


@given(tables, weights)
def test_a_study_that_tells_the_state_is_worth_perfect_information(table: np.ndarray, weight: list[float]) -> None:
    found = payoffs(table, weight)
    assert found.study(np.eye(table.shape[1])).evsi == pytest.approx(found.evpi, abs=1e-6)


def test_a_signal_that_cannot_come_is_not_dressed_up() -> None:
    study = Payoffs(payoff=[[1, -1], [0, 0]], p=[0.5, 0.5]).study([[0.6, 0.4], [0.4, 0.6], [0, 0]])
    assert study.best == (0, 1, None) or study.best[2] is None
    assert np.isnan(study.posterior[2]).all()
    assert np.isnan(study.best_emv[2])


def test_study_by_simulation() -> None:
    table = Payoffs(payoff=[[200, 100, -120], [90, 50, -20], [0, 0, 0]], p=[0.3, 0.5, 0.2])
    given_state = np.array([0.967, 0.533, 0.067])
    study = table.study(given_state)
    rng = np.random.default_rng(1)
    state = rng.choice(3, 400_000, p=[0.3, 0.5, 0.2])
    signal = np.where(rng.random(state.size) < given_state[state], 0, 1)
    money = np.asarray(table.payoff)[np.array(study.best)[signal], state]
    assert money.mean() == pytest.approx(study.with_information, abs=4 * money.std() / np.sqrt(state.size))


def test_hurwicz_goes_from_the_worst_to_the_best() -> None:
    found = Payoffs(payoff=[[200, -180], [100, -20]], p=[0.5, 0.5])
    assert found.hurwicz(0).tolist() == [-180, -20]
    assert found.hurwicz(1).tolist() == [200, 100]


@pytest.mark.parametrize(
    ("payoff", "p"),
    [
        ([[1, 2]], [0.5, 0.6]),
        ([[1, 2]], [1.5, -0.5]),
        ([[1, 2]], [1.0]),
        ([1, 2], [0.5, 0.5]),
        ([[1, float("inf")]], [0.5, 0.5]),
    ],
)
def test_impossible_payoffs_are_refused(payoff: list, p: list) -> None:
    with pytest.raises(ValueError, match="p"):
        Payoffs(payoff=payoff, p=p)


def test_impossible_studies_are_refused() -> None:
    table = Payoffs(payoff=[[1, 2]], p=[0.5, 0.5])
    for likelihood in ([0.5], [1.2, 0.1], [[0.5, 0.5], [0.4, 0.5]]):
        with pytest.raises(ValueError, match="signal"):
            table.study(likelihood)
    with pytest.raises(ValueError, match="optimism"):
        table.hurwicz(1.1)


def test_payoffs_cannot_be_changed_and_the_input_is_not() -> None:
    mine = np.array([[1.0, 2.0]])
    table = Payoffs(payoff=mine, p=[0.5, 0.5])
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(table.payoff)[0, 0] = 5
    mine[0, 0] = 9
    assert table.emv.tolist() == [1.5]


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
