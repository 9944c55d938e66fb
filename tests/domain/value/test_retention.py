"""Retention from lives written out by hand, and from regular payments where nobody is recorded as leaving."""

from __future__ import annotations

import math
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.domain.value import retention


def client(profile, **facts):
    counts = profile.rename(columns={"tenure_months": "months"})[["segment", "months", "left"]].assign(customers=1)
    facts = {"customer_profile": profile, "lives": counts, **facts}
    return SimpleNamespace(scale=1.0, fact=facts.get, as_of=date(2026, 9, 30), real_dates=True, currency="GBP")


def lives(months, left, segment="a"):
    n = len(months)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(n)],
            "segment": segment,
            "tenure_months": [float(m) for m in months],
            "left": pd.array(left, dtype="boolean"),
            "joined_on": pd.Timestamp("2025-01-05"),
            "left_on": pd.NaT,
            "monthly_amount": float("nan"),
            "amount_usable": pd.array([None] * n, dtype="boolean"),
        }
    )


def test_the_average_month():
    """3 left in 60 customer-months: exp(-3/60) stay another month."""
    found = retention.monthly_retention(client(lives([5, 15, 10, 20, 10], [True, True, True, False, False])))
    assert found.value == pytest.approx(math.exp(-3 / 60))
    assert found.low < found.value < found.high


def test_a_segment_that_nobody_left_is_measured_only_where_leaving_is_recorded():
    both = pd.concat([lives([10, 10], [True, False], "a"), lives([10, 20], [False, False], "b")])
    assert retention.monthly_retention(client(both), segment="b").value == 1
    nobody = lives([10, 20], [False, False], "b")
    assert not retention.monthly_retention(client(nobody), segment="b").defined


def paying(stop):
    """30 customers who pay monthly from January 2025; the first `stop` stop after December 2025."""
    rows = []
    for i in range(30):
        last = pd.Period("2025-12", "M") if i < stop else pd.Period("2026-09", "M")
        rows += [(f"c{i}", str(m), 50.0) for m in pd.period_range("2025-01", last, freq="M")]
    months = pd.DataFrame(rows, columns=["customer_id", "month", "amount"])
    days = months.groupby("customer_id").size().rename("days").reset_index()
    return client(lives([20.8] * 30, [False] * 30), customer_months=months, purchase_summary=days)


def test_who_no_longer_pays_has_left_where_nobody_writes_it_down():
    """6 of 30 paid for 12 months and stopped; 24 were seen for 20.8 months."""
    seen = retention.lives(paying(6))
    assert seen.attrs["source"] == retention.BY_PAYMENTS
    assert (int(seen["left"].sum()), seen["months"].sum()) == (6, pytest.approx(6 * 12 + 24 * 20.8))
    found = retention.monthly_retention(paying(6))
    assert found.value == pytest.approx(math.exp(-6 / (6 * 12 + 24 * 20.8)))


def test_where_all_go_on_paying_nothing_is_made_up():
    assert not retention.monthly_retention(paying(0)).defined


def test_the_level_of_confidence_reaches_the_check():
    seen = client(lives([1, 2, 3, 4, 30, 25, 28, 30, 30], [True] * 4 + [True] + [False] * 4))
    assert retention.plateau(seen, confidence=0.5).text != retention.plateau(seen, confidence=0.99).text
    assert retention.plateau(client(lives([3, 4], [False, False]))).passed is None
