"""A big CSV in pieces gives what it gives whole: the same rows, faults and quality."""

from __future__ import annotations

import shutil
import weakref

import pandas as pd
import pytest

from referral_playbook.contract.client_toml.client import read_client
from referral_playbook.facts.fresh import ensure_facts
from referral_playbook.intake import IntakeError, read_client_tables, write_tables
from referral_playbook.intake.files import csv_file, pieces, sheet_file
from referral_playbook.intake.files.pieces import Spooled

TOML = """
name = "Toy"
currency = "GBP"
as_of = 2026-06-30
[tables.payments]
file = "payments.csv"
columns = { customer_id = "who" }
[tables.customers]
file = "customers.csv"
"""
LINES = ["who,paid_on,amount,kind,note"] + [
    f'{i % 50},2026-0{1 + i % 7}-1{i % 10},{i}.5,{"renewal" if i % 3 else ""},"two\nlines, ""{i}"""' for i in range(400)
]


@pytest.fixture
def small(monkeypatch):
    """Pieces of some rows, from the first byte on."""
    monkeypatch.setattr(pieces, "BIG", 0)
    monkeypatch.setattr(csv_file, "BLOCK", 700)


@pytest.fixture
def toy(tmp_path):
    folder = tmp_path / "toy"
    folder.mkdir()
    (folder / "client.toml").write_text(TOML)
    people = "\n".join(f"{i},2026-01-01" for i in range(40))
    (folder / "customers.csv").write_text(f"customer_id,joined_on\n{people}\n")
    (folder / "payments.csv").write_text("\n".join(LINES) + "\n", newline="")
    return folder


def test_rows_quality_and_warnings_are_the_same(toy, tmp_path, small):
    whole = read_client_tables(read_client(toy))
    in_pieces = read_client_tables(read_client(toy), spool=tmp_path / "tables")
    assert isinstance(in_pieces.tables["payments"], Spooled)
    assert list(in_pieces.tables) == ["payments", "customers"]
    assert in_pieces.quality == whole.quality
    assert whole.quality["payments"]["orphans"] == 80
    assert whole.quality["payments"]["rows_after_as_of"] == 57
    assert in_pieces.faults == whole.faults
    write_tables(whole, tmp_path / "whole")
    write_tables(in_pieces, tmp_path / "tables")
    for name in ("payments", "customers"):
        one, other = (pd.read_parquet(tmp_path / folder / f"{name}.parquet") for folder in ("whole", "tables"))
        pd.testing.assert_frame_equal(one, other)
    assert [p.name for p in (tmp_path / "tables").glob("*.part")] == []


def test_it_is_read_in_many_pieces_and_the_sample_too(small, tmp_path, request, monkeypatch):
    seen = []
    monkeypatch.setattr(
        pieces, "csv_pieces", lambda *a, **k: (seen.append(s.rows) or s for s in csv_file.csv_pieces(*a, **k))
    )
    monkeypatch.setattr(csv_file, "BLOCK", 20_000)
    client = read_client(request.config.rootpath / "data" / "brightdesk")
    whole, in_pieces = read_client_tables(client), read_client_tables(client, spool=tmp_path)
    assert len(seen) > 10
    assert in_pieces.quality == whole.quality
    gone = {name for name, table in in_pieces.tables.items() if isinstance(table, Spooled)}
    assert {"payments", "surveys", "touchpoints", "customers", "referrals", "leads"} <= gone


def test_facts_are_the_same(toy, tmp_path, monkeypatch):
    ensure_facts(toy, tmp_path / "whole")
    monkeypatch.setattr(pieces, "BIG", 0)
    monkeypatch.setattr(csv_file, "BLOCK", 700)
    ensure_facts(toy, tmp_path / "pieces")
    names = sorted(p.name for p in (tmp_path / "whole").iterdir())
    assert names == sorted(p.name for p in (tmp_path / "pieces").iterdir())
    for name in (n for n in names if n != "tables"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "pieces" / name).read_bytes(), name
    shutil.rmtree(tmp_path / "pieces")


LANGUAGE = [
    'where = { kind = { not = "renewal" }, amount = { at_least = 20 } }',
    'skip_lines = 2\nthousands = " "\nmarks = ["€"]',
    'header_lines = 0\nskip_lines = 1\ncolumns = { customer_id = "#1", paid_on = "#2", amount = "#3", kind = "#4" }',
    'times = { amount = "who" }\ndivide = 100\nless = { amount = "amount" }',
    'currency = "unit"\nwidth = { customer_id = 3 }',
    'columns = { customer_id = "who", kind = "=renewal", period_months = "=3" }',
    'when = { kind = { unit = "EUR" } }\nvalues = { kind = { renewal = "RENEWAL" } }',
    "skip_lines = [7, 11, 801]",
]


@pytest.mark.parametrize("declared", LANGUAGE)
def test_what_client_toml_says_is_the_same_in_pieces(toy, tmp_path, small, declared):
    rows = ["who,paid_on,amount,kind,note,unit"]
    for i in range(400):
        note = '"two\nlines, ""x"""' if i % 3 else ""
        rows.append(
            f"{i % 50},2026-0{1 + i % 7}-1{i % 10},{i}.5,{'renewal' if i % 3 else ''},{note},{('GBP', 'USD')[i % 2]}"
        )
        rows += [",,,,,"] if i % 40 == 7 else []
    if "skip_lines = 2" in declared:
        rows = ["A title", "and, more", *rows]
    (toy / "payments.csv").write_text("\n".join(rows) + "\n", newline="")
    text = TOML.replace(
        "[tables.payments]\n", 'rates.USD = { to = "GBP", rate = 0.5, on = 2026-06-30 }\n[tables.payments]\n'
    )
    mapping = 'columns = { customer_id = "who" }'
    text = text.replace(mapping, declared if "columns" in declared else f"{mapping}\n{declared}")
    if "currency" not in declared:
        text = text.replace("[tables.customers]", 'currency = ""\n[tables.customers]')
    (toy / "client.toml").write_text(text)
    whole = read_client_tables(read_client(toy))
    in_pieces = read_client_tables(read_client(toy), spool=tmp_path / "tables")
    assert isinstance(in_pieces.tables["payments"], Spooled)
    assert in_pieces.quality == whole.quality
    assert in_pieces.faults == whole.faults
    write_tables(whole, tmp_path / "whole")
    one, other = (
        pd.read_parquet(folder)
        for folder in (tmp_path / "whole" / "payments.parquet", in_pieces.tables["payments"].path)
    )
    pd.testing.assert_frame_equal(one, other)


def test_other_currencies_and_late_tables_are_refused_the_same_in_pieces(toy, tmp_path, small):
    lines = ["who,paid_on,amount,currency"] + [
        f"{i % 40},2026-0{7 + i % 2}-11,{i},{('GBP', 'JPY')[i % 2]}" for i in range(400)
    ]
    (toy / "payments.csv").write_text("\n".join(lines) + "\n")
    said = []
    for spool in (None, tmp_path):
        with pytest.raises(IntakeError) as caught:
            read_client_tables(read_client(toy), spool=spool)
        said.append([(f.line, f.problem) for f in caught.value.faults if f.severity == "error"])
    assert said[0] == said[1]
    assert said[0] == [
        (3, "200 rows are in JPY (sum 40,000.00), not in the client's currency GBP"),
        (None, "all 400 rows are dated after the as-of date 2026-06-30"),
    ]


def test_of_a_table_with_a_key_no_more_than_two_pieces_are_in_memory(tmp_path, toy, small, monkeypatch):
    """The piece that is read, and the one before it, which may have the last row of the file."""
    made, alive = [], []

    def typed(*args, **options):
        one = pieces_typed(*args, **options)
        made.append(weakref.ref(one.source))
        alive.append(sum(source() is not None for source in made))
        return one

    pieces_typed = pieces.typed
    monkeypatch.setattr(pieces, "typed", typed)
    people = "\n".join(f"{i},2026-01-01" for i in range(1_000))
    (toy / "customers.csv").write_text(f"customer_id,joined_on\n{people}\n")
    read_client_tables(read_client(toy), spool=tmp_path)
    assert len(made) > 30
    assert max(alive) == 2


def test_tables_with_another_file_beside_them_are_not_read_in_pieces(toy, tmp_path, small):
    text = (toy / "client.toml").read_text()
    shutil.copy(toy / "customers.csv", toy / "more.csv")
    join = 'join = { file = "more.csv", on = "customer_id" }'
    (toy / "client.toml").write_text(text.replace('"customers.csv"', f'"customers.csv"\n{join}'))
    assert isinstance(read_client_tables(read_client(toy), spool=tmp_path).tables["customers"], pd.DataFrame)


def both_ways(folder, spool):
    """What whole reading and reading in pieces make of a client: quality rows and faults, refused or not."""
    told = []
    for where in (None, spool):
        try:
            intake = read_client_tables(read_client(folder), spool=where)
            told.append((intake.quality, intake.faults))
        except IntakeError as refused:
            told.append(({}, refused.faults))
    return told


PEOPLE = pd.DataFrame(
    {
        "customer_id": [f"{i:05d}" for i in range(300)],
        "joined_on": pd.date_range("2020-01-01", periods=300),
        "referred_by": ["" if i % 3 else f"{i + 7:05d}" for i in range(300)],
        "monthly_amount": [float(i) for i in range(300)],
    }
)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("damage", ["nothing", "keys twice", "zeros lost", "a total", "rows twice", "odd cells"])
def test_what_is_compared_over_the_whole_file_is_the_same_in_pieces(tmp_path, monkeypatch, small, kind, damage):
    monkeypatch.setattr(pieces, "BIG_ROWS", 0)
    monkeypatch.setattr(sheet_file, "PIECE_ROWS", 70)
    people = PEOPLE.copy()
    paid = pd.DataFrame({"customer_id": people["customer_id"], "paid_on": people["joined_on"], "amount": 1.5})
    if damage == "keys twice":
        people.loc[[250, 251, 20], "customer_id"] = ["00010", "00010", "00299"]
    if damage == "zeros lost":
        people.loc[[30, 290], "referred_by"] = ["7", "nobody@example.org"]
        paid["customer_id"] = paid["customer_id"].str.lstrip("0")
    if damage == "a total":
        paid = pd.concat([paid, paid.tail(1).assign(amount=paid["amount"].sum())])
    if damage == "rows twice":
        paid = pd.concat([paid, paid.iloc[[4, 5, 4]]])
    if damage == "odd cells":
        people["monthly_amount"] *= [-1 if i % 100 == 7 else 1 for i in range(300)]
        paid["paid_on"] = paid["paid_on"].dt.strftime("%Y-%m-%d").where(paid.index != 211, "11/05/2026")
    for name, rows in (("customers", people), ("payments", paid)):
        text = rows.assign(**{c: rows[c].dt.strftime("%Y-%m-%d") for c in rows.select_dtypes("datetime")})
        text.to_csv(tmp_path / f"{name}.csv", index=False)
        rows.to_parquet(tmp_path / f"{name}.parquet", index=False)
    tables = "".join(f'[tables.{name}]\nfile = "{name}.{kind}"\n' for name in ("payments", "customers"))
    (tmp_path / "client.toml").write_text(f'name = "T"\ncurrency = "GBP"\nas_of = 2026-06-30\n{tables}')
    whole, in_pieces = both_ways(tmp_path, tmp_path / "spool")
    assert in_pieces == whole
    problems = " ".join(map(str, whole[1]))
    expected = {
        "keys twice": "customer_id stands in more than one row",
        "zeros lost": "leading zeros were lost",
        "a total": "the sum of all rows above it",
        "rows twice": "3 rows equal to an earlier row",
        "odd cells": "not a date of the form",
    }
    assert expected.get(damage, "no such customer_id") in problems  # the last referrers are no customers
    assert ("more than one row" in problems) == (damage == "keys twice")
