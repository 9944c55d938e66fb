"""Checkers of the published cases on referral economics and revenue kept."""

from __future__ import annotations

from referral_playbook.methods.decisions.economics import relative_difference, return_on_reward
from tests.oracles.customers import RevenueMovement
from tests.oracles.economics import FriendFlow, customer_referral_value

from .cases import Case, Checks, close


def _return_on_reward(case: Case) -> None:
    given = case["inputs"]
    roi = return_on_reward(value_gap=given["value_gap_eur"], reward=given["reward_eur"])
    close(roi, case["expected"]["roi"], case["tolerance"]["abs"])


def _margin_gap(case: Case) -> None:
    given = case["inputs"]
    plain = given["nonreferred_margin_cents_per_day"]
    gap = relative_difference(plain + given["controlled_gap_cents_per_day"], reference=plain)
    close(100 * gap, case["expected"]["controlled_gap_pct"], case["tolerance"]["abs"])


def _implied_value(case: Case) -> None:
    """The gap is 16% of the value that the case implies."""
    given, implied = case["inputs"], case["expected"]["implied_nonreferred_value_eur"]
    close(given["value_gap_eur"] / given["value_gap_pct"], implied, case["tolerance"]["abs"])
    gap = relative_difference(implied + given["value_gap_eur"], reference=implied)
    close(gap, given["value_gap_pct"], 0.005)


def _recommenders_own_churn(case: Case) -> None:
    """Churn and retention of advocates against matched controls; the revenue uplift has no inputs in the case."""
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]["abs"]
    control, advocate = given["defection_matched_control"], given["defection_recommender"]
    close(-relative_difference(advocate, reference=control), expected["relative_churn_reduction"], tolerance)
    close(100 * (control - advocate), expected["absolute_pp"], tolerance)
    kept = relative_difference(1 - advocate, reference=1 - control)
    close(1 + kept, expected["retention_ratio"], tolerance)


def _referral_value(case: Case) -> None:
    given = case["inputs"]
    one, two = ([FriendFlow(**row) for row in given[kind]] for kind in ("type_one", "type_two"))
    found = customer_referral_value(type_one=one, type_two=two, discount_rate=given["discount"])
    close(found.total, case["expected"]["CRV"], case["tolerance"]["abs"])


def _revenue(case: Case) -> None:
    """Whatever the case expects of NRR, GRR, net change, negative churn and quick ratio."""
    given = {"start": 1e9} | case["inputs"]  # the quick ratio is published without a start
    month = RevenueMovement(**given)
    names = {"NRR": "nrr", "GRR": "grr", "net_change": "net_change", "quick_ratio": "quick_ratio"}
    for name, expected in case["expected"].items():
        if name == "negative_churn":
            assert month.negative_churn is expected
        else:
            close(getattr(month, names[name]), expected, case["tolerance"]["abs"])


CHECKS: Checks = {
    "ref-01-ssv-roi": _return_on_reward,
    "ref-02-ssv-roi-working-paper": _return_on_reward,
    "ref-03-ssv-margin": _margin_gap,
    "ref-04-ssv-baseline-consistency": _implied_value,
    "ref-06-garnefeld": _recommenders_own_churn,
    "ref-12-crv-type-one-two": _referral_value,
    "rm-01-nrr": _revenue,
    "rm-02-nrr-105": _revenue,
    "rm-03-nrr-100": _revenue,
    "rm-04-quick-ratio": _revenue,
}
