"""Facts that belong to the client's files as they are now: what makes them stale, and a folder that is always whole."""

from __future__ import annotations

import gc
import hashlib
import json

import pyarrow as pa
import pytest

from referral_playbook.facts import fresh

TOML = """
name = "Acme"
[tables.customers]
file = "customers.csv"
[tables.payments]
files = ["a.csv", "b.csv"]
[tables.payments.join.customers]
file = "joined.csv"
[[tables.lists]]
returned = "ask-list.csv"
"""


@pytest.fixture
def client(tmp_path):
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "client.toml").write_text(TOML, encoding="utf-8")
    for name in ("customers.csv", "a.csv", "b.csv", "joined.csv"):
        (folder / name).write_text(name, encoding="utf-8")
    return folder


def test_every_file_that_is_named_at_any_depth_counts(client):
    found = fresh.fingerprint(client)
    assert set(found) == {"client.toml", "customers.csv", "a.csv", "b.csv", "joined.csv", "ask-list.csv", "code"}
    assert found["a.csv"] == hashlib.sha256(b"a.csv").hexdigest()
    assert found["ask-list.csv"] == "absent"


def test_a_file_that_nobody_named_does_not_count(client):
    before = fresh.fingerprint(client)
    (client / "notes.txt").write_text("x", encoding="utf-8")
    assert fresh.fingerprint(client) == before
    (client / "ask-list.csv").write_text("x", encoding="utf-8")
    assert fresh.fingerprint(client) != before


def test_a_client_toml_that_cannot_be_read_names_no_files(client):
    (client / "client.toml").write_text("not = [toml", encoding="utf-8")
    assert set(fresh.fingerprint(client)) == {"client.toml", "code"}


@pytest.fixture
def built(monkeypatch):
    """Facts made by hand: one line, with the fingerprint of what they were made from."""
    calls = []

    def build(client_dir, folder, engine):
        calls.append(engine)
        folder.mkdir(parents=True)
        told = {"fingerprint": fresh.fingerprint(client_dir), "engine": f"{engine} 1.0"}
        (folder / fresh.FACTS_FILE).write_text(json.dumps(told), encoding="utf-8")
        if (client_dir / "broken").exists():
            raise ValueError("a table is at fault")

    monkeypatch.setattr(fresh, "_build", build)
    return calls


def test_they_are_built_once_and_again_when_a_file_changed(client, tmp_path, built):
    facts = tmp_path / "facts"
    assert not fresh.is_fresh(client, facts)
    assert fresh.built_on(facts) is None
    assert fresh.ensure_facts(client, facts, engine="duckdb://")
    assert fresh.is_fresh(client, facts)
    assert not fresh.ensure_facts(client, facts, engine="another://"), "the numbers are the same on any engine"
    assert fresh.built_on(facts) == "duckdb:// 1.0"
    (client / "a.csv").write_text("other", encoding="utf-8")
    assert fresh.ensure_facts(client, facts, engine="another://")
    assert fresh.ensure_facts(client, facts, engine="another://", fresh=True)
    assert built == ["duckdb://", "another://", "another://"]


def test_a_build_that_fails_leaves_the_facts_that_were_there(client, tmp_path, built):
    facts = tmp_path / "facts"
    fresh.ensure_facts(client, facts)
    before = (facts / fresh.FACTS_FILE).read_bytes()
    (client / "broken").touch()
    with pytest.raises(ValueError, match="a table is at fault"):
        fresh.ensure_facts(client, facts, fresh=True)
    assert (facts / fresh.FACTS_FILE).read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["client", "facts"], "nothing is left beside them"


def test_no_garbage_is_looked_for_while_facts_are_built_and_again_afterwards(client, tmp_path, monkeypatch):
    seen = []

    def build(client_dir, folder, engine):
        seen.append(gc.isenabled())
        raise ValueError("a table is at fault")

    monkeypatch.setattr(fresh, "_build", build)
    with pytest.raises(ValueError, match="a table is at fault"):
        fresh.ensure_facts(client, tmp_path / "facts")
    assert seen == [False]
    assert gc.isenabled()


def test_large_tables_that_nobody_reads_are_let_go_before_the_engine_works(monkeypatch):
    monkeypatch.setattr(fresh, "MUCH", 1 << 20)
    before = pa.total_allocated_bytes()
    gc.disable()
    try:
        circle = {"table": pa.table({"x": pa.array(range(1 << 19))})}
        circle["itself"] = circle
        del circle
        assert pa.total_allocated_bytes() >= before + (1 << 20)
        fresh._let_go()
        assert pa.total_allocated_bytes() <= before
    finally:
        gc.enable()
