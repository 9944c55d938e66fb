"""What today's customers pay in a year: twelve monthly amounts, else the last twelve months."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.value.customer_money import COLUMNS, margin_of, with_money

MARGIN = assumed(0.5, 0.4, 0.6, unit="share", per="unit of revenue", source="x")


def client():
    rows = pd.DataFrame({c: [None] * 4 for c in COLUMNS})
    rows = rows.assign(
        customer_id=["a", "b", "c", "gone"],
        left=pd.array([False, False, False, True], "boolean"),
        monthly_amount=[100.0, -5.0, None, 80.0],
        amount_usable=pd.array([True, False, None, True], "boolean"),
        amount_last_12m=[1.0, 300.0, None, 2.0],
    )
    return SimpleNamespace(fact={"customer_profile": rows}.get)


def test_a_year_is_twelve_months_or_what_was_paid():
    people = with_money(client(), margin_share=MARGIN).set_index("customer_id")
    assert list(people.index) == ["a", "b", "c"]
    assert people["yearly_amount"].tolist()[:2] == [1200.0, 300.0]
    assert pd.isna(people.loc["c", "yearly_amount"])
    assert people.loc["a", "yearly_margin"] == 600


def test_margin_of_several_customers_has_the_range_of_the_share():
    people = with_money(client(), margin_share=MARGIN)
    found = margin_of(people, margin_share=MARGIN, currency="GBP", per="year")
    assert (found.value, found.low, found.high) == pytest.approx((750, 600, 900))
    nothing = margin_of(people[people["customer_id"] == "c"], margin_share=MARGIN, currency="GBP", per="year")
    assert not nothing.defined
