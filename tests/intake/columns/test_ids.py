"""Ids: lost zeros are named with the way to declare the width; ids that differ by case are two."""

from __future__ import annotations

import io

import openpyxl
import pytest

BOTH = '[tables.customers]\nfile = "{file}"\n{width}[tables.payments]\nfile = "p.csv"\n'
PAID = "customer_id,paid_on,amount\n{a},2026-05-01,10\n{b},2026-05-02,12\nX9,2026-05-02,12\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["customer_id", "joined_on"], [123, "2026-01-01"], [124, "2026-01-02"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_zeros_lost_in_the_workbook(read) -> None:
    files = {"c.xlsx": workbook(), "p.csv": PAID.format(a="0000123", b="0000124")}
    intake = read(BOTH.format(file="c.xlsx", width=""), files)
    lost = [f for f in intake.faults if "leading zeros" in f.problem]
    assert [f.line for f in lost] == [2, 3]
    assert lost[0].fix.endswith("[tables.customers] width = { customer_id = 7 }")
    assert intake.quality["payments"]["orphans"] == 3
    assert all("0000123" not in str(f) for f in intake.faults)  # ids stay out of messages
    declared = read(BOTH.format(file="c.xlsx", width="width = { customer_id = 7 }\n"), files)
    assert declared.quality["payments"]["orphans"] == 1
    assert declared.tables["customers"]["customer_id"].tolist() == ["0000123", "0000124"]


def test_zeros_lost_in_the_payments(read) -> None:
    files = {
        "c.csv": "customer_id,joined_on\n00123,2026-01-01\n00124,2026-01-01\n",
        "p.csv": PAID.format(a="123", b="124"),
    }
    intake = read(BOTH.format(file="c.csv", width=""), files)
    assert [f.fix.endswith("[tables.payments] width = { customer_id = 5 }") for f in intake.faults] == [
        True,
        True,
        False,
    ]
    declared = read(BOTH.format(file="c.csv", width="") + "width = { customer_id = 5 }\n", files)
    assert declared.quality["payments"]["orphans"] == 1


def test_customers_that_differ_by_zeros_alone_are_not_taken_for_each_other(read) -> None:
    files = {
        "c.csv": "customer_id,joined_on\n0123,2026-01-01\n00123,2026-01-01\n",
        "p.csv": PAID.format(a="123", b="124"),
    }
    assert all("zeros" not in f.problem for f in read(BOTH.format(file="c.csv", width=""), files).faults)


@pytest.mark.parametrize(("one", "other"), [("0018000000abcDE", "0018000000abcDe"), ("7", "07")])
def test_ids_are_compared_letter_by_letter(read, one, other) -> None:
    text = f"customer_id,joined_on\n{one},2026-01-01\n{other},2026-01-02\n"
    assert (
        read('[tables.customers]\nfile = "c.csv"\n', {"c.csv": text}).tables["customers"]["customer_id"].nunique() == 2
    )


def test_ids_that_excel_has_shortened_are_refused(errors) -> None:
    (fault,) = errors(
        '[tables.customers]\nfile = "c.csv"\n', {"c.csv": "customer_id,joined_on\n1.23457E+11,2026-01-01\n"}
    )
    assert (fault.line, fault.problem) == (2, "a long number that Excel has shortened")
