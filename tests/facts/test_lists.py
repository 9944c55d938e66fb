"""Whom a team could put on this month's lists: the first by each order, against a sort by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from facts.conftest import memtable

from referral_playbook.facts import lists
from referral_playbook.facts.asof import Prepared

AS_OF = date(2026, 6, 30)
CUSTOMERS = [
    {"customer_id": f"c{n:02d}", "joined_on": AS_OF - timedelta(days=400 + 10 * n), "monthly_amount": float(n)}
    for n in range(12)
]
ANSWERS = {"c00": 9, "c01": 10, "c02": 9, "c03": 6, "c04": 2, "c05": 9, "c06": 8}
GIVEN = {"c00": 5, "c01": 40, "c05": 20}


@pytest.fixture
def picked(monkeypatch):
    """``picked(first=1, customers=..., ...)``: the ids that are picked, so many by each order."""

    def _picked(first, **tables):
        monkeypatch.setattr(lists, "FIRST", first)
        made = Prepared({name: memtable(name, rows) for name, rows in tables.items()}, AS_OF)
        return set(lists.candidates(made).to_pandas()["customer_id"])

    return _picked


def touch(who, days, kind, resolved=None):
    day = AS_OF - timedelta(days=days)
    return {"customer_id": who, "on": day, "kind": kind, "channel": "email", "resolved_on": resolved}


def tables():
    asked = AS_OF - timedelta(days=30)
    surveys = [
        {"respondent_id": who, "asked_on": asked, "question": "nps", "answer": str(answer)}
        for who, answer in ANSWERS.items()
    ]
    touches = [touch(who, days, "kind_act") for who, days in GIVEN.items()]
    touches += [touch("c07", 3, "complaint"), touch("c05", 3, "complaint"), touch("c08", 9, "complaint", AS_OF)]
    return {"customers": CUSTOMERS, "surveys": surveys, "touchpoints": touches}


def test_one_by_each_order_as_sorted_by_hand(picked):
    """Complaint: c07 pays most. Detractor: c04. Given last: c00. Oldest and largest promoter: c02. Others: c11."""
    assert picked(1, **tables()) == {"c07", "c04", "c00", "c02", "c11"}


def test_the_second_of_each_order_comes_too(picked):
    """c05 complains, though a promoter; c03 detracts; c01 was given something; c10 pays most after c11."""
    assert picked(2, **tables()) == {"c07", "c05", "c04", "c03", "c00", "c01", "c02", "c11", "c10"}


def test_everyone_is_picked_where_a_team_could_contact_all(picked):
    assert picked(500, **tables()) == {row["customer_id"] for row in CUSTOMERS}


def test_who_left_is_on_no_list(picked):
    gone = [row | {"left_on": AS_OF - timedelta(days=1) if row["customer_id"] == "c11" else None} for row in CUSTOMERS]
    assert picked(1, **tables() | {"customers": gone}) == {"c07", "c04", "c00", "c02", "c10"}


def test_without_answers_and_touchpoints_the_ones_who_pay_most_come_first(picked):
    assert picked(3, customers=CUSTOMERS) == {"c11", "c10", "c09"}
