"""Scalars are converted and checked at the door of every method, and the edges that used to give wrong numbers."""

from __future__ import annotations

import importlib
import inspect
import math
import pkgutil
import time

import numpy as np
import pytest

from referral_playbook import methods
from referral_playbook.methods.arguments import yes_no
from referral_playbook.methods.comparisons import hazard_ratio, ratio_of_means
from referral_playbook.methods.customer_value.backtest import compare_forecasts
from referral_playbook.methods.customer_value.gamma_gamma import fit_spend
from referral_playbook.methods.customer_value.renewals import renewals_from_lives
from referral_playbook.methods.doors import door
from referral_playbook.methods.experiments.readout import (
    benjamini_hochberg,
    holm,
)
from referral_playbook.methods.proportions import binomial_limits, proportion
from referral_playbook.methods.rates import poisson_rate, rate_ratio
from referral_playbook.methods.referrals.clusters import clustered_proportion, ratio_of_sums
from referral_playbook.methods.survival.estimators import hazard_by_period

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(methods.__path__, methods.__name__ + ".")
    if not found.ispkg and not found.name.endswith((".doors", ".arguments", ".labels"))
]
PUBLIC = [
    function
    for module in MODULES
    for name, function in vars(module).items()
    if inspect.isfunction(function) and not name.startswith("_") and function.__module__ == module.__name__
]
CHECKS = {"check_counts", "check_events", "check_design", "check_positive"}
"""They are part of the door themselves."""


def scalars(function):
    kinds = [str(p.annotation).removesuffix(" | None") for p in inspect.signature(function).parameters.values()]
    return [kind for kind in kinds if kind in ("int", "float", "bool")]


@pytest.mark.parametrize(
    "function",
    [f for f in PUBLIC if scalars(f) and f.__name__ not in CHECKS],
    ids=lambda f: f"{f.__module__.split('.')[-1]}.{f.__name__}",
)
def test_every_public_method_with_a_scalar_has_the_door(function):
    assert hasattr(function, "__wrapped__"), "decorate it with @door"


@door
def example(n: int, p: float = 0.5, *, confidence: float = 0.95, most: int | None = None, exact: bool = False) -> tuple:
    return n, p, confidence, most, exact


class TestDoor:
    def test_numpy_scalars_become_pythons(self):
        found = example(
            np.int8(100), np.float32(0.5), confidence=np.float64(0.9), most=np.int32(7), exact=np.bool_(True)
        )
        assert found == (100, 0.5, 0.9, 7, True)
        assert [type(x) for x in found] == [int, float, float, int, bool]

    @pytest.mark.parametrize("bad", [True, "5", None, math.nan, math.inf, -1, 1.5, 1e300, [1, 2]])
    def test_what_is_no_count_is_refused_by_name(self, bad):
        with pytest.raises(ValueError, match=r"^n is "):
            example(bad)

    @pytest.mark.parametrize("bad", [95, -1, 0, 1, math.nan, "0.95", True, None])
    def test_what_is_no_confidence_is_refused(self, bad):
        with pytest.raises(ValueError, match=r"^confidence is "):
            example(1, confidence=bad)

    def test_95_is_told_to_be_written_as_a_share(self):
        with pytest.raises(ValueError, match=r"Write 95% as 0\.95"):
            example(1, confidence=95)

    def test_one_is_not_true(self):
        with pytest.raises(ValueError, match="exact is True or False, not 1"):
            example(1, exact=1)

    @pytest.mark.parametrize("bad", [[True, math.nan], [-1, 0], ["no", "yes"], [None, True], [2, 1]])
    def test_numpy_calls_these_true_and_we_do_not(self, bad):
        with pytest.raises(ValueError, match="left are True or False"):
            yes_no(bad, "left")


class TestSmallIntegers:
    @pytest.mark.parametrize("kind", [np.int8, np.int32, np.uint16])
    @pytest.mark.parametrize("method", ["wilson", "wald", "mid_p"])
    def test_they_do_not_overflow(self, kind, method):
        assert proportion(kind(60), kind(120), method=method) == proportion(60, 120, method=method)
        big = np.int32(2_000_000)
        assert binomial_limits(np.int32(1_000_000), big) == binomial_limits(1_000_000, 2_000_000)


class TestHugeCounts:
    def test_a_count_beyond_reason_is_refused_at_once(self):
        for events in (1e300, 10**16):
            with pytest.raises(ValueError, match="events is at most"):
                poisson_rate(events, 1.0)

    def test_a_trillion_costs_neither_memory_nor_time(self):
        began = time.perf_counter()
        assert proportion(10**12, 3 * 10**12).value == pytest.approx(1 / 3)
        assert poisson_rate(10**12, 10.0).value == pytest.approx(1e11)
        assert rate_ratio(10**12, 1.0, 10**12, 1.0).value == 1
        with pytest.raises(ValueError, match="too many: take a wider period"):
            hazard_by_period([1e12], [True])
        with pytest.raises(ValueError, match="months are at most"):
            renewals_from_lives([1e12], [True])
        assert time.perf_counter() - began < 5


class TestYesAndNo:
    def test_in_renewals_and_comparisons(self):
        for bad in ([math.nan, True], [-1, 0], ["no", "no"]):
            with pytest.raises(ValueError, match="True or False"):
                renewals_from_lives([1, 2], bad)
            with pytest.raises(ValueError, match="True or False"):
                ratio_of_means([1, 2], bad)
            with pytest.raises(ValueError, match="True or False"):
                hazard_ratio([1, 2], [True, True], bad)


class TestNotANumber:
    def test_a_backtest_names_no_winner_under_nan(self):
        with pytest.raises(ValueError, match="model has 1 value"):
            compare_forecasts([1, 2], model=[1, math.nan], naive=[1, 1], what="losses", names=("m", "n"))

    def test_spend_is_not_fitted_to_infinity(self):
        for counts, amounts in (([2, math.inf], [5, 6]), ([2, 3], [5, math.inf]), ([2.5, 3], [5, 6])):
            with pytest.raises(ValueError, match=r"no whole number|not a finite number"):
                fit_spend(counts, amounts)

    def test_clusters_neither_truncate_nor_broadcast(self):
        with pytest.raises(ValueError, match="whole numbers"):
            clustered_proportion([1.5, 0], [2, 2])
        with pytest.raises(ValueError, match="per group"):
            clustered_proportion([1, 0, 1], [2])
        with pytest.raises(ValueError, match="per customer"):
            ratio_of_sums([1, 2, 3], [2], per="x", source="x")

    def test_a_negative_ratio_of_sums_is_undefined(self):
        found = ratio_of_sums([-5, -7, 1], [10, 10, 10], per="unit of revenue", source="payments")
        assert not found.defined
        assert "negative" in found.reason


class TestCorrections:
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [(benjamini_hochberg, "fdr_bh"), (holm, "holm")],
    )
    def test_they_are_those_of_statsmodels(self, ours, theirs):
        from statsmodels.stats.multitest import multipletests

        p = np.random.default_rng(3).uniform(size=12) ** 3
        assert ours(p) == pytest.approx(multipletests(p, method=theirs)[1])
        assert ours([]).size == 0
