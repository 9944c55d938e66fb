"""Checkers of the published cases on experiments."""

from __future__ import annotations

import numpy as np

from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.experiments.better_arm import better_arm
from referral_playbook.methods.experiments.power import proportions_effect, proportions_power, proportions_sample
from referral_playbook.methods.experiments.readout import benjamini_hochberg, holm
from tests.oracles.sequential import crossing_probability
from tests.oracles.surveys import odds_ratio

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


def constants(case: Case) -> None:
    x = case["inputs"]
    for looks, pocock, fleming in zip(x["looks"], x["pocock"], x["obrien_fleming"], strict=True):
        k = np.arange(1, looks + 1)
        found = [crossing_probability(bounds, k) for bounds in ([pocock] * looks, fleming * np.sqrt(looks / k))]
        close(found, [case["expected"]["error"]] * 2, case["tolerance"]["abs"])


def power_of_looks(case: Case) -> None:
    x, fixed = case["inputs"], (1.959964 + 1.281552) ** 2
    rows = zip(*(x[name] for name in ("looks", "pocock", "obrien_fleming")), strict=True)
    more = zip(x["inflation_pocock"], x["inflation_obrien_fleming"], strict=True)
    for (looks, pocock, fleming), (of_pocock, of_fleming) in zip(rows, more, strict=True):
        k = np.arange(1, looks + 1)
        found = [
            crossing_probability(bounds, k / looks * fixed * inflation, effect=1.0)
            for bounds, inflation in (([pocock] * looks, of_pocock), (fleming * np.sqrt(looks / k), of_fleming))
        ]
        close(found, [case["expected"]["power"]] * 2, case["tolerance"]["abs"])


def thrombolysis(case: Case) -> None:
    p, level = case["inputs"]["p"], case["inputs"]["level"]
    assert (benjamini_hochberg(p) <= level).sum() == case["expected"]["rejected_bh"]
    assert (holm(p) <= level).sum() == case["expected"]["rejected_holm"]


def aspirin(case: Case) -> None:
    counts = (*case["inputs"]["placebo"], *case["inputs"]["aspirin"])
    gap, odds, expected = difference(*counts), odds_ratio(*counts), case["expected"]
    published = [expected["difference"], *expected["difference_limits"]]
    close([gap.value, gap.low, gap.high], published, case["tolerance"]["difference_abs"])
    published = [expected["odds_ratio"], *expected["odds_ratio_limits"]]
    close([odds.value, odds.low, odds.high], published, case["tolerance"]["odds_abs"])


CHECKS: Checks = {
    "exp-06-pocock-and-obrien-fleming-constants": constants,
    "exp-07-group-sequential-power": power_of_looks,
    "exp-12-benjamini-hochberg": thrombolysis,
    "exp-13-aspirin": aspirin,
    "exp-01-R-power": power_of_r,
    "exp-02-R-n": sample_of_r,
    "exp-03-R-mde": effect_of_r,
    "exp-04-R-tiny-effect": sample_of_r,
    "exp-05-stata-rare": rare_of_stata,
    "exp-11-holm-unsorted": holm_in_the_order_given,
    "exp-15-bayes-100-120": bayes,
    "exp-16-bayes-20-30": bayes,
}
