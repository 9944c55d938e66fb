"""Contracts without a monthly amount: what payments make a month, and the simple form by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.value.contract_value import contract_profile, contract_value
from referral_playbook.domain.value.customer_value import fitting_model
from referral_playbook.domain.value.value_terms import Horizon

MARGIN = assumed(0.5, 0.4, 0.6, unit="share", per="unit of revenue", source="x")


def client(*, monthly=20, yearly=10, amount=None, column=True, days_per_month=1):
    """Customers since January 2025 who pay 100 a month, or 1,200 each January; nobody has left."""
    rows = []
    for i in range(monthly):
        rows += [(f"m{i}", str(m), 100.0) for m in pd.period_range("2025-01", "2026-09", freq="M")]
    for i in range(yearly):
        rows += [(f"y{i}", f"{year}-01", 1200.0) for year in (2025, 2026)]
    months = pd.DataFrame(rows, columns=["customer_id", "month", "amount"])
    names = sorted(set(months["customer_id"]))
    profile = pd.DataFrame(
        {
            "customer_id": names,
            "segment": "a",
            "tenure_months": 20.8,
            "left": pd.array([False] * len(names), "boolean"),
            "joined_on": pd.Timestamp("2025-01-05"),
            "left_on": pd.NaT,
            "monthly_amount": amount,
            "amount_usable": amount is not None,
            "amount_paid": 100.0,
            "margin_paid": None,
        }
    )
    bought = months.groupby("customer_id").size().mul(days_per_month).rename("days").reset_index()
    facts = {"customer_profile": profile, "customer_months": months, "purchase_summary": bought}
    return SimpleNamespace(
        fact=facts.get,
        as_of=date(2026, 9, 30),
        real_dates=True,
        currency="GBP",
        scale=1.0,
        gives=lambda table, name: column,
    )


def test_a_yearly_payment_is_a_twelfth_a_month():
    profile = contract_profile(client()).set_index("customer_id")
    assert profile["monthly_amount"].nunique() == 1
    assert profile.loc["y3", "monthly_amount"] == pytest.approx(100)
    assert not profile["left"].any()


def test_regular_payments_are_a_contract_and_many_purchase_days_are_a_shop():
    assert fitting_model(client()) == "subscription"
    assert fitting_model(client(days_per_month=3)) == "repeat purchase"


def test_where_nobody_was_lost_the_simple_form_is_used_and_says_so():
    """All renew: 36 payments of 50, the first one now, discounted at 10% a year."""
    found = contract_value(client(), Horizon(), MARGIN, 0.95)
    monthly = 1.1 ** (-1 / 12)
    assert found.value == pytest.approx(50 * sum(monthly**t for t in range(36)), rel=1e-6)
    assert "nobody has been lost yet" in found.source


def test_without_a_column_for_leaving_the_value_is_assumed():
    """A monthly amount, no payments and no left_on: that nobody left is not measured."""
    known = assumed(0.5, 0.4, 0.6, unit="share", per="x", source="x").as_(basis=Basis.MEASURED, confidence=0.95)
    with_column = contract_value(client(amount=100.0), Horizon(), known, 0.95)
    without = contract_value(client(amount=100.0, column=False), Horizon(), known, 0.95)
    assert (with_column.basis, without.basis) == (Basis.MEASURED, Basis.ASSUMED)
    assert "nobody writes down who leaves" in without.source
