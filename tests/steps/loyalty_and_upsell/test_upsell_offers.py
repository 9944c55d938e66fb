"""The margin of an offer by hand, and what is assumed where nothing is recorded."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.contract.writing.formatting import share as percent
from referral_playbook.steps.loyalty_and_upsell.upsell_offers import offers

NOTHING = SimpleNamespace(fact={}.get)
HALF = assumed(0.5, 0.5, 0.5, unit="share", per="unit of revenue", source="x")


def test_without_payments_shares_are_assumed():
    found = offers(NOTHING)
    assert (found.taken.value, found.rise.value) == (0.10, 0.20)
    assert found.unasked.text == "No upsell is recorded in the payments."


def test_margin_of_an_offer_with_churn():
    """0.3 taken x 0.2 rise x 0.5 margin x the months stayed of twelve, at 5% churn a month."""
    churn = assumed(0.05, 0.04, 0.06, unit="share", per="customer and month", source="x")
    found = offers(NOTHING, taken=0.3, rise=0.2).worth(margin_share=HALF, churn=churn)
    assert found.value == pytest.approx(0.3 * 0.2 * 0.5 * sum(0.95**t for t in range(12)) / 12)


def test_unknown_churn_is_said_and_taken_as_nobody_leaving():
    unknown = undefined("nobody writes it down", unit="share", per="customer and month")
    found = offers(NOTHING, taken=0.3, rise=0.2).worth(margin_share=HALF, churn=unknown)
    assert found.value == pytest.approx(0.03)
    assert "churn is not known" in found.source


def client(n=60, taken=18, unasked=6):
    """Customers who pay 100 a month. Half get an offer in March: `taken` of them rise by 30 in May, others by 20."""
    ids = [f"C{i:02d}" for i in range(2 * n)]
    asked = ids[:n]
    rises = {**dict.fromkeys(asked[:taken], 30.0), **dict.fromkeys(ids[n : n + unasked], 20.0)}
    rows = [
        (who, month, 100.0 + rises.get(who, 0.0) * (month >= "2026-05"))
        for who in ids
        for month in ("2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09")
    ]
    paid = pd.DataFrame(rows, columns=["customer_id", "month", "amount"])
    kinds = pd.DataFrame({"customer_id": list(rises), "month": "2026-05", "kind": "upsell"})
    touches = pd.DataFrame({"customer_id": asked, "on": pd.Timestamp("2026-03-10"), "kind": "upsell"})
    facts = {"customer_months": paid, "kind_months": kinds, "touchpoints": touches}
    return SimpleNamespace(fact=facts.get, as_of=date(2026, 9, 30))


def test_offers_taken_and_rises_are_counted():
    """18 of 60 offers; rises of 18 x 30 + 6 x 20 on 24 x 100."""
    found = offers(client())
    assert (found.taken.value, found.taken.n) == (0.3, 60)
    assert found.rise.value == pytest.approx((18 * 30 + 6 * 20) / 2_400)
    assert found.taken.basis == found.rise.basis == "measured"


def test_a_rise_counts_after_an_offer_of_the_three_months_before():
    """Months without an offer that a rise follows: April for all 24 who rose, March for the six never asked."""
    found = offers(client())
    without = 60 + 120 + 120  # March of the others, April and May of everyone
    share = (24 + 6) / without
    assert f"after {percent(share)} of months without one" in found.unasked.text
    assert found.unasked.passed is True
    assert "no experiment" in found.unasked.text


def test_offers_that_change_nothing_are_not_said_to_work():
    """As many rise without an offer: months without one are followed by a rise about as often."""
    even = offers(client(taken=12, unasked=40))
    assert even.unasked.passed is None
    assert "cannot tell" in even.unasked.text


def test_few_offers_or_rises_are_not_measured_and_a_stated_share_goes_first():
    few = offers(client(n=20, taken=6, unasked=2))
    assert (few.taken.basis, few.rise.basis) == ("assumed", "assumed")
    assert "Fewer than 30" in few.unasked.text
    stated = offers(client(), taken=0.05, rise=0.5)
    assert (stated.taken.value, stated.rise.value) == (0.05, 0.5)
