"""Recurring revenue against the simulator's truth and against engagements small enough to work out by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.domain.value.recurring_revenue import Recurring, kept_ratio, recurring

MONTHS = [str(m) for m in pd.period_range("2025-06", "2026-06", freq="M")]


def billed(amounts, kinds=(), as_of=date(2026, 6, 30)):
    """A client whose customers paid these amounts in the 13 months to June 2026; kinds: (customer, month, kind)."""
    rows = [
        {"customer_id": who, "month": month, "amount": float(amount)}
        for who, each in amounts.items()
        for month, amount in zip(MONTHS, each, strict=True)
        if amount
    ]
    paid = pd.DataFrame(rows)
    sold = [
        {"customer_id": who, "month": MONTHS[i], "kind": kind, "amount": float(amounts[who][i])}
        for who, i, kind in kinds
    ]
    facts = {"customer_months": paid, "kind_months": pd.DataFrame(sold) if sold else None}
    return SimpleNamespace(scale=1.0, fact=facts.get, currency="GBP", as_of=as_of, real_dates=True)


def moved(found: Recurring):
    return {row["movement"]: row["amount"] for row in found.movements()}


HAND = {
    "up": [100] * 6 + [150] * 7,  # an upsell of 50
    "both": [100] * 3 + [140] * 3 + [160] * 7,  # 40 cross-sold, then 20 by a price rise
    "down": [100] * 8 + [60] * 5,
    "gone": [100] * 9 + [0] * 4,
    "new": [0] * 5 + [80] * 8,
    "same": [100] * 13,
}


def test_movements_by_hand_add_up_and_say_what_was_sold_as_what():
    found = recurring(billed(HAND, [("up", 6, "upsell"), ("both", 3, "cross_sell")]))
    assert moved(found) == pytest.approx(
        {
            "start": 500,
            "upsell": 50,
            "cross-sell": 40,
            "other rise": 20,
            "contraction": -40,
            "churn": -100,
            "new": 80,
            "reactivated": 0,
            "end": 550,
        }
    )
    ratios = found.estimates
    assert ratios["nrr"].value == pytest.approx((500 + 110 - 140) / 500)
    assert ratios["grr"].value == pytest.approx(360 / 500)
    assert ratios["quick_ratio"].value == pytest.approx((110 + 80) / 140)
    assert ratios["revenue_stayed"].value == pytest.approx(400 / 500)
    assert "rose by 10%" in found.naive()


def test_the_sample_holds_the_truth(sample, truth):
    told, found = truth()["recurring_revenue_last_12_months"], recurring(sample())
    ratios, rows = found.estimates, moved(found)
    for name in ("nrr", "grr"):
        assert ratios[name].value == pytest.approx(told[name], abs=1e-8)
        assert ratios[name].low < told[name] < ratios[name].high
    assert rows["start"] == pytest.approx(told["start"])
    assert rows["upsell"] + rows["cross-sell"] + rows.get("other rise", 0) == pytest.approx(told["expanded"])
    assert (-rows["churn"], -rows["contraction"]) == pytest.approx((told["lost"], told["contracted"]))
    assert (rows["new"], rows["end"]) == pytest.approx((told["new"], told["end"]))


@given(st.lists(st.lists(st.integers(0, 50), min_size=13, max_size=13), min_size=3, max_size=8))
def test_movements_always_add_up_to_the_end(lives):
    amounts = {f"c{i}": [100 + x if x else 0 for x in life] for i, life in enumerate(lives)} | {"stay": [100] * 13}
    found = recurring(billed(amounts))
    rows = moved(found)
    if not found.reason:
        assert sum(v for k, v in rows.items() if k != "end") == pytest.approx(rows["end"])
        assert rows["end"] == sum(each[-1] for each in amounts.values())


def test_negative_churn_is_strictly_above_100_percent():
    grew = {f"g{i}": [100] * 6 + [130 + i] * 7 for i in range(8)}
    check = recurring(billed(grew | {"same": [100] * 13})).negative_churn()
    assert check.passed is True
    gone = {f"l{i}": [100] * 9 + [0] * 4 for i in range(40)}
    assert recurring(billed(grew | gone)).negative_churn().passed is False
    assert recurring(billed({**grew, "l": [100] * 9 + [0] * 4})).negative_churn().passed is None
    one_for_one = {"a": [100] * 6 + [110] * 7, "b": [100] * 6 + [90] * 7}
    assert recurring(billed(one_for_one)).negative_churn().passed is None  # exactly 100%, so not above it for sure


def test_the_month_under_way_is_not_compared():
    broken = {who: [*each[:-1], 0] for who, each in HAND.items()}  # nobody has been billed in June yet
    found = recurring(billed(broken, as_of=date(2026, 6, 10)), months=11)
    assert found.window == ("Jun 2025", "May 2026")
    assert found.estimates["grr"].value == pytest.approx(360 / 500)


@pytest.mark.parametrize(
    ("client", "why"),
    [
        (billed({"shop": [30, 0, 0, 20, 0, 0, 0, 45, 0, 0, 0, 0, 9]}), "regular intervals"),
        (billed({"late": [0] * 4 + [30] * 9}), "payments begin in Oct 2025"),
        (billed({"stale": [30] * 10 + [0] * 3}), "no payment covers Jun 2026"),
    ],
)
def test_what_is_no_recurring_revenue_says_why_and_is_no_number(client, why):
    found = recurring(client)
    assert all(not e.defined and why in e.reason for e in found.estimates.values())
    assert found.movements() == []
    assert found.negative_churn().passed is None


def test_a_line_that_takes_back_more_than_was_invoiced_counts_as_nothing():
    client = billed(HAND | {"back": [50] * 12 + [-20]})
    assert recurring(client).negative == 1
    assert moved(recurring(client))["churn"] == pytest.approx(-150)


def test_without_payments_who_stayed_is_told_and_the_rest_is_not(sample):
    found = recurring(sample("harlow-partners"))
    ratios = found.estimates
    assert ratios["revenue_stayed"].defined
    assert not any(ratios[name].defined for name in ("nrr", "grr", "quick_ratio"))
    assert "contraction" not in moved(found)


def test_yearly_plans_in_force_all_year_keep_all_revenue():
    """Four customers pay 100 a month; two pay 1,200 every June and are due again after the as-of date."""
    yearly = [1200, *[0] * 11, 1200]
    found = recurring(billed({f"m{i}": [100] * 13 for i in range(4)} | {"y1": yearly, "y2": yearly}))
    assert moved(found)["start"] == moved(found)["end"] == pytest.approx(600)
    assert found.estimates["nrr"].value == found.estimates["grr"].value == pytest.approx(1.0)
    assert "stayed the same" in found.naive()


def test_a_lapsed_customer_who_returns_is_reactivated_and_not_new():
    client = billed(HAND)
    before = pd.DataFrame({"customer_id": ["new"] * 3, "month": ["2025-01", "2025-02", "2025-03"], "amount": 80.0})
    paid = pd.concat([client.fact("customer_months"), before], ignore_index=True)
    facts = {"customer_months": paid}
    rows = moved(
        recurring(SimpleNamespace(scale=1.0, fact=facts.get, currency="GBP", as_of=client.as_of, real_dates=True))
    )
    assert (rows["new"], rows["reactivated"]) == (0, 80)
    assert sum(v for k, v in rows.items() if k != "end") == pytest.approx(rows["end"])


def test_where_nothing_moved_nrr_is_100_percent_and_its_range_is_wilsons():
    """20 of 20 kept: Wilson's lower limit is 20 / (20 + 1.96^2) = 0.839."""
    found = recurring(billed({f"c{i}": [100] * 13 for i in range(20)})).estimates
    assert (found["nrr"].value, found["grr"].value, found["grr"].high) == (1, 1, 1)
    assert found["grr"].low == pytest.approx(20 / (20 + 1.959964**2), rel=1e-6)
    assert found["nrr"].high == pytest.approx(1 / found["nrr"].low)
    assert not found["quick_ratio"].defined


def test_where_everybody_left_nothing_is_kept():
    stay = {"late": [0] * 12 + [50]}
    found = recurring(billed({f"c{i}": [100] * 10 + [0] * 3 for i in range(8)} | stay)).estimates
    assert (found["nrr"].value, found["grr"].value) == (0, 0)
    assert 0 < found["grr"].high < 0.4


def test_the_range_of_net_retention_covers():
    truth, hits = 0.08 + 0.6 + 0.26, 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        start = rng.lognormal(4, 1, 360)
        end = start * rng.choice([0, 0.8, 1, 1.3], 360, p=[0.1, 0.1, 0.6, 0.2])
        nrr = kept_ratio(end, start, confidence=0.95, per="unit of revenue at the start", source="payments")
        hits += nrr.low <= truth <= nrr.high
    assert 0.92 <= hits / 400 <= 0.975
