"""Value without a contract: sums by hand, ranges that cover, and a backtest that either side can win."""

from __future__ import annotations

import numpy as np
import pytest

from referral_playbook.methods.customer_value.bgnbd import BgNbdFit, compress, expected_purchases
from referral_playbook.methods.customer_value.gamma_gamma import SpendFit
from referral_playbook.methods.customer_value.purchases import (
    backtest_purchases,
    discounted_purchases,
    purchases_of_new_customer,
)

from .test_bgnbd import TRUTH, simulate

SPEND = SpendFit(p=6.25, q=3.74, gamma=15.44)


def test_without_discount_it_is_the_expectation():
    found = discounted_purchases(lambda t: expected_purchases(TRUTH, t), horizon=36, discount_rate=0.0)
    assert found == pytest.approx(expected_purchases(TRUTH, 36.0))
    with pytest.raises(ValueError, match="horizon"):
        discounted_purchases(lambda t: t, horizon=0, discount_rate=0.1)


def test_the_range_covers_the_truth():
    truth = 1 + discounted_purchases(lambda t: expected_purchases(TRUTH, t), horizon=36, discount_rate=0.01)
    told = {"horizon": 36, "discount_rate": 0.01, "confidence": 0.9, "draws": 100}
    found = [purchases_of_new_customer(compress(*simulate(s, 800, whole=True)), **told) for s in range(60)]
    assert 0.8 <= np.mean([e.low <= truth <= e.high for e in found]) <= 1.0
    assert np.mean([e.value for e in found]) == pytest.approx(truth, rel=0.02)


def test_nobody_came_back_gives_a_reason():
    rows = compress([0, 0, 0], [0, 0, 0], [10, 12, 15])
    found = purchases_of_new_customer(rows, horizon=12, discount_rate=0.01)
    assert found.value is None
    assert "no customer has bought again" in found.reason


def _halves(truth, n=3000, cut=26.0, length=26.0):
    """Customers observed to a cut, and what they bought in the time after it."""
    rng = np.random.default_rng(11)
    buys, leaves = rng.gamma(truth.r, 1 / truth.alpha, n), rng.beta(truth.a, truth.b, n)
    x, t_x, later = np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        now = rng.exponential(1 / buys[i])
        while now <= cut + length:
            if now <= cut:
                x[i], t_x[i] = x[i] + 1, now
            else:
                later[i] += 1
            now = np.inf if rng.random() < leaves[i] else now + rng.exponential(1 / buys[i])
    return {"x": x, "t_x": t_x, "T": np.full(n, cut), "held_out": later, "length": length}


def test_the_model_wins_where_customers_leave_and_says_so():
    found = backtest_purchases(**_halves(BgNbdFit(r=0.5, alpha=4, a=0.8, b=2.5)))
    assert found.winner == "model"
    assert "the BG/NBD won" in found.sentence
    assert found.model_total == pytest.approx(found.actual_total, rel=0.1)
    assert found.naive_total > 1.3 * found.actual_total


def test_the_naive_rule_can_win():
    """Customers like clockwork: the model sees chance and departures where there are none."""
    x = np.tile([2.0, 4, 8, 12], 100)
    T = np.full(400, 26.0)
    found = backtest_purchases(x=x, t_x=x * T / (x + 0.5), T=T, held_out=x, length=26.0)
    assert found.winner == "naive"
    assert "as often as so far won" in found.sentence
