"""Plans that are paid more often than once a month, from days that are written out and counted here."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.value.payment_rhythm import month_number, monthly_revenue
from referral_playbook.domain.value.recurring_revenue import recurring
from referral_playbook.domain.value.short_plans import DAYS_PER_MONTH, in_months

AS_OF = date(2026, 9, 30)
LAST = 2026 * 12 + 8


def every(days, first=date(2025, 1, 1), *, until=AS_OF):
    return [first + timedelta(days=days * k) for k in range((until - first).days // days + 1)]


def client(customers):
    """Customer to the days and amounts of payments; the two facts are counted from them by plain pandas."""
    paid = pd.DataFrame(
        [(who, day, float(amount)) for who, each in customers.items() for day, amount in each],
        columns=["customer_id", "day", "amount"],
    )
    months = paid.assign(month=[f"{day:%Y-%m}" for day in paid["day"]], margin=paid["amount"] / 2)
    months = months.groupby(["customer_id", "month"], as_index=False).agg(
        amount=("amount", "sum"), margin=("margin", "sum"), payments=("amount", "size")
    )
    of = paid.groupby("customer_id")["day"]
    first, last, days = of.min(), of.max(), of.nunique()
    bought = pd.DataFrame(
        {
            "customer_id": days.index,
            "x": days.to_numpy() - 1,
            "t_x": [(b - a).days / DAYS_PER_MONTH for a, b in zip(first, last, strict=True)],
            "T": [(AS_OF - a).days / DAYS_PER_MONTH for a in first],
            "days": days.to_numpy(),
            "payments": of.size().to_numpy(),
        }
    )
    facts = {"customer_months": months, "purchase_summary": bought}
    return SimpleNamespace(
        fact=facts.get, as_of=AS_OF, real_dates=True, currency="GBP", scale=1.0, gives=lambda *_: False
    )


def normalised(engagement):
    paid = engagement.fact("customer_months")
    paid = paid.assign(month=month_number(paid["month"])).sort_values(["customer_id", "month"], ignore_index=True)
    return in_months(engagement, paid, LAST)


@pytest.mark.parametrize("days", [7, 14, 28, 30])
def test_a_plan_of_days_costs_the_same_in_every_month(days):
    rows, short = normalised(client({"a": [(day, 2 * days) for day in every(days)]}))
    assert list(short) == ["a"]
    assert rows["month"].tolist() == list(range(2025 * 12, LAST + 1))
    assert rows["amount"].to_numpy() == pytest.approx(np.full(21, 2 * DAYS_PER_MONTH), abs=1e-5)


def test_nothing_moves_where_a_month_has_five_wednesdays():
    """September 2025 has four Wednesdays and September 2026 five: 100% and not 125%."""
    weekly = {f"w{n}": [(day, 10) for day in every(7)] for n in range(8)}
    estimates = recurring(client(weekly)).estimates
    assert (estimates["nrr"].value, estimates["grr"].value) == (1.0, 1.0)


def test_who_stops_is_lost_and_a_new_price_counts():
    stopped = every(28, until=date(2026, 4, 30))
    dearer = [(day, 28 if day < date(2026, 3, 1) else 42) for day in every(28)]
    steady = {f"s{n}": [(day, 28) for day in every(28)] for n in range(2)}
    estimates = recurring(client({"a": [(day, 28) for day in stopped], "b": dearer, **steady})).estimates
    assert estimates["nrr"].value == pytest.approx((0 + 1.5 + 2) / 4, abs=1e-9)
    assert estimates["grr"].value == pytest.approx((0 + 1 + 2) / 4, abs=1e-9)


def test_monthly_plans_and_shops_are_left_as_they_are():
    chance = np.random.default_rng(3)
    monthly = [(date(2025 + m // 12, m % 12 + 1, 5), 100) for m in range(21)]
    added = [*monthly, (date(2025, 3, 20), 30), (date(2025, 8, 20), 30)]
    shop = [(date(2025, 1, 1) + timedelta(days=int(d)), int(a)) for d, a in chance.integers(1, 630, (40, 2))]
    engagement = client({"monthly": monthly, "added": added, "shop": shop})
    rows, short = normalised(engagement)
    assert list(short) == []
    assert rows["amount"].sum() == pytest.approx(2100 + 2160 + sum(a for _, a in shop))


def test_a_client_without_counts_is_read_as_before():
    engagement = client({"a": [(day, 10) for day in every(7)]})
    months = engagement.fact("customer_months").drop(columns="payments")
    bare = SimpleNamespace(**{**vars(engagement), "fact": {"customer_months": months}.get})
    revenue = monthly_revenue(bare)
    assert revenue is not None
    assert list(revenue.short) == []
