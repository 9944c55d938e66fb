"""Which units are signs, and which are currencies."""

from __future__ import annotations

import pytest

from referral_playbook.contract.writing.units import NPS, TIMES, is_currency, is_symbol


@pytest.mark.parametrize(
    ("unit", "currency"), [("GBP", True), (NPS, False), ("gbp", False), ("EURO", False), ("", False)]
)
def test_a_currency_is_three_capitals_but_a_promoter_score_is_none(unit, currency):
    assert is_currency(unit) is currency


def test_money_shares_scores_and_factors_set_how_a_number_is_written():
    assert all(map(is_symbol, ("SEK", "share", NPS, TIMES)))
    assert not any(map(is_symbol, ("referrals", "months", "count", "")))
