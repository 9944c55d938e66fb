"""The margin of an offer by hand, and what is assumed where nothing is recorded."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from referral_playbook.contract.evidence import assumed, undefined
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
