"""A young shop: its survey does not clear the gate, its orders follow the model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from referral_playbook.simulate import ShopWorld, simulate
from referral_playbook.simulate.shop import expected_orders
from tests.simulate.simulations import MONTH, near, sample


def test_shop_survey_is_thirty_answers_that_do_not_clear_the_gate():
    rows = sample("cupboard").tables["surveys"]
    pmf = rows[rows["question"] == "pmf"]["answer"]
    assert (len(pmf), (pmf == "very disappointed").sum()) == (30, 17)
    assert binomtest(17, 30).proportion_ci(method="wilson").low < 0.40
    nps = rows[rows["question"] == "nps"]["answer"].astype(int)
    assert (len(nps), (nps >= 9).sum(), (nps <= 6).sum()) == (30, 13, 6)


def test_shop_orders_follow_bg_nbd_and_gamma_gamma():
    client = simulate("shop", seed=9, customers=4000)
    orders = client.tables["payments"].merge(client.tables["customers"])
    age = (orders["paid_on"] - orders["joined_on"]).dt.days / MONTH
    old = client.tables["customers"]["joined_on"] <= pd.Timestamp(client.as_of) - pd.Timedelta(days=185)
    early = orders[age < 6].groupby("customer_id").size() - 1
    each = early.reindex(client.tables["customers"]["customer_id"][old])
    near(each.mean(), client.truth["expected_repeat_orders"]["6"], each.std() / np.sqrt(len(each)))
    means = orders.groupby("customer_id")["amount"].mean()
    near(means.mean(), client.truth["gamma_gamma"]["mean_order"], means.std() / np.sqrt(len(means)))


@pytest.mark.parametrize("months", [1.0, 6.0, 24.0])
def test_expected_orders_are_those_of_simulated_customers(months):
    world, rng = ShopWorld(), np.random.default_rng(5)
    counts = []
    for rate, drop in zip(rng.gamma(world.r, 1 / world.alpha, 20_000), rng.beta(world.a, world.b, 20_000), strict=True):
        n, at = 0, rng.exponential(1 / rate)
        while at <= months:
            n += 1
            at = months + 1 if rng.random() < drop else at + rng.exponential(1 / rate)
        counts.append(n)
    near(np.mean(counts), float(expected_orders(world, np.array(months))), np.std(counts) / np.sqrt(len(counts)))


def test_the_value_of_a_customer_is_the_sum_of_its_discounted_months():
    world = ShopWorld()
    truth = sample("cupboard").truth["customer_value"]
    mean_order, total, before = 6.0 * 22.0 / 3.0, 1.0, 0.0
    for month in range(1, 25):
        now = float(expected_orders(world, np.array(float(month))))
        total += (now - before) / 1.10 ** ((month - 0.5) / 12)
        before = now
    assert truth["value"] == pytest.approx(0.45 * mean_order * total, rel=1e-6)


def test_the_margin_of_an_order_is_its_share_and_the_first_order_makes_the_customer():
    client = sample("cupboard")
    paid, people = client.tables["payments"], client.tables["customers"]
    assert (paid["margin"] - 0.45 * paid["amount"]).abs().max() <= 0.0051
    first = paid.groupby("customer_id")["paid_on"].min()
    assert (people.set_index("customer_id")["joined_on"] == first.reindex(people["customer_id"])).all()
    assert paid["paid_on"].max() <= pd.Timestamp(client.as_of)
