"""How a file is to be read: lines to skip, headers of several lines, and the headers that are looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.client_toml.table import JoinSpec
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.files.form import form_of, form_of_join, joined_header, wanted


@given(st.sets(st.integers(1, 9), min_size=1))
def test_lines_to_skip_stand_above_the_header_or_among_the_rows(lines: set[int]) -> None:
    form = form_of(TableSpec(file="t.csv", skip_lines=sorted(lines)), TABLES["customers"])
    header = min(n for n in range(1, 11) if n not in lines)
    assert form.skipped == header - 1
    assert form.dropped == {n for n in lines if n > header}


def test_a_number_of_lines_to_skip_stands_above_the_header() -> None:
    form = form_of(TableSpec(file="t.csv", skip_lines=3), TABLES["customers"])
    assert (form.skipped, form.dropped) == (3, frozenset())


def test_a_joined_file_has_the_form_of_its_table_unless_it_says_otherwise() -> None:
    spec = TableSpec(file="t.csv", delimiter=";", encoding="cp1252", columns={"customer_id": "Kunde"})
    form = form_of_join(JoinSpec(file="u.csv", on="customer_id"), spec)
    assert (form.delimiter, form.encoding, form.wanted) == (";", "cp1252", {"Kunde"})
    form = form_of_join(JoinSpec(file="u.csv", on="customer_id", equals="Id", delimiter="\t"), spec)
    assert (form.delimiter, form.wanted) == ("\t", {"Id"})


def test_headers_that_are_wanted_are_those_that_the_declaration_uses() -> None:
    spec = TableSpec(
        file="t.csv",
        columns={"customer_id": "Id", "paid_on": "#3", "kind": "=new"},
        where={"State": "paid"},
        less={"amount": "Fee"},
    )
    assert wanted(spec, TABLES["payments"]) == {"Id", "State", "Fee", "amount", "margin", "period_months"}


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["a", ""]], ["a", ""]),
        ([["Q1", "", "Q2"], ["x", "y", ""]], ["Q1 - x", "Q1 - y", "Q2"]),
        ([["Same", "b"], ["Same", "c"]], ["Same", "b - c"]),
        ([["", "b"], ["a", "c"]], ["a", "b - c"]),
    ],
)
def test_several_lines_make_one_header(rows: list[list[str]], header: list[str]) -> None:
    assert joined_header(rows) == header
