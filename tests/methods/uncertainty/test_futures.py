from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert
from referral_playbook.methods.uncertainty.futures import futures, tornado

INPUTS = {
    "price": Pert(low=9, mode=10, high=14),
    "rate": Beta.from_counts(12, 120),
    "value": LogNormal.from_quantiles(low=50, high=200),
}


def drawn(inputs=INPUTS, **options) -> dict[str, np.ndarray]:
    chunks = list(futures(inputs, **options))
    return {name: np.concatenate([c[name] for c in chunks]) for name in inputs}


def test_each_input_keeps_its_distribution() -> None:
    x = drawn(draws=40_000)
    for name, d in INPUTS.items():
        assert x[name].mean() == pytest.approx(d.mean, rel=1e-3)
        assert x[name].std() == pytest.approx(d.sd, rel=1e-2)


def test_same_seed_same_futures_and_another_seed_others() -> None:
    assert (drawn(seed=3)["rate"] == drawn(seed=3)["rate"]).all()
    assert (drawn(seed=3)["rate"] != drawn(seed=4)["rate"]).any()


def test_another_input_or_another_order_leaves_the_futures_as_they_were() -> None:
    more = {"cost": Known(value=1), **dict(reversed(INPUTS.items()))}
    assert (drawn(more)["price"] == drawn()["price"]).all()


def test_common_random_numbers_a_better_option_is_better_in_every_future() -> None:
    dearer = INPUTS | {"price": Pert(low=10, mode=11, high=15)}
    assert (drawn(dearer)["price"] > drawn()["price"]).all()


def test_inputs_are_independent_unless_told() -> None:
    x = drawn(draws=100_000)
    assert abs(stats.spearmanr(x["price"], x["rate"]).statistic) < 0.02


@pytest.mark.parametrize("rho", [-0.8, 0.5, 0.95])
def test_the_copula_has_its_correlation_and_leaves_the_marginals(rho: float) -> None:
    x = drawn(draws=60_000, correlations={("price", "value"): rho})
    expected = 6 / np.pi * np.arcsin(rho / 2)  # Spearman's of a Gaussian copula (Kruskal 1958)
    assert stats.spearmanr(x["price"], x["value"]).statistic == pytest.approx(expected, abs=0.01)
    assert np.sort(x["value"]) == pytest.approx(np.sort(drawn(draws=60_000)["value"]))


def test_three_correlated_inputs_keep_all_pairs() -> None:
    pairs = {("price", "rate"): 0.5, ("rate", "value"): -0.4, ("price", "value"): 0.2}
    x = drawn(draws=60_000, correlations=pairs)
    for (a, b), rho in pairs.items():
        assert stats.spearmanr(x[a], x[b]).statistic == pytest.approx(6 / np.pi * np.arcsin(rho / 2), abs=0.015)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"correlations": {("price", "tax"): 0.5}}, "names two of"),
        ({"correlations": {("price", "price"): 0.5}}, "names two of"),
        ({"correlations": {("price", "rate"): 1.0}}, "between -1 and 1"),
        (
            {"correlations": {("price", "rate"): 0.9, ("rate", "value"): 0.9, ("price", "value"): -0.9}},
            "cannot hold together",
        ),
        ({"draws": 0}, "1 or more"),
    ],
)
def test_impossible_futures_are_refused(options: dict, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        futures(INPUTS, **options)


def test_no_inputs_no_futures() -> None:
    with pytest.raises(ValueError, match="at least one input"):
        futures({})


def test_tornado_of_a_sum_is_the_width_of_each_input() -> None:
    inputs = {"a": Pert(low=0, mode=1, high=2), "b": Pert(low=0, mode=5, high=10), "c": Known(value=3)}
    bars = tornado(inputs, lambda x: x["a"] - x["b"] + x["c"])
    assert [bar.input for bar in bars] == ["b", "a", "c"]
    assert bars[0].at_low > bars[0].at_high  # more of b is worse
    assert bars[0].size == pytest.approx(np.diff(inputs["b"].ppf([0.1, 0.9]))[0])
    assert bars[2].size == 0
