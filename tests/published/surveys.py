"""Checkers of the published cases on surveys."""

from __future__ import annotations

import math

from scipy.stats import norm

from referral_playbook.methods.comparisons import difference
from referral_playbook.methods.proportions import Method, answers_needed, binomial_limits, binomial_test, proportion
from referral_playbook.methods.rates import poisson_limits
from referral_playbook.methods.surveys import net_promoter_score, nps_standard_error, nps_variance
from tests.oracles.surveys import answers_for_margin, odds_ratio

from .cases import Case, Checks, close

ROUNDED_Z = 2 * float(norm.cdf(1.96)) - 1  # the NPS paper's 95% is z = 1.96, which shows in the sixth digit


def intervals(case: Case) -> None:
    facts, tolerance = case["inputs"], case["tolerance"]["abs"]
    for method, limits in case["expected"].items():
        share = proportion(facts["successes"], facts["n"], method=method, confidence=facts.get("level", 0.95))
        close([share.low, share.high], limits, tolerance)
        assert share.value == facts["successes"] / facts["n"]


def exact_test(case: Case) -> None:
    k, n, p = (case["inputs"][name] for name in ("x", "n", "p0"))
    expected, tolerance = case["expected"], case["tolerance"]["abs"]
    close(binomial_test(k, n, p=p), expected["p_two_sided"], tolerance)
    close(binomial_test(k, n, p=p, alternative="greater"), expected["p_greater"], tolerance)
    exact: Method = "clopper_pearson"
    close(binomial_limits(k, n, method=exact), expected["clopper_pearson"], tolerance)


def ellis(case: Case) -> None:
    facts, expected = case["inputs"], case["expected"]
    shares = [proportion(round(facts["p_hat"] * n), n, confidence=facts["level"]) for n in facts["n"]]
    close([share.low for share in shares], expected["wilson_lower"], case["tolerance"]["abs"])
    clears = [share.low >= facts["threshold"] for share in shares]
    assert clears == expected["clears_threshold"]
    further = [answers_needed(round(facts["p_hat"] * n), n, threshold=facts["threshold"]) for n in facts["n"]]
    assert [more == 0 for more in further] == expected["clears_threshold"]


def nps_spread(case: Case) -> None:
    facts, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]["abs"]
    p, d, n = facts["p_promoter"], facts["p_detractor"], facts["n"]
    variance = nps_variance(p, d)
    close([p - d, variance, math.sqrt(variance / n)], [expected[k] for k in ("NPS", "variance", "se")], tolerance)
    counts = (d * n, facts["p_passive"] * n, p * n)
    close(nps_standard_error(*counts, method="wald", ddof=0), [expected["NPS"], expected["se"]], tolerance)


def nps_wald(case: Case) -> None:
    counts = tuple(case["inputs"].values())
    close(nps_standard_error(*counts, method="wald"), [case["expected"]["nps"], case["expected"]["se"]], 1e-6)
    score = net_promoter_score(*counts, method="wald", confidence=ROUNDED_Z)
    close([score.value, score.low, score.high], [case["expected"]["nps"], *case["expected"]["ci"]], 1e-6)


def nps_adjusted(case: Case) -> None:
    counts, expected = tuple(case["inputs"].values()), case["expected"]
    close(nps_standard_error(*counts), [expected["nps"], expected["se"]], case["tolerance"]["abs"])
    score = net_promoter_score(*counts, confidence=ROUNDED_Z)
    close([score.low, score.high], expected["ci"], case["tolerance"]["abs"])


def nps_all_alike(case: Case) -> None:
    counts, expected = tuple(case["inputs"].values()), case["expected"]
    assert nps_standard_error(*counts, method="wald")[1] == expected["wald_se"]
    assert not net_promoter_score(*counts, method="wald").defined
    adjusted = [expected["adjusted_nps"], expected["adjusted_se"]]
    close(nps_standard_error(*counts), adjusted, case["tolerance"]["abs"])


def cochran(case: Case) -> None:
    facts = case["inputs"]
    assert answers_for_margin(facts["margin"], share=facts["p"], confidence=facts["level"]) == case["expected"]["n"]


def incentive(case: Case) -> None:
    two, five = case["inputs"]["two_dollars"], case["inputs"]["five_dollars"]
    expected, tolerance = case["expected"], case["tolerance"]["abs"]
    close([proportion(*two).value, proportion(*five).value], expected["rates"], tolerance)
    close(difference(*five, *two).value, expected["difference_pp"] / 100, tolerance)
    close(odds_ratio(*five, *two).value, expected["odds_ratio"], tolerance)


def _newcombe(case: Case) -> None:
    found = [difference(*groups) for groups in case["inputs"]["groups"]]
    close([[gap.low, gap.high] for gap in found], case["expected"]["limits"], case["tolerance"]["abs"])


def _garwood(case: Case) -> None:
    found = [poisson_limits(events, method="exact") for events in case["inputs"]["events"]]
    close(found, case["expected"]["limits"], case["tolerance"]["abs"])


CHECKS: Checks = {
    "srv-04-newcombe-differences": _newcombe,
    "srv-05-garwood": _garwood,
    "srv-01-intervals-81-263": intervals,
    "srv-02-intervals-15-148": intervals,
    "srv-03-intervals-0-20": intervals,
    "srv-06-exact-binomial": exact_test,
    "srv-08-ellis-needs-n": ellis,
    "srv-09-ellis-exactly-40": intervals,
    "srv-10-nps-variance": nps_spread,
    "srv-11-nps-wald-unbiased": nps_wald,
    "srv-12-nps-adjusted-wald-T": nps_adjusted,
    "srv-13-nps-all-promoters": nps_all_alike,
    "srv-15-cochran-385": cochran,
    "srv-17-incentive-two-vs-five-dollars": incentive,
}
