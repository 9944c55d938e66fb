"""Customers who change between monthly and yearly plans, or get a year's payment back; revenue counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.domain.value.payment_rhythm import monthly_revenue
from referral_playbook.domain.value.plan_changes import switched
from tests.domain.value.test_payment_rhythm import FIRST, LAST, client, paid

MONTHLY = [(month, 100) for month in range(33)]  # January 2024 to September 2026
STEADY = {f"s{n}": MONTHLY for n in range(6)}
A_YEAR_AGO = LAST - 12


def ends(engagement):
    """What each customer pays in September 2025 and in September 2026."""
    wide = monthly_revenue(engagement).between(A_YEAR_AGO, LAST)
    return {who: (row[A_YEAR_AGO], row[LAST]) for who, row in wide.round(6).iterrows()}


@pytest.mark.parametrize(("year", "a_month"), [(1200, 100.0), (1000, 83.333333), (960, 80.0)])
def test_a_yearly_payment_after_monthly_ones_counts_for_its_year(year, a_month):
    """Monthly up to December 2025, then a year paid ahead, cheaper or not."""
    mover = [(month, 100) for month in range(24)] + [(24, year)]
    assert ends(client({**STEADY, "m": mover}))["m"] == (100.0, a_month)


def test_a_year_paid_ahead_before_monthly_payments_counts_too():
    mover = [(12, 1200)] + [(month, 100) for month in range(24, 33)]
    assert ends(client({**STEADY, "m": mover}))["m"] == (100.0, 100.0)


def test_a_large_purchase_beside_monthly_payments_is_no_plan():
    rows = paid({**STEADY, "m": [*MONTHLY[:24], (24, 1300), *MONTHLY[25:]]})
    plans = pd.Series(1, index=rows["customer_id"].unique())
    assert switched(rows, plans).isna().all()


def test_a_plan_paid_ahead_ends_when_the_customer_leaves():
    mover = [(month, 100) for month in range(24)] + [(24, 1200)]
    assert ends(client({**STEADY, "m": mover}, left={"m": "2026-05-20"}))["m"] == (100.0, 0.0)


@pytest.mark.parametrize(("refunded_on", "amount", "left"), [
    ("2026-03-18", 1200.0, 0.0), ("2026-04-08", 1200.0, 0.0), ("2026-04-08", 200.0, 100.0),
    ("2025-04-08", 1200.0, 100.0),
])  # fmt: skip
def test_a_year_that_was_given_back_is_not_paid(refunded_on, amount, left):
    """Yearly in March: the renewal of 2026 is refunded, or a small part of it, or the year before."""
    yearly = {f"y{n}": [(month, 1200) for month in (2, 14, 26)] for n in range(6)}
    engagement = client(yearly)
    refunds = pd.DataFrame(
        {"customer_id": ["y0"], "refunded_on": pd.to_datetime([refunded_on]), "refunded": [amount], "paid": [3600.0]}
    )
    facts = {name: engagement.fact(name) for name in ("customer_months", "customer_profile")} | {"refunds": refunds}
    engagement.fact = facts.get
    found = ends(engagement)
    assert found["y1"] == (100.0, 100.0)
    assert found["y0"][1] == left


def test_months_begin_where_the_tests_say():
    assert FIRST == 2024 * 12
