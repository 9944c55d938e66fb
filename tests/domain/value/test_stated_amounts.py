"""Monthly amounts beside payments: ten members who pay each month, some of them not what their record says."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.domain.value.contract_value import contract_profile
from referral_playbook.domain.value.stated_amounts import priced_multiples, stated_amounts

MONTHS = [str(month) for month in pd.period_range("2025-01", "2026-09", freq="M")]


def gym(*, factor, wrong=10, every=1, members=10):
    """Members with 50 a month on record; the first `wrong` pay `factor` times that, every so many months."""
    names = [f"m{i}" for i in range(members)]
    pays = {name: 50.0 * (factor if i < wrong else 1) * every for i, name in enumerate(names)}
    rows = [(name, month, pays[name]) for name in names for month in MONTHS[::every]]
    profile = pd.DataFrame(
        {
            "customer_id": names,
            "left": pd.array([False] * members, "boolean"),
            "joined_on": pd.Timestamp("2025-01-01"),
            "left_on": pd.NaT,
            "tenure_months": 21.0,
            "monthly_amount": 50.0,
            "amount_usable": True,
        }
    )
    facts = {
        "customer_profile": profile,
        "customer_months": pd.DataFrame(rows, columns=["customer_id", "month", "amount"]),
        "value_multiples": pd.DataFrame(
            {"respondent_id": ["m0"], "worth": [1000.0], "price": [50.0], "multiple": [20.0]}
        ),
    }
    return SimpleNamespace(fact=facts.get, as_of=date(2026, 9, 30), currency="GBP", scale=1.0, real_dates=True)


@pytest.mark.parametrize(
    ("client", "counts", "said"),
    [
        (gym(factor=10), 500, "of all 10 customers differs from what they pay, for example £50 a month stated, £500"),
        (gym(factor=10, wrong=4), 230, "4 of 10 customers"),
        (gym(factor=1, every=3), 50, "All 10 customers"),
        (gym(factor=1.2), 50, "payments are 20% higher, as if they included sales tax"),
        (gym(factor=1 / 12), 50 / 12, "as if the amounts were of a year"),
    ],
    ids=["all", "some", "quarterly", "tax", "yearly"],
)
def test_regular_payments_count_where_they_contradict_the_amount(client, counts, said):
    assert said in stated_amounts(client).describe()
    assert contract_profile(client)["monthly_amount"].mean() == pytest.approx(counts)


def test_one_customer_in_twenty_is_a_slip_that_is_said_and_changes_nothing():
    client = gym(factor=10, wrong=1, members=20)
    assert stated_amounts(client).describe().endswith("so the monthly amounts count as they are.")
    assert contract_profile(client)["monthly_amount"].mean() == 50
    assert not stated_amounts(gym(factor=10, wrong=1, members=19)).agree


def test_what_the_product_is_worth_is_compared_with_what_is_paid():
    """Worth 1,000 a month: 20 times the 50 on record, twice the 500 that come in."""
    assert priced_multiples(gym(factor=10))["multiple"].tolist() == [2.0]
