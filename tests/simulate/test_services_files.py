"""The services firm's files as an office on the Continent exports them, read here without our intake."""

from __future__ import annotations

import csv
import re

import pytest
from openpyxl import load_workbook

from referral_playbook.contract.tables import TABLES
from referral_playbook.simulate.services_files import LAYOUT

DAY = re.compile(r"\d\d/\d\d/\d{4}")


@pytest.fixture(scope="module")
def folder(data):
    return data / "harlow-partners"


def rows_of(path):
    with path.open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_dates_and_decimals_are_written_the_continental_way(folder):
    rows = rows_of(folder / "lead register.csv")
    assert all(DAY.fullmatch(row["Date"]) for row in rows)
    fees = [row["Fee first year (EUR)"] for row in rows if row["Fee first year (EUR)"]]
    assert all("." not in fee for fee in fees)
    assert any("," in fee for fee in fees)


def test_the_firms_own_words_stand_in_its_files(folder, truth):
    rows = rows_of(folder / "lead register.csv")
    words = {row["How they found us"] for row in rows}
    assert {"Client recommendation", "n/a", "", "reciprocal: Notary De Wit"} <= words
    assert not {"referral", "unknown"} & words
    received = [row for row in rows if row["Direction"] != "Sent out"]
    lost = sum(row["How they found us"] in ("n/a", "") for row in received) / len(received)
    assert lost == pytest.approx(truth("harlow-partners")["unknown_source_share"]["happened"])


def test_accents_need_the_declared_encoding(folder):
    offices = {row["Office"] for row in rows_of(folder / "clients.csv")}
    assert "Liège" in offices
    with pytest.raises(UnicodeDecodeError):
        (folder / "clients.csv").read_text(encoding="utf-8")


def test_introductions_are_a_workbook_with_one_sheet(folder, truth):
    book = load_workbook(folder / "introductions.xlsx", read_only=True)
    assert book.sheetnames == ["Introductions"]
    header, *rows = book["Introductions"].iter_rows(values_only=True)
    assert header[:4] == ("No.", "Introducer", "Introduced on", "Kind")
    by_type = truth("harlow-partners")["referrals_by_type"]
    kinds = [row[3] for row in rows]
    assert {LAYOUT["referrals"].values["referrer_type"][word]: n for word, n in by_type.items()} == {
        kind: kinds.count(kind) for kind in set(kinds)
    }


@pytest.mark.parametrize("name", list(LAYOUT))
def test_every_header_and_word_stands_for_one_of_the_contract(name):
    layout = LAYOUT[name]
    assert set(layout.columns) <= set(TABLES[name].names)
    assert len(set(layout.columns.values())) == len(layout.columns)
    for column, words in layout.values.items():
        choices = TABLES[name].column(column).choices
        assert set(words) <= set(choices or words)
        assert len(set(words.values())) == len(words)
