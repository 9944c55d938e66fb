"""Whom to follow up, from a few customers written out by hand."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd

from referral_playbook.steps.loyalty_and_upsell import quiet
from referral_playbook.steps.loyalty_and_upsell.one_list import EarlierLists, earlier_lists

PEOPLE = pd.DataFrame(
    {
        "customer_id": ["calm", "silent", "cross", "sad"],
        "segment": "a",
        "nps": [9.0, 8.0, 9.0, 3.0],
        "open_complaint": pd.array([False, False, True, False], "boolean"),
        "joined_on": pd.Timestamp("2024-01-01"),
        "tenure_months": 29.9,
        "yearly_margin": [10.0, 20.0, 30.0, 40.0],
        "last_touch_on": pd.to_datetime(["2026-06-01", "2025-06-01", "2026-06-01", "2026-06-01"]),
        "last_paid_on": pd.Timestamp("2026-06-20"),
    }
)


def client(*tables):
    return SimpleNamespace(scale=1.0, as_of=date(2026, 6, 30), has=tables.__contains__, real_dates=True)


def test_complaints_come_first_and_everybody_once():
    found = quiet.follow_up(client("touchpoints", "payments"), PEOPLE, recurring=True)
    assert found.people["customer_id"].tolist() == ["cross", "sad", "silent"]
    assert found.of("detractor") == ["sad"]
    assert found.size().value == 3
    assert [row["margin_a_year"] for row in found.rows()] == [30, 40, 20]


def test_without_contacts_quiet_cannot_be_seen():
    found = quiet.follow_up(client(), PEOPLE, recurring=True)
    assert found.unknown == ("quiet",)
    assert found.check().text.endswith("for: quiet.")
    assert found.rows()[2]["customers"] is None


def test_nothing_known_is_no_number():
    unknown = PEOPLE.assign(nps=float("nan"), open_complaint=pd.array([None] * 4, "boolean"))
    assert not quiet.follow_up(client(), unknown, recurring=True).size().defined


def test_who_stands_on_a_list_of_step_06_is_not_called_a_second_time():
    lists = EarlierLists(to_hear=frozenset({"cross", "sad"}))
    found = quiet.follow_up(client("touchpoints", "payments"), PEOPLE, recurring=True, lists=lists)
    assert found.to_call["customer_id"].tolist() == ["silent"]
    assert found.size().value == 1
    assert [(row["customers"], row["on_the_follow_up_list"]) for row in found.rows()] == [(1, 0), (1, 0), (1, 1)]
    assert "2 customers of these are on a list of complaints or asks already" in found.check().text


def test_the_lists_of_step_06_are_read_with_the_control():
    tables = {"close_the_loop": [{"customer_id": "a"}], "ask_list": [{"customer_id": "b", "control": True}]}
    engagement = SimpleNamespace(upstream={"ask_and_follow_up": SimpleNamespace(tables=tables)}.get)
    assert earlier_lists(engagement) == EarlierLists(to_hear=frozenset("a"), to_ask=frozenset("b"))
    assert earlier_lists(SimpleNamespace(upstream={}.get)).everyone == frozenset()
