"""Loyalty spend: where it pays, and months gained, by summing month by month."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.value.value_terms import Horizon
from referral_playbook.steps.loyalty_and_upsell import spend


def exact(value, unit="GBP"):
    return assumed(value, value, value, unit=unit, per="x", source="test")


def test_loyalty_spend_pays_exactly_where_it_says_it_does():
    inputs = exact(100), exact(0.04, "share"), exact(0.5, "share")
    said = spend.assumptions("GBP", spend_share=0.02, survey_cost=3.0, churn_avoided=0.1)
    least = spend.loyalty_spend(*inputs, said, customers=50)["churn_avoided_to_pay"]
    at = spend.assumptions("GBP", spend_share=0.02, survey_cost=3.0, churn_avoided=least.value)
    found = spend.loyalty_spend(*inputs, at, customers=50)
    assert found["loyalty_net"].value == pytest.approx(0, abs=0.01)
    assert found["loyalty_cost"].value == pytest.approx(50 * (12 * 100 * 0.02 + 3))
    more = spend.loyalty_spend(*inputs, said, customers=50)
    assert (more["loyalty_net"].value > 0) is (least.value < 0.1)


def test_extra_months_by_summing_month_by_month():
    horizon, churn, avoided = Horizon(months=24, discount_rate=0.10), 0.05, 0.2
    kept_as_is = [(1 - churn) ** t for t in range(24)]
    better = [(1 - churn * (1 - avoided)) ** min(t, 12) * (1 - churn) ** max(t - 12, 0) for t in range(24)]
    gain = sum((b - k) / (1 + horizon.monthly) ** t for t, (b, k) in enumerate(zip(better, kept_as_is, strict=True)))
    assert spend.extra_months(churn, avoided, horizon) == pytest.approx(gain)


def test_spend_that_no_retention_earns_back_says_so():
    said = spend.assumptions("GBP", spend_share=0.9)
    found = spend.loyalty_spend(exact(100), exact(0.001, "share"), exact(0.1, "share"), said, customers=5)
    assert "would not pay for itself" in found["churn_avoided_to_pay"].reason


def test_where_margins_are_negative_keeping_customers_costs_money():
    """At a margin of -20% each month kept loses money: the gain is negative, and its range holds it."""
    found = spend.loyalty_spend(
        exact(100), exact(0.05, "share"), exact(-0.2, "share"), spend.assumptions("GBP"), customers=10
    )
    gained = found["value_gained"]
    assert gained.low <= gained.value < 0
    assert found["loyalty_net"].value < gained.value
    assert not found["churn_avoided_to_pay"].defined
