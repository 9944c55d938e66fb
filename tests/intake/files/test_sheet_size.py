"""Workbooks: what Excel does to dates, and sheets that are too large to be read."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest

from referral_playbook.intake.files import limits, sheet_file

EXCEL = '[tables.customers]\nfile = "c.xlsx"\n'


def workbook(cells: dict[str, object]) -> bytes:
    book = openpyxl.Workbook()
    for place, value in cells.items():
        book.active[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SMALL = {"A1": "customer_id", "B1": "joined_on", "A2": "a", "B2": 44200}


def test_a_far_cell_is_refused_before_the_sheet_is_read(errors) -> None:
    (fault,) = errors(EXCEL, {"c.xlsx": workbook({**SMALL, "XFD1048576": "."})})
    assert (fault.file, fault.line) == ("c.xlsx", 1048576)
    assert "Ctrl+End" in fault.fix


def test_a_bomb_is_refused_by_its_unpacked_size(errors, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 1000)
    (fault,) = errors(EXCEL, {"c.xlsx": workbook(SMALL)})
    assert "unpacked" in fault.problem


@pytest.mark.parametrize(("form", "day"), [("excel", "2021-01-04"), ("excel1904", "2025-01-05")])
def test_a_serial_number_is_refused_until_it_is_declared(errors, read, form, day) -> None:
    files = {"c.xlsx": workbook(SMALL)}
    (fault,) = errors(EXCEL, files)
    assert (fault.value, fault.problem) == ("44200", "a number in a cell that is not formatted as a date")
    assert f'dates = {{ joined_on = "{form}" }} makes the first one {day}' in fault.fix
    frame = read(EXCEL + f'dates = "{form}"\n', files).tables["customers"]
    assert str(frame["joined_on"][0].date()) == day


def test_a_title_above_the_header_of_a_sheet(errors, read) -> None:
    files = {
        "c.xlsx": workbook({"A1": "Report", "A3": "customer_id", "B3": "joined_on", "A4": "a", "B4": "2026-01-01"})
    }
    (fault,) = errors(EXCEL, files)
    assert fault.fix.endswith("skip_lines = 2")
    assert len(read(EXCEL + "skip_lines = 2\n", files).tables["customers"]) == 1


@pytest.mark.parametrize("limit", ["MOST_PARQUET", "MOST_PARQUET_CELLS", "MOST_COLUMNS"])
def test_a_parquet_file_is_looked_at_before_it_is_read(errors, monkeypatch, limit) -> None:
    out = io.BytesIO()
    pd.DataFrame({"customer_id": ["a"] * 9, "joined_on": ["2026-01-01"] * 9}).to_parquet(out)
    monkeypatch.setattr(limits, limit, 1)
    (fault,) = errors('[tables.customers]\nfile = "c.parquet"\n', {"c.parquet": out.getvalue()})
    assert "too large to be read (9 rows in 2 columns" in fault.problem


def test_other_workbooks_are_looked_at_once_they_are_open(errors, monkeypatch) -> None:
    monkeypatch.setattr(limits, "MOST_SHEET_CELLS", 3)
    monkeypatch.setattr(sheet_file, "too_large", lambda *_: None)
    (fault,) = errors(EXCEL, {"c.xlsx": workbook(SMALL)})
    assert (fault.line, "last cell is far away" in fault.problem) == (2, True)
