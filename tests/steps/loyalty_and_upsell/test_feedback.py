"""Themes of comments, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.steps.loyalty_and_upsell import feedback


def exact(value, unit="GBP"):
    return assumed(value, value, value, unit=unit, per="x", source="test")


def said(*rows):
    frame = pd.DataFrame(rows, columns=["respondent_id", "question", "answer", "score", "comment"])
    return SimpleNamespace(scale=1.0, fact={"survey_comments": frame}.get, currency="GBP")


def test_triage_by_hand_counts_a_customer_once_in_a_theme():
    client = said(
        ("a", "nps", "2", 2.0, "Too EXPENSIVE, and slow"),
        ("a", "nps", "3", 3.0, "still expensive"),
        ("b", "nps", "10", 10.0, "not expensive at all"),
        ("gone", "csat", "1", 1.0, "price"),
        ("c", "ces", "6", 6.0, "hard work"),
        ("d", "pmf", "Not disappointed", None, "meh"),
    )
    people = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "yearly_amount": [100.0, 200.0, 400.0, 800.0]})
    themes = ["price: price, expensive", "speed: slow"]
    rows = {r["theme"]: r for r in feedback.triage(client, people, themes=themes, margin_share=exact(0.5, "share"))}
    assert (rows["price"]["comments"], rows["price"]["customers"], rows["price"]["unhappy_today"]) == (4, 3, 1)
    assert rows["price"]["value_at_risk"].value == 50  # who left is no longer at risk, who praised never was
    assert rows["price"]["unhappy_share"].value == 0.75
    assert rows["speed"]["value_at_risk"].value == 50
    assert rows[feedback.OTHER]["value_at_risk"].value == 600
    assert feedback.themes_found(list(rows.values()), 6).passed is False


@pytest.mark.parametrize("theme", ["price", "price:", ": word"])
def test_a_theme_that_cannot_be_is_refused(theme):
    with pytest.raises(ValueError, match="name: word"):
        feedback.parsed([theme])
    with pytest.raises(ValueError, match="once"):
        feedback.parsed(["a: x", "a: y"])
