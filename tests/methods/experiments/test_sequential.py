"""Bounds that hold at every look: published tables, an independent simulation, and power that stays."""

from __future__ import annotations

import math

import numpy as np
import pytest

from referral_playbook.methods.experiments.sequential import (
    conditional_power,
    mixture_bound,
    planned_information,
    spending_bounds,
    valid_bounds,
    valid_p,
)
from tests.oracles.sequential import crossing_probability


@pytest.mark.parametrize(
    ("looks", "error"),
    [(1, 0.050), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (20, 0.248), (50, 0.320)],
)
def test_repeated_tests_err_as_armitage_mcpherson_and_rowe_print(looks, error):
    assert crossing_probability([1.96] * looks, range(1, looks + 1)) == pytest.approx(error, abs=6e-4)


def test_next_to_no_effect_crosses_as_often_as_none():
    looks = [2.5] * 12, range(1, 13)
    assert crossing_probability(*looks, effect=1e-12) == pytest.approx(crossing_probability(*looks), rel=1e-9)


def test_spending_bounds_as_the_literature_prints_them():
    """Lan-DeMets O'Brien-Fleming bounds, five equal looks, two-sided 5% (Reboussin et al. 2000; R's ldbounds)."""
    found = spending_bounds(np.arange(1, 6) / 5)
    assert found == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-3)


def test_spending_bounds_as_an_independent_implementation_prints_them():
    """The Julia package SeqBounds (README): one-sided 5%, looks at a quarter, a half, three quarters and the end.

    One-sided 5% is each side of two-sided 10%; crossing both bounds in one path is next to impossible.
    """
    found = spending_bounds([0.25, 0.5, 0.75, 1.0], alpha=0.10)
    assert found == pytest.approx([3.74955, 2.53993, 2.01604, 1.72014], abs=3e-5)


def test_the_mixture_bound_solves_the_mixture_sprt():
    """At the bound, the likelihood ratio averaged over a normal prior is 1/alpha (Johari et al. 2022)."""
    information, alpha = 37.0, 0.05
    z = float(mixture_bound([information], planned=80.0, alpha=alpha)[0])
    effort = 2 * math.log(1 / alpha)
    spread = (effort + math.log(1 + effort)) / 80.0  # variance of the prior
    effects = np.linspace(-6, 6, 400_001)
    ratio = np.exp(z * math.sqrt(information) * effects - information * effects**2 / 2)
    prior = np.exp(-(effects**2) / (2 * spread)) / math.sqrt(2 * math.pi * spread)
    assert np.sum(ratio * prior) * (effects[1] - effects[0]) == pytest.approx(1 / alpha, rel=1e-4)


@pytest.mark.parametrize("planned_months", [6, 12, 24])
def test_24_monthly_looks_err_at_most_5_percent_and_keep_the_power(planned_months):
    """By recursive integration: error 4.0 to 4.1%, power by the planned end 94 to 95% of the fixed test's 80%."""
    information = 10.0 * np.arange(1, 25)
    planned = 10.0 * planned_months
    bounds = valid_bounds(information, planned=planned)
    assert crossing_probability(bounds, information) <= 0.05
    effect = 2.8016 / math.sqrt(planned)  # where the fixed test at the planned end has 80% power
    by_the_end = crossing_probability(bounds[:planned_months], information[:planned_months], effect=effect)
    assert by_the_end >= 0.94 * 0.80


def test_the_same_by_simulation():
    rng = np.random.default_rng(16)
    information = np.arange(1.0, 25.0)
    bounds = valid_bounds(information, planned=24.0)
    noise = rng.standard_normal((20_000, 24)).cumsum(axis=1)
    z = noise / np.sqrt(information)
    assert (np.abs(z) >= bounds).any(axis=1).mean() == pytest.approx(0.0402, abs=0.005)
    assert (np.abs(z) >= 1.96).any(axis=1).mean() > 0.2
    shifted = (noise + 2.8016 / math.sqrt(24) * information) / np.sqrt(information)
    assert (np.abs(shifted) >= bounds).any(axis=1).mean() == pytest.approx(0.754, abs=0.012)


def test_without_a_plan_the_mixture_alone_is_valid():
    information = np.arange(1.0, 25.0)
    one_by_one = [float(valid_bounds(information[: k + 1], planned=None)[-1]) for k in range(24)]
    assert one_by_one == pytest.approx(valid_bounds(information, planned=None))
    for scale in (0.5, 5.0, 500.0):
        assert crossing_probability(valid_bounds(scale * information, planned=None), scale * information) < 0.05


def test_after_the_planned_end_only_the_mixture_is_left():
    bounds = valid_bounds([50, 100, 150], planned=100)
    assert bounds[2] == pytest.approx(mixture_bound([150], planned=100, alpha=0.01)[0])
    assert bounds[1] < bounds[2]


def test_p_values_agree_with_the_bounds():
    information = np.arange(1.0, 13.0)
    for alpha in (0.01, 0.05, 0.2):
        bound = float(valid_bounds(information, planned=12.0, alpha=alpha)[-1])
        assert valid_p(bound, information, planned=12.0) == pytest.approx(alpha, rel=0.02)
    assert valid_p(-4.0, information, planned=12.0) == valid_p(4.0, information, planned=12.0) < 0.001


def test_the_planned_information_gives_the_power_that_was_asked_for():
    effect = math.log(1.4)
    planned = planned_information(effect, power=0.8)
    information = planned * np.arange(1, 13) / 12
    bounds = valid_bounds(information, planned=planned)
    assert 0.79 <= crossing_probability(bounds, information, effect=effect) <= 0.83


def test_conditional_power_at_the_start_and_at_the_end():
    planned = 100.0
    assert conditional_power(0.0, 1e-12, effect=0.28016, planned=planned) == pytest.approx(0.80, abs=0.001)
    assert conditional_power(2.5, 1.0, effect=0.3, planned=planned) == 1.0
    assert conditional_power(-1.0, 0.7, effect=0.28016, planned=planned) < 0.01


@pytest.mark.parametrize("information", [[], [0.0], [1.0, math.nan], [[1.0]]])
def test_information_that_cannot_be_is_refused(information):
    with pytest.raises(ValueError, match=r"information needs|not a finite number"):
        valid_bounds(information, planned=10.0)
    with pytest.raises(ValueError, match="must not fall"):
        spending_bounds([0.5, 0.4])


def test_looks_close_together_do_not_spend_twice():
    bounds = spending_bounds([0.5, 0.501, 1.0])
    assert bounds[1] == math.inf
    assert bounds[2] == pytest.approx(spending_bounds([0.5, 1.0])[1], abs=1e-3)
