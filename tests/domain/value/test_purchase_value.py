"""Value of a buyer: the Gamma-Gamma runs where it fits, and the simpler form says why it took its place."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.value.purchase_value import buyers, purchase_value, spend_per_purchase
from referral_playbook.domain.value.value_terms import Horizon

MARGIN = assumed(0.4, 0.4, 0.4, unit="share", per="unit of revenue", source="x")


def shop(n=400, seed=5, mean=30.0):
    """Customers whose mean spend is Gamma-Gamma with population mean 30; purchases are Poisson, without dropout."""
    rng = np.random.default_rng(seed)
    T = rng.uniform(6, 24, n)
    x = rng.poisson(rng.gamma(1.5, 0.2, n) * T)
    nu = rng.gamma(4.0, 1 / (mean * 3 / 6), n)
    each = rng.gamma(6 * np.maximum(x, 1), 1 / nu) / np.maximum(x, 1)
    amount = each * (x + 1)
    t_x = np.where(x > 0, T * rng.beta(np.maximum(x, 1), 1), 0)
    rows = {"x": x, "t_x": t_x, "T": T, "days": x + 1, "amount": amount, "mean_amount": np.where(x > 0, each, np.nan)}
    return pd.DataFrame(rows)


def client(rows):
    return SimpleNamespace(fact={"purchase_summary": rows}.get, currency="GBP")


def test_the_gamma_gamma_runs_and_holds_the_population_mean():
    spend = spend_per_purchase(shop(), "GBP", 0.95)
    assert "Gamma-Gamma" in spend.source
    assert spend.low < 30 < spend.high
    found = purchase_value(client(shop()), Horizon(), MARGIN, 0.95)
    assert "by Gamma-Gamma" in found.source


def test_spend_does_not_depend_on_the_order_of_customers():
    rows = shop()
    one, other = spend_per_purchase(rows, "GBP", 0.95), spend_per_purchase(rows[::-1], "GBP", 0.95)
    assert (one.value, one.low, one.high) == (other.value, other.low, other.high)


def test_where_all_spend_the_same_the_mean_takes_its_place_and_says_so():
    rows = shop().assign(mean_amount=20.0)
    rows["amount"] = 20.0 * rows["days"]
    spend = spend_per_purchase(rows, "GBP", 0.95)
    assert spend.value == pytest.approx(20)
    assert "does not fit" in spend.source


def test_few_repeaters_give_what_was_paid_so_far():
    rows = shop(40)
    rows.loc[20:, ["x", "t_x"]] = 0
    found = purchase_value(client(rows), Horizon(), MARGIN, 0.95)
    assert found.value == pytest.approx(0.4 * rows["amount"].mean())
    assert "without a forecast, because only" in found.source


def test_nobody_bought():
    assert "nobody has bought" in purchase_value(client(shop().assign(days=0)), Horizon(), MARGIN, 0.95).reason
    assert buyers(SimpleNamespace(fact={}.get)).empty
