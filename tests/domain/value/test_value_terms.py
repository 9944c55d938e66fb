"""Horizon, margin and mean, against plain pandas and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.value.value_terms import Horizon, margin_of, mean_amount


def payers(margins, amount=100.0):
    return pd.DataFrame({"amount_paid": amount, "margin_paid": np.asarray(margins, dtype=float)})


def test_a_loss_has_a_range_too():
    """45 customers lose 20 on 100 and 15 earn 30: -7.5%, give or take 1.96 standard errors of the mean."""
    margins = [-20.0] * 45 + [30.0] * 15
    found = margin_of(payers(margins))
    error = np.std(margins, ddof=1) / np.sqrt(60) / 100
    assert found.value == pytest.approx(-0.075)
    assert (found.low, found.high) == pytest.approx((-0.075 - 1.959964 * error, -0.075 + 1.959964 * error), abs=1e-6)


def test_one_margin_for_all_has_no_range():
    found = margin_of(payers([-10.0] * 8))
    assert (found.value, found.low, found.high) == (-0.1, -0.1, -0.1)
    assert "the same for all" in found.source


def test_unknown_margins_are_left_out():
    found = margin_of(payers([30.0, 50.0, np.nan]))
    assert (found.value, found.n) == (pytest.approx(0.4), 2)
    assert margin_of(payers([np.nan])) is None


def test_a_month_of_ten_percent_a_year():
    assert Horizon(discount_rate=0.10).monthly == pytest.approx(1.1 ** (1 / 12) - 1)


def test_the_range_of_a_mean_does_not_depend_on_the_order():
    amounts = np.random.default_rng(3).lognormal(3, 1, 80)
    said = {"unit": "GBP", "per": "customer", "source": "x"}
    one, other = mean_amount(amounts, **said), mean_amount(amounts[::-1].copy(), **said)
    assert (one.low, one.high) == (other.low, other.high)
    assert one.value == pytest.approx(pd.Series(amounts).mean())
