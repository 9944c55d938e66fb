"""The plain lifetime value and the bridge to the model, by hand."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.value.value_terms import Horizon
from referral_playbook.steps.loyalty_and_upsell import plain_value


def exact(value, unit="GBP"):
    return assumed(value, value, value, unit=unit, per="x", source="test")


def test_the_bridge_by_hand():
    rows = plain_value.bridge(
        exact(100),
        exact(0.05, "share"),
        exact(0.6, "share"),
        exact(800),
        horizon=Horizon(months=12, discount_rate=0.21),
    )
    worth = [row["worth"].value for row in rows]
    months = sum(0.95**t for t in range(12))
    discounted = sum((0.95 / 1.21 ** (1 / 12)) ** t for t in range(12))
    assert worth == pytest.approx([2000, 1200, 60 * months, 60 * discounted, 800])


def test_no_churn_has_no_average_life():
    rows = plain_value.bridge(exact(100), exact(0.0, "share"), exact(0.6, "share"), exact(800))
    assert not rows[0]["worth"].defined
    assert "churn" in rows[0]["worth"].reason
