"""The catalogue of facts: each has a name of its own and keys, and a client that lacks a table is told why."""

from __future__ import annotations

import re
from datetime import date

import pytest

from referral_playbook.contract.tables import TABLES
from referral_playbook.facts import catalogue
from referral_playbook.facts.catalogue import FACTS, Fact, why_absent

NAMED = {fact.name: fact for fact in FACTS}


def fact(**more):
    return Fact(name="x", build=lambda tables, as_of: None, **more)


@pytest.fixture
def client(monkeypatch):
    """``client("customers", "referrals.friend_id")``: what a client gives, as tables and columns."""

    def _client(*given, calendar=True):
        monkeypatch.setattr(catalogue, "gives", lambda tables, *column: ".".join(column) in given)
        monkeypatch.setattr(catalogue, "has_calendar", lambda tables: calendar)
        return {}

    return _client


def test_no_two_facts_have_one_name_and_all_that_they_need_is_in_the_contract():
    assert len(NAMED) == len(FACTS)
    for one in FACTS:
        assert set(one.needs) <= set(TABLES), one.name
        assert {column[0] for column in one.any_of} <= set(TABLES), one.name


def test_facts_of_customers_are_ordered_by_the_person_too():
    """A panel takes the rows of some persons: their order must not depend on the engine."""
    for one in FACTS:
        if one.rows_of:
            assert one.keys, one.name
    assert {"customer_profile", "referrals", "touchpoints"} <= {one.name for one in FACTS if one.rows_of}


@pytest.mark.parametrize("one", [one for one in FACTS if one.rows_of], ids=lambda one: one.name)
def test_a_fact_with_rows_by_person_says_why_counts_would_not_do(one):
    said = " ".join((one.build.__doc__ or "").split())
    assert re.search("A row per .*(panel|refund).* because", said), said


def test_all_tables_that_are_needed_must_be_there(client):
    both = fact(needs=("customers", "referrals"))
    assert why_absent(both, client("customers", "referrals")) is None
    assert why_absent(both, client("customers")) == "there is no table of referrals"
    assert why_absent(both, client()) == "there is no table of customers or of referrals"


def test_one_of_several_columns_is_enough(client):
    edges = NAMED["referral_edges"]
    assert why_absent(edges, client("customers.referred_by")) is None
    assert why_absent(edges, client("referrals.friend_id")) is None
    assert why_absent(edges, client("customers")) == (
        "the client has none of referrals.friend_id, customers.referred_by"
    )


def test_a_tenure_has_no_calendar(client):
    first = NAMED["first_referral"]
    assert why_absent(first, client("customers", "referrals")) is None
    assert "how long, not when" in why_absent(first, client("customers", "referrals", calendar=False))
    assert why_absent(NAMED["customer_life"], client("customers", calendar=False)) is None


def test_a_table_that_is_a_fact_as_it_is_is_handed_on(monkeypatch):
    monkeypatch.setattr(catalogue, "use", lambda tables, name, as_of: (name, as_of))
    assert NAMED["costs"].build({}, date(2026, 9, 30)) == ("costs", date(2026, 9, 30))
    assert NAMED["arms"].build({}, date(2026, 9, 30)) == ("arms", date(2026, 9, 30))
