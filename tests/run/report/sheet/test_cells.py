"""Client text stays text in a workbook, and a workbook saves to the same bytes."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest

from referral_playbook.run.report.sheet.cells import saved, text, value, widths


def book():
    made = openpyxl.Workbook()
    text(made.active, "A1", "=1+1")
    value(made.active, "B1", 12.5)
    value(made.active, "C1", "=B1*2", "0")
    widths(made.active, 10, 20)
    return made


@pytest.mark.parametrize("content", ["=1+1", "+A1", "-2", "@x", "plain"])
def test_text_never_becomes_a_formula(content):
    made = openpyxl.Workbook()
    text(made.active, "A1", content)
    cell = openpyxl.load_workbook(io.BytesIO(saved(made, date(2026, 9, 30)))).active["A1"]
    assert (cell.data_type, cell.value) == ("s", content)


def test_numbers_and_our_own_formulas_are_calculated():
    page = openpyxl.load_workbook(io.BytesIO(saved(book(), date(2026, 9, 30)))).active
    assert (page["B1"].value, page["B1"].number_format) == (12.5, "#,##0.00")
    assert (page["C1"].data_type, page["C1"].value) == ("f", "=B1*2")
    assert (page.column_dimensions["A"].width, page.column_dimensions["B"].width) == (10, 20)


def test_the_bytes_depend_on_content_and_date_alone():
    assert saved(book(), date(2026, 9, 30)) == saved(book(), date(2026, 9, 30))
    read = openpyxl.load_workbook(io.BytesIO(saved(book(), date(2026, 9, 30))))
    assert read.properties.created == read.properties.modified == datetime(2026, 9, 30)
