from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert
from referral_playbook.methods.uncertainty.futures import flip_points, futures, middle, quantile_dots, tornado

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


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300), st.integers(1, 60))
def test_dots_are_draws_in_order_and_blind_to_the_order_given(values: list[float], dots: int) -> None:
    found = quantile_dots(values, dots=dots)
    assert found.shape == (dots,)
    assert (np.diff(found) >= 0).all()
    assert set(found) <= set(values)
    assert (quantile_dots(values[::-1], dots=dots) == found).all()


def test_dots_count_as_the_probability_does_also_with_never() -> None:
    months = np.r_[np.full(740, 9.0), np.full(260, np.inf)]
    assert np.isfinite(quantile_dots(months)).sum() == 37  # 74% of 50


def test_dots_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="draws"):
        quantile_dots([])
    with pytest.raises(ValueError, match="NaN"):
        quantile_dots([1.0, float("nan")])


def test_tornado_of_a_sum_is_the_width_of_each_input() -> None:
    inputs = {"a": Pert(low=0, mode=1, high=2), "b": Pert(low=0, mode=5, high=10), "c": Known(value=3)}
    bars = tornado(inputs, lambda x: x["a"] - x["b"] + x["c"])
    assert [bar.input for bar in bars] == ["b", "a", "c"]
    assert bars[0].at_low > bars[0].at_high  # more of b is worse
    assert bars[0].size == pytest.approx(np.diff(inputs["b"].ppf([0.1, 0.9]))[0])
    assert bars[2].size == 0


def test_middle_is_the_result_at_the_means() -> None:
    assert middle(INPUTS, lambda x: x["price"] * x["rate"]) == pytest.approx(10.5 * 12.5 / 121)


@given(st.floats(12.0, 45.0))
def test_the_flip_point_is_where_the_result_crosses(threshold: float) -> None:
    inputs = {"units": Pert(low=10, mode=20, high=60), "price": Known(value=2)}
    at = flip_points(inputs, lambda x: x["units"] * x["price"], threshold=2 * threshold)["units"]
    assert at == pytest.approx(threshold, rel=1e-6)


def test_nothing_flips_what_is_far_from_the_threshold() -> None:
    found = flip_points(INPUTS, lambda x: x["price"] * x["value"] * x["rate"], threshold=-1)
    assert found == {"price": None, "rate": None, "value": None}
