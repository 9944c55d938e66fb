"""How often the plan of a fact reads each table: once, or as often as is said here and why."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from bench.clients import write_client
from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.facts.build import prepared, read_tables
from referral_playbook.facts.catalogue import FACTS, why_absent
from referral_playbook.facts.described import counted_by_intake, with_counted
from referral_playbook.facts.engines.places import engine_at
from referral_playbook.facts.engines.sql import sql_of
from referral_playbook.facts.panel import draw, panel_of, with_payments
from referral_playbook.intake import read_client_tables, write_tables

TWICE = {
    # Customers are read for their own rows, and to keep only the referrals that customers made.
    "customer_profile": {"v_people": 2},
    "advocate_counts": {"v_people": 2},
    "first_referral": {"v_people": 2},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """The client, and the folder with its tables as intake writes them."""
    place = tmp_path_factory.mktemp("scans")
    made = read_client(write_client(place / "client", 300))
    return made, write_tables(read_client_tables(made), place / "tables")


@pytest.fixture(scope="module")
def opened(client):
    made, folder = client
    with engine_at("duckdb://").opened() as session:
        yield prepared(session, read_tables(session, folder), made.as_of, counted=counted_by_intake(folder))


def _scans(session, table):
    """Tables and files in the physical plan of an expression, and how often each is scanned."""
    text = session.backend.con.execute(f"explain (format json) {sql_of(session.backend, table)}").fetchall()[0][1]
    return Counter(name for node in json.loads(text) for name in _scanned(node))


def _scanned(node):
    about = node.get("extra_info", {})
    if node["name"].strip() == "READ_PARQUET":
        # a plan names no file; its columns tell the tables apart
        yield f"file {about.get('Projections') or about.get('Estimated Cardinality')}"
    elif "Table" in about:
        yield str(about["Table"]).rpartition(".")[2]
    for below in node.get("children", []):
        yield from _scanned(below)


NAMES = [fact.name for fact in FACTS]


@pytest.mark.parametrize("fact", FACTS, ids=NAMES)
def test_a_fact_reads_each_table_once_or_as_often_as_is_said(opened, fact):
    if why_absent(fact, opened):
        pytest.skip("the client has no such table")
    scans = _scans(opened.session, fact.build(opened, opened.as_of))
    opened.release()
    assert scans
    assert {table: n for table, n in scans.items() if n > 1} == TWICE.get(fact.name, {})


def test_payments_are_read_once_for_all_rows_of_the_panel(opened, monkeypatch):
    monkeypatch.setattr("referral_playbook.facts.script.EVERYONE_UP_TO", 100)
    monkeypatch.setattr("referral_playbook.facts.panel.PANEL", 100)
    members = panel_of(opened, draw(opened))
    with_payments(opened, members)
    twice = {"refunds": 2}  # who got money back, and all that these customers paid; of the panel's friends only
    for name in ("purchase_summary", "customer_months", "kind_months", "refunds", "customer_profile"):
        fact = next(fact for fact in FACTS if fact.name == name)
        scans = _scans(opened.session, fact.build(members, members.as_of))
        assert scans["b_paid"] == twice.get(name, 1), name
        assert not [table for table in scans if table.startswith("file")], name


def _rows(session, table, counted):
    batches = with_counted("table_summary", session.batches(table.order_by("table"), 99), counted)
    return [row for batch in batches for row in batch.to_pylist()]


def test_what_intake_counted_is_not_counted_again(client, opened):
    made, folder = client
    assert counted_by_intake(folder)["payments"] == {"duplicates": 0, "orphans": 0}
    fact = next(fact for fact in FACTS if fact.name == "table_summary")
    counted = fact.build(opened, opened.as_of)
    with engine_at("duckdb://").opened() as session:
        anew = prepared(session, read_tables(session, folder), made.as_of)
        assert _rows(session, fact.build(anew, made.as_of), {}) == _rows(opened.session, counted, opened.counted)
        scans = _scans(session, fact.build(anew, made.as_of))
    assert sum(_scans(opened.session, counted).values()) == len(opened) < sum(scans.values())
