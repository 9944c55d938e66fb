"""Users of a free plan: who they are, when nothing can be said of them, and that the rest is the base."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.domain.value.payers import payers
from referral_playbook.domain.value.retention import customers_kept, lives

JOINED, LEFT = "2025-01-10", "2025-12-10"


def client(paid, *, joined=None, left=None, first="2025-01", payer="c9", **columns):
    """Ten customers of January 2025, and those of them who paid; payments are on record since the month `first`."""
    profile = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(10)],
            "segment": "all",
            "joined_on": pd.to_datetime(joined or [JOINED] * 10),
            "left_on": pd.to_datetime(left or [None] * 10),
            "monthly_amount": None,
            "total_amount": None,
            "tenure_months": 20.0,
            **columns,
        }
    )
    profile["left"] = profile["left_on"].notna()
    amounts = [50.0] * (len(paid) + 1)
    counts = profile.assign(months=profile["tenure_months"]).groupby(["segment", "left", "months"], as_index=False)
    facts = {
        "customer_profile": profile,
        "lives": counts.size().rename(columns={"size": "customers"}),
        "customer_months": pd.DataFrame(
            {"customer_id": [*paid, payer, "c0"], "month": first, "amount": [*amounts, 0.0]}
        ),
    }
    return SimpleNamespace(fact=facts.get, real_dates=True, scale=1.0, as_of=date(2026, 9, 30))


FOUR = ["c6", "c7", "c8", "c9"]


def test_those_who_never_paid_are_no_customers_and_the_base_is_said():
    found = payers(client(FOUR))
    assert set(found.free) == {f"c{i}" for i in range(6)}
    text = found.describe()
    assert text.startswith("6 of 10 customers never paid while payments were recorded")
    assert "count the other 4." in text


def test_beside_a_free_plan_who_just_joined_and_has_not_paid_is_no_customer_yet():
    joined = ["2026-09-20"] + [JOINED] * 9
    assert set(payers(client(FOUR, joined=joined)).free) == {f"c{i}" for i in range(6)}


@pytest.mark.parametrize(
    "changed",
    [
        {"joined": ["2026-09-01"] * 6 + [JOINED] * 4},  # just joined, and not billed yet
        {"left": [LEFT] * 6 + [None] * 4, "first": "2025-12"},  # left before payments were recorded
        {"payer": "x1"},  # payments that belong to none of the customers
        {"total_amount": 100.0},  # paid at some time
    ],
    ids=["new", "before the record", "other ids", "paid to date"],
)
def test_a_missing_payment_that_may_mean_something_else_makes_nobody_free(changed):
    assert not len(payers(client(FOUR, **changed)).free)


def test_where_everybody_or_nobody_pays_there_is_no_free_plan():
    assert not len(payers(client([f"c{i}" for i in range(10)])).free)
    assert not len(payers(client([], payer="x1")).free)


def test_who_stays_is_counted_among_those_who_pay():
    """All six free users stayed; of the four who pay, one left."""
    left = [None] * 9 + [LEFT]
    seen = client(FOUR, left=left)
    assert lives(seen)["customers"].sum() == 4
    assert customers_kept(seen).value == 0.75
