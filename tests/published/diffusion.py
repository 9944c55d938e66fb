"""Checkers of the published cases on diffusion and cascades."""

from __future__ import annotations

import numpy as np

from referral_playbook.methods.referrals.cascades import total_size, total_size_pmf
from referral_playbook.methods.referrals.counts import fit_counts
from referral_playbook.methods.referrals.k_factor import growth
from tests.oracles.referrals import extinction_probability, share_by_top

from .cases import Case, Checks, close


def _growth(case: Case) -> None:
    given = {"c0": 10, "K": 2, "t_days": 20} | case["inputs"]
    users = growth(given["t_days"], seeds=given["c0"], k=given["K"], cycle=given["cycle_days"])
    close(users, case["expected"]["users"], case["tolerance"]["abs"])


def _poisson_extinction(case: Case) -> None:
    found = [extinction_probability(k) for k in case["inputs"]["K"]]
    close(found, case["expected"]["extinction"], case["tolerance"]["abs"])


def _moments(case: Case) -> None:
    given, expected = case["inputs"], case["expected"]
    found = total_size(k=given["K"], seeds=given["seeds"])
    close([found.mean / expected["mean"], found.variance / expected["variance"]], [1, 1], case["tolerance"]["rel"])
    # the distribution itself, one seed summed to 4000 customers, as the case notes
    n = np.arange(1, 4001)
    p = total_size_pmf(n, k=given["K"])
    mean = p @ n
    close([mean, p @ (n - mean) ** 2], [5, 100], 1e-3)


def _borel(case: Case) -> None:
    found = total_size_pmf(case["inputs"]["n"], k=case["inputs"]["K"])
    close(found, case["expected"]["p"], case["tolerance"]["abs"])


def _superspreaders(case: Case) -> None:
    given, expected = case["inputs"], case["expected"]
    found = [extinction_probability(given["R"], dispersion=given["k"]), share_by_top(0.2, dispersion=given["k"])]
    published = [expected["extinction_one_seed"], expected["share_of_transmission_by_top_20pct"]]
    close(found, published, case["tolerance"]["abs"])


def _geometric(case: Case) -> None:
    found = extinction_probability(case["inputs"]["R"], dispersion=case["inputs"]["k"])
    close(found, case["expected"]["extinction"], case["tolerance"]["abs"])


def _mites(case: Case) -> None:
    fit = fit_counts(case["inputs"]["mites"], weights=case["inputs"]["leaves"])
    close([fit.mean.value, 1 / fit.dispersion.value], [case["expected"]["mean"], case["expected"]["k"]], 1e-5)


def _horse_kicks(case: Case) -> None:
    fit = fit_counts(case["inputs"]["deaths"], weights=case["inputs"]["corps_years"])
    close([fit.mean.value, fit.dispersion.value], [case["expected"]["mean"], case["expected"]["dispersion"]], 1e-12)
    assert "no more than Poisson" in fit.reason


CHECKS: Checks = {
    "dif-11-nb-mites": _mites,
    "dif-12-poisson-horse-kicks": _horse_kicks,
    "dif-01-skok-cycle-2": _growth,
    "dif-02-skok-cycle-1": _growth,
    "dif-04-gw-poisson-extinction": _poisson_extinction,
    "dif-07-borel-tanner-moments": _moments,
    "dif-08-borel-pmf": _borel,
    "dif-09-nb-extinction-superspreader": _superspreaders,
    "dif-10-nb-k1-geometric": _geometric,
}
