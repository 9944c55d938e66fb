"""Checkers of the published cases on experiments."""

from __future__ import annotations

from referral_playbook.methods.experiments.better_arm import better_arm
from referral_playbook.methods.experiments.power import proportions_effect, proportions_power, proportions_sample
from referral_playbook.methods.experiments.readout import holm

from .cases import Case, Checks, close


def power_of_r(case: Case) -> None:
    x = case["inputs"]
    found = proportions_power(x["n_per_group"], x["p1"], x["p2"], alpha=x["alpha"])
    close(found, case["expected"]["power"], case["tolerance"]["abs"])


def sample_of_r(case: Case) -> None:
    x = case["inputs"]
    needed = proportions_sample(x["p1"], x["p2"], power=x["power"], alpha=x["alpha"])
    close(needed.exact, case["expected"]["n_per_group"], case["tolerance"]["abs"])
    assert needed.exact <= needed.per_arm < needed.exact + 1


def effect_of_r(case: Case) -> None:
    x = case["inputs"]
    found = proportions_effect(x["n_per_group"], x["p1"], power=x["power"], alpha=x["alpha"])
    close(found, case["expected"]["p2"], case["tolerance"]["abs"])


def rare_of_stata(case: Case) -> None:
    x = case["inputs"]
    found = proportions_power(x["n_per_group"], x["p2"] + x["diff"], x["p2"], alpha=x["alpha"], strict=True)
    close(found, case["expected"]["power"], case["tolerance"]["abs"])


def holm_in_the_order_given(case: Case) -> None:
    adjusted = holm(case["inputs"]["p"])
    close(adjusted, case["expected"]["adjusted"], case["tolerance"]["abs"])
    assert (adjusted < 0.05).tolist() == case["expected"]["reject"]


def bayes(case: Case) -> None:
    expected, tolerance = case["expected"], case["tolerance"]
    found = better_arm(tuple(case["inputs"]["A"]), tuple(case["inputs"]["B"]))
    close(found.probability, expected["P_B_gt_A"], tolerance["abs_P"])
    close(found.loss_choosing_a / expected["expected_loss_choose_A"], 1, tolerance["rel_loss"])
    close(found.loss_choosing_b / expected["expected_loss_choose_B"], 1, tolerance["rel_loss"])


CHECKS: Checks = {
    "exp-01-R-power": power_of_r,
    "exp-02-R-n": sample_of_r,
    "exp-03-R-mde": effect_of_r,
    "exp-04-R-tiny-effect": sample_of_r,
    "exp-05-stata-rare": rare_of_stata,
    "exp-11-holm-unsorted": holm_in_the_order_given,
    "exp-15-bayes-100-120": bayes,
    "exp-16-bayes-20-30": bayes,
}
