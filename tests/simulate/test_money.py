"""Invoices of simulated customers, and the true value and revenue by loops."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.special import beta

from referral_playbook.simulate.money import customer_value, invoices, recurring_revenue, survival
from referral_playbook.simulate.people import sbg
from referral_playbook.simulate.simulated import day
from referral_playbook.simulate.world import SEGMENTS, SubscriptionWorld

WORLD = SubscriptionWorld()
SHOPS = SEGMENTS["shops"]


@pytest.mark.parametrize("referred", [False, True])
def test_survival_is_the_product_of_staying_each_month(referred: bool) -> None:
    alpha, b = sbg(SHOPS, referred, WORLD)
    stays, product = survival(SHOPS, referred, WORLD, np.arange(13)), 1.0
    for t in range(13):
        assert stays[t] == pytest.approx(product)
        assert product == pytest.approx(beta(alpha, b + t) / beta(alpha, b))
        product *= 1 - alpha / (alpha + b + t)


def test_the_value_of_a_customer_is_the_discounted_sum_of_margins() -> None:
    price = sum(p * share for p, share in SHOPS.prices.items())
    growth = 1 + 0.010 * 0.25 + 0.006 * 0.15 - 0.007 * 0.20
    alpha, b = sbg(SHOPS, False, WORLD)
    total = 0.0
    for t in range(36):
        stays = beta(alpha, b + t) / beta(alpha, b)
        total += price * growth**t * (0.70 - 0.004) * stays / 1.10 ** (t / 12)
    assert customer_value(SHOPS, False, WORLD) == pytest.approx(total)


REFUNDED = ("2026-02-01", 1, 10.0, True)


def people(*rows: tuple[str, int, float, bool]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["joined", "life", "price", "refunded"])
    return made.assign(joined=pd.to_datetime(made["joined"]), segment="shops")


def test_an_invoice_comes_each_month_paid_for_on_the_day_of_joining_or_the_last_of_the_month() -> None:
    still = SubscriptionWorld(as_of=date(2026, 5, 15), refund=0.0)
    rows = invoices(people(("2026-01-31", 99, 50.0, False), ("2026-02-10", 2, 80.0, False), REFUNDED), still, seed=1)
    rows = rows[rows["person"] < 2]
    days = {p: part["paid"].dt.strftime("%m-%d").tolist() for p, part in rows.groupby("person")}
    assert days == {0: ["01-31", "02-28", "03-31", "04-30"], 1: ["02-10", "03-10"]}
    assert rows.groupby("person")["kind"].first().tolist() == ["new", "new"]


def test_prices_follow_the_kind_of_the_invoice() -> None:
    world = SubscriptionWorld(refund=0.0, upsell=(0.2, 1.25), contraction=(0.2, 0.80), cross_sell=(0.0, 1.15))
    rows = invoices(people(("2023-01-05", 40, 100.0, False), REFUNDED), world, seed=2)
    rows = rows[rows["person"] == 0]
    price = 100.0
    for kind, amount in zip(rows["kind"], rows["amount"], strict=True):
        price *= {"upsell": 1.25, "contraction": 0.80}.get(kind, 1.0)
        assert amount == pytest.approx(price, abs=0.01)
    assert {"upsell", "contraction"} <= set(rows["kind"])


def test_a_refund_takes_back_its_invoice() -> None:
    rows = invoices(people(("2026-01-10", 1, 60.0, True)), SubscriptionWorld(refund=0.0), seed=3)
    assert rows["kind"].tolist() == ["new", "refund"]
    assert rows["amount"].sum() == 0
    assert 2 <= (rows["paid"].iloc[1] - rows["paid"].iloc[0]).days < 15


def test_revenue_a_year_apart_is_compared_customer_by_customer() -> None:
    then, now = {"A": 100.0, "B": 50.0, "C": 80.0, "D": 20.0}, {"A": 100.0, "B": 70.0, "C": 60.0, "E": 40.0}
    rows = [(p, "2025-09-10", x, "renewal") for p, x in then.items()]
    rows += [(p, "2026-09-10", x, "renewal") for p, x in now.items()] + [("A", "2026-09-12", -100.0, "refund")]
    paid = pd.DataFrame(rows, columns=["person", "paid", "amount", "kind"]).assign(
        paid=lambda t: pd.to_datetime(t["paid"])
    )
    found = recurring_revenue(paid, day("2026-09-30"))
    assert (found["start"], found["end"], found["new"]) == (250.0, 270.0, 40.0)
    assert (found["lost"], found["contracted"], found["expanded"]) == (20.0, 20.0, 20.0)
    assert found["nrr"] == pytest.approx(230 / 250)
    assert found["grr"] == pytest.approx(210 / 250)


def test_customer_totals_are_the_sums_of_their_payments(brightdesk):
    paid = brightdesk.tables["payments"].groupby("customer_id")["amount"].sum()
    total = brightdesk.tables["customers"].set_index("customer_id")["total_amount"]
    np.testing.assert_allclose(total, paid.reindex(total.index), atol=0.005)
