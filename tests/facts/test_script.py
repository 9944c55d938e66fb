"""Statements that are kept: the same bytes as by Ibis, for tables of the same shape and for no others."""

from __future__ import annotations

import json
import os
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from referral_playbook.facts import fresh, script
from referral_playbook.facts.build import build_facts
from referral_playbook.facts.script import Script, keep, kept, run_script, shape_of

from . import seeded

EMPTY = Script(steps=[], schemas={}, absent={}, real_dates=True)
MADE_FROM = {"customers.csv": "1234"}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for statements in which there are none yet."""
    monkeypatch.setenv(script.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


def _by_script(client, tables, facts, engine="duckdb://"):
    return run_script(client, tables, facts, engine=engine, fingerprint=MADE_FROM)


def test_the_statements_of_one_client_give_the_bytes_that_ibis_gives_for_another(place, tmp_path):
    client = seeded.client(tmp_path)
    one, two = (seeded.write(seeded.tables(seed), tmp_path / f"tables-{seed}") for seed in (7, 8))
    assert _by_script(client, two, tmp_path / "none") is None
    build_facts(client, one, tmp_path / "one", fingerprint=MADE_FROM)
    assert len(list(place.iterdir())) == 1
    found = _by_script(client, two, tmp_path / "by-script")
    build_facts(client, two, tmp_path / "by-ibis", fingerprint=MADE_FROM)
    assert found == tmp_path / "by-script" / "facts.json"
    names = sorted(path.name for path in (tmp_path / "by-ibis").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "by-script").iterdir())
    assert len(names) > 25
    for name in names:
        by_script, by_ibis = ((tmp_path / how / name).read_bytes() for how in ("by-script", "by-ibis"))
        assert by_script == by_ibis, name
    assert (tmp_path / "one" / "payment_flow.parquet").read_bytes() != (
        found.parent / "payment_flow.parquet"
    ).read_bytes()


def test_many_customers_and_other_engines_have_no_script(place, tmp_path, monkeypatch):
    client, tables = seeded.client(tmp_path), seeded.write(seeded.tables(), tmp_path / "tables")
    keep(shape_of(tables, client.as_of), EMPTY)
    assert kept(shape_of(tables, client.as_of)) == EMPTY
    assert _by_script(client, tables, tmp_path / "facts", "postgres://localhost/none") is None
    monkeypatch.setattr(script, "EVERYONE_UP_TO", 59)
    assert _by_script(client, tables, tmp_path / "facts") is None


def test_facts_of_a_panel_keep_no_script(place, tmp_path, monkeypatch):
    tables = {name: rows for name, rows in seeded.tables().items() if name == "customers"}
    folder = seeded.write(tables, tmp_path / "tables")
    monkeypatch.setattr(script, "EVERYONE_UP_TO", 50)
    build_facts(seeded.client(tmp_path), folder, tmp_path / "facts")
    assert not place.exists()


def _table(folder, **types):
    folder.mkdir(exist_ok=True)
    rows = pa.table({name: pa.array([None], kind) for name, kind in types.items()})
    pq.write_table(rows, folder / "leads.parquet")
    return folder


@pytest.fixture
def leads(tmp_path):
    return _table(tmp_path / "tables", lead_id=pa.string(), created_on=pa.date32())


def test_the_shape_follows_all_that_statements_depend_on_and_no_row(leads, monkeypatch):
    day = date(2026, 6, 30)
    seen = [shape_of(leads, day), shape_of(leads, date(2026, 7, 31))]
    counted = {"table": "leads", "rows_used": 1, "rows_after_as_of": 0, "duplicates": 2, "orphans": None, "files": [1]}
    (leads / "quality.json").write_text(json.dumps({"tables": [counted]}))
    seen.append(shape_of(leads, day))
    (leads / "quality.json").write_text(json.dumps({"tables": [{**counted, "duplicates": 3}]}))
    assert shape_of(leads, day) == seen[-1], "statements ask which counts there are, not how many"
    _table(leads, lead_id=pa.string(), created_on=pa.timestamp("s"))
    seen.append(shape_of(leads, day))
    _table(leads, lead_id=pa.string(), created_on=pa.timestamp("s"), won_on=pa.date32())
    seen.append(shape_of(leads, day))
    monkeypatch.setattr(script, "code_of_facts", lambda: "another")
    seen.append(shape_of(leads, day))
    monkeypatch.setattr(script, "version", lambda name: f"{name} 99")
    seen.append(shape_of(leads, day))
    assert len(set(seen)) == len(seen)
    rows = pa.table({"lead_id": ["a", "b"]}).append_column("created_on", pa.array([None, 5], pa.timestamp("s")))
    pq.write_table(rows.append_column("won_on", pa.array([3, None], pa.date32())), leads / "leads.parquet")
    assert shape_of(leads, day) == seen[-1]


def test_a_script_that_is_damaged_or_of_another_shape_is_not_run(place):
    keep("one", EMPTY)
    (path,) = place.iterdir()
    assert kept("one") == EMPTY
    text = path.read_text()
    for damaged in (text[:-5], "[]", "{}", text.replace('"one"', '"two"'), text.replace('"steps"', '"leaps"')):
        path.write_text(damaged)
        assert kept("one") is None, damaged


def test_where_nothing_can_be_kept_nothing_fails(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(script.FOLDER, str(tmp_path / "file" / "below"))
    keep("one", EMPTY)
    assert kept("one") is None


def test_the_oldest_scripts_go(place, monkeypatch):
    monkeypatch.setattr(script, "MOST", 2)
    for age, shape in enumerate(("first", "second", "third")):
        keep(shape, EMPTY)
        for path in place.iterdir():
            os.utime(path, (path.stat().st_mtime - 60 * (3 - age),) * 2)
    assert [kept(shape) is not None for shape in ("first", "second", "third")] == [False, True, True]


def test_the_second_build_of_a_client_does_without_ibis(place, tmp_path, request, monkeypatch):
    client = request.config.rootpath / "data" / "cupboard"
    assert fresh.ensure_facts(client, tmp_path / "one")
    monkeypatch.setattr("referral_playbook.facts.build.build_facts", lambda *_, **__: 1 / 0)
    assert fresh.ensure_facts(client, tmp_path / "two")
    assert fresh.is_fresh(client, tmp_path / "two")
    assert (tmp_path / "one" / "facts.json").read_bytes() == (tmp_path / "two" / "facts.json").read_bytes()
