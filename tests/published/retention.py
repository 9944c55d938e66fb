"""Checkers of the published cases on retention and lifetime value."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from cohorts import renewals_from_cohorts

from referral_playbook.methods.customer_value.bgnbd import (
    BgNbdFit,
    compress,
    conditional_purchases,
    expected_purchases,
    fit_bgnbd,
    probability_alive,
)
from referral_playbook.methods.customer_value.gamma_gamma import SpendFit, fit_spend
from referral_playbook.methods.customer_value.renewals import Renewals
from referral_playbook.methods.customer_value.sbg import discounted_lifetime, fit_sbg, sbg_log_likelihood, sbg_survival
from referral_playbook.methods.customer_value.simple import margin_multiple
from referral_playbook.methods.referrals.follow_up import chain_value, recency_chain
from tests.oracles.customers import (
    conditional_spend,
    convert_churn,
    discounted_residual_lifetime,
    value_with_retention_cost,
)

from .cases import Case, Checks, close, real_file


def _highend(case: Case) -> Renewals:
    return renewals_from_cohorts([[1.0, *case["inputs"]["survival_years_1_to_7"]]])


def _sbg_fit(case: Case) -> None:
    fit, expected = fit_sbg(_highend(case)), case["expected"]
    close([fit.alpha, fit.beta], [expected["alpha"], expected["beta"]], case["tolerance"]["abs"])


def _sbg_log_likelihood(case: Case) -> None:
    given = case["inputs"]
    found = sbg_log_likelihood(alpha=given["alpha"], beta=given["beta"], renewals=_highend(case))
    close(found, case["expected"]["loglik_per_customer"], case["tolerance"]["abs"])


def _sbg_projection(case: Case) -> None:
    fit, expected, t = fit_sbg(_highend(case)), case["expected"], np.arange(1, case["inputs"]["horizon"] + 1)
    percent = 100 * sbg_survival(t, alpha=fit.alpha, beta=fit.beta)
    close(percent, expected["S_pct"], case["tolerance"]["abs_pp"])
    held_out = t > case["inputs"]["fit_years"]
    worst = np.abs(percent - expected["actual_pct"])[held_out].max()
    close(worst, expected["max_abs_error_years_8_12_pp"], case["tolerance"]["abs_pp"])


def _residual_lifetime(case: Case) -> None:
    given = case["inputs"]
    told = {"alpha": given["alpha"], "beta": given["beta"], "discount_rate": given["d"]}
    found = [discounted_residual_lifetime(**told, renewals_made=n - 1) for n in given["n_contract_periods"]]
    close(found, case["expected"]["DERL"], case["tolerance"]["abs"])


def _lifetime(case: Case) -> None:
    """Truncation "at 70 periods" counts from joining: after 4 renewals, those of t = 5 to 70."""
    given, expected = case["inputs"], case["expected"]
    told = {"alpha": given["alpha"], "beta": given["beta"], "discount_rate": given["d"]}
    found = [
        discounted_lifetime(**told),
        discounted_residual_lifetime(**told, renewals_made=4),
        discounted_lifetime(**told, horizon=70),
        discounted_residual_lifetime(**told, renewals_made=4, horizon=66),
        1 + discounted_residual_lifetime(**told, renewals_made=0) / (1 + given["d"]),
    ]
    names = ("DEL_infinite", "DERL_after_4_renewals_infinite", "DEL_truncated_70", "DERL4_truncated_70", "DEL_infinite")
    close(found, [expected[name] for name in names], case["tolerance"]["abs"])


@cache
def _cdnow() -> BgNbdFit:
    rows = pd.read_csv(real_file("cdnow_customers_summary.csv"))
    return fit_bgnbd(compress(rows["frequency"], rows["recency"], rows["T"]))


def _bgnbd_fit(case: Case) -> None:
    fit, expected = _cdnow(), case["expected"]
    close([fit.r, fit.alpha, fit.a, fit.b], [expected[k] for k in ("r", "alpha", "a", "b")], case["tolerance"]["abs"])
    close(fit.log_likelihood, expected["loglik"], case["tolerance"]["loglik_abs"])


def _bgnbd_curve(case: Case) -> None:
    close(expected_purchases(_cdnow(), case["inputs"]["t"]), case["expected"]["EX"], case["tolerance"]["abs"])


def _bgnbd_customer(case: Case) -> None:
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    history = {name: given[name] for name in ("x", "t_x", "T")}
    found = conditional_purchases(_cdnow(), given["T_star"], **history)
    close(found, expected["conditional_expectation"], tolerance["abs"])
    close(probability_alive(_cdnow(), **history), expected["p_alive"], tolerance["p_abs"])


def _spend_fit(case: Case) -> None:
    rows = pd.read_csv(real_file("cdnow_customers_summary_with_transactions.csv")).query("x > 0")
    fit, expected, tolerance = fit_spend(rows["x"], rows["zbar"]), case["expected"], case["tolerance"]
    assert fit.n == 946
    close([fit.p, fit.q, fit.gamma], [expected[k] for k in ("p", "q", "gamma")], tolerance["abs"])
    close(fit.log_likelihood, expected["loglik"], tolerance["loglik_abs"])
    close(fit.population_mean, expected["population_mean"], tolerance["mean_abs"])


def _spend_shrinkage(case: Case) -> None:
    given = case["inputs"]
    fit = SpendFit(p=given["p"], q=given["q"], gamma=given["gamma"])
    seen = np.array([one["zbar"] for one in given["cases"]])
    found = conditional_spend(fit, x=[one["x"] for one in given["cases"]], mean_amount=seen)
    close(found, case["expected"]["E_M"], case["tolerance"]["abs"])
    assert np.all((found - seen) * (found - fit.population_mean) < 0)


def _margin_multiples(case: Case) -> None:
    given = case["inputs"]
    retention, discount = np.array(given["retention"])[:, None], np.array(given["discount"])
    found = margin_multiple(retention, discount_rate=discount)
    close(found, case["expected"]["multiple"], case["tolerance"]["abs"])
    close(margin_multiple(retention, discount_rate=discount, timing="start"), found + 1, 1e-12)


def _promotions(case: Case) -> None:
    given = case["inputs"]
    found = value_with_retention_cost(
        margin=given["GC"],
        retention_cost=given["M"],
        retention=given["r"],
        discount_rate=given["d"],
        periods=given["n"],
    )
    close(found, case["expected"]["CLV"], case["tolerance"]["abs"])


def _total_profit(case: Case) -> None:
    given = case["inputs"]
    margin = given["revenue"] - given["cogs"] - given["marketing"]
    worth = margin * margin_multiple(given["retention"], discount_rate=given["discount"], timing="start")
    found = given["customers"] * (worth - given["acquisition_cost"])
    close(found, case["expected"]["total_profit"], case["tolerance"]["abs"])


def _recency(case: Case) -> None:
    given = case["inputs"]
    found = chain_value(recency_chain(given["p_by_recency"]), given["payoff"], discount_rate=given["d"])
    close(found, case["expected"]["V"], case["tolerance"]["abs"])


def _annual_churn(case: Case) -> None:
    churn, expected = convert_churn(case["inputs"]["monthly_churn"], periods=12), case["expected"]
    close([churn, 1 - churn], [expected["annual_churn"], expected["annual_retention"]], case["tolerance"]["abs"])


def _excel_note(case: Case) -> None:
    x = case["inputs"]
    fit = BgNbdFit(r=x["r"], alpha=x["alpha"], a=x["a"], b=x["b"])
    found = conditional_purchases(fit, x["t"], x=x["x"], t_x=x["t_x"], T=x["T"])
    close(found, case["expected"]["conditional_expectation"], case["tolerance"]["abs"])


CHECKS: Checks = {
    "ret-01-sbg-highend-mle": _sbg_fit,
    "ret-02-sbg-regular-mle": _sbg_fit,
    "ret-03-sbg-loglik-at-1-1": _sbg_log_likelihood,
    "ret-04-sbg-highend-projection": _sbg_projection,
    "ret-07-derl-closed-form": _residual_lifetime,
    "ret-08-del-new-customer": _lifetime,
    "clv-01-bgnbd-mle": _bgnbd_fit,
    "clv-03-bgnbd-expectation-curve": _bgnbd_curve,
    "clv-04-bgnbd-customer-1516": _bgnbd_customer,
    "clv-05-bgnbd-excel-note": _excel_note,
    "clv-08-gammagamma-mle": _spend_fit,
    "clv-09-gammagamma-shrinkage": _spend_shrinkage,
    "clv-12-margin-multiple-table": _margin_multiples,
    "clv-13-berger-nasr-case1": _promotions,
    "clv-14-berry-profits": _total_profit,
    "clv-15-markov-infinite": _recency,
    "clv-18-monthly-to-annual-churn": _annual_churn,
}
