"""Excel and Parquet as text: numbers and dates in canonical form, sheets by name, rows with their numbers."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files import sheet_file
from referral_playbook.intake.files.form import Form
from referral_playbook.intake.files.sheet_file import parquet_pieces, read_excel, read_parquet


@pytest.fixture
def book(tmp_path):
    """Write sheets (name: rows) and read one."""

    def reading(sheets, **form):
        made = Workbook()
        made.remove(made.active)
        for name, rows in sheets.items():
            sheet = made.create_sheet(name)
            for number, row in enumerate(rows, start=1):
                for column, cell in enumerate(row, start=1):
                    sheet.cell(number, column, cell)
        made.save(tmp_path / "b.xlsx")
        faults = Faults()
        found = read_excel(tmp_path / "b.xlsx", "b.xlsx", "customers", form=Form(**form), faults=faults)
        return found, list(faults)

    return reading


def cells(source):
    return {header: column.text.tolist() for header, column in source.cells.items()}


def test_numbers_dates_and_truth_values_become_canonical_text(book):
    row = [1001, 12.5, 1e6, dt.date(2026, 9, 30), dt.datetime(2026, 9, 30, 8, 15), True, "007", None]
    source, faults = book({"A": [list("abcdefgh"), row]})
    assert not faults
    assert [column[0] for column in cells(source).values()] == [
        "1001", "12.5", "1000000", "2026-09-30", "2026-09-30 08:15:00", "true", "007", "",
    ]  # fmt: skip
    typed = {header: bool(column.typed[0]) for header, column in source.cells.items()}
    assert typed == {**dict.fromkeys("abcdef", True), "g": False, "h": False}


def test_rows_have_the_numbers_that_the_sheet_shows_and_blank_ones_are_counted(book):
    source, _ = book({"A": [["id"], ["x"], [None], ["y"], [None]]})
    assert source.cells["id"].place.lines.tolist() == [2, 4]
    assert source.blank_rows >= 1


def test_titles_totals_and_two_header_rows_are_declared(book):
    rows = [["Customers of 2026", None], ["person", "person"], ["id", "name"], [1, "Ann"], [2, "Bo"], [3, "sum"]]
    source, faults = book({"A": rows}, skipped=1, header_lines=2, dropped=frozenset({6}))
    assert not faults
    assert cells(source) == {"person - id": ["1", "2"], "person - name": ["Ann", "Bo"]}


def test_one_of_several_sheets_must_be_named(book):
    sheets = {"2025": [["id"], [1]], "2026": [["id"], [2]]}
    source, faults = book(sheets)
    assert source is None
    assert faults[0].problem == "the workbook has several sheets"
    assert faults[0].fix == """Declare one in client.toml: sheet = "2025". Sheets here: '2025', '2026'"""
    assert cells(book(sheets, sheet="2026")[0]) == {"id": ["2"]}
    missing, faults = book(sheets, sheet="2027")
    assert missing is None
    assert (faults[0].problem, faults[0].value) == ("no such sheet", "2027")


@pytest.mark.parametrize("rows", [[], [["id", "name"]]])
def test_a_sheet_without_rows_is_refused(book, rows):
    source, faults = book({"A": rows})
    assert source is None
    assert faults[0].problem == "the sheet has no rows under a header"


def test_a_title_above_the_header_is_recognised(book):
    rows = [["Export of 30 September", None], ["customer_id", "joined_on"], ["A", "2026-01-01"]]
    source, faults = book({"A": rows}, wanted=frozenset({"customer_id", "joined_on"}))
    assert source is None
    assert (faults[0].line, faults[0].fix) == (2, "Declare it in [tables.customers]: skip_lines = 1")
    assert "under a title ('Export of 30 September')" in faults[0].problem


def test_what_is_no_workbook_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "b.xlsx"
    path.write_bytes(b"id,name\n1,Ann\n")
    faults = Faults()
    assert read_excel(path, "b.xlsx", "customers", form=Form(), faults=faults) is None
    (fault,) = faults
    assert "not a readable workbook" in fault.problem
    assert "save it again as .xlsx, without a password" in fault.fix


@pytest.fixture
def parquet(tmp_path):
    def writing(frame):
        path = tmp_path / "t.parquet"
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
        return path

    return writing


FRAME = pd.DataFrame(
    {
        "id": ["a", "b", None],
        "n": [1.5, 2.0, None],
        "on": pd.to_datetime(["2026-01-31", None, "2026-03-01"]),
        "yes": [True, False, True],
    }
)


def test_parquet_values_become_text_only_when_asked_and_then_in_canonical_form(parquet):
    source = read_parquet(parquet(FRAME), "t.parquet", "customers", faults=Faults())
    assert source.cells["id"].text.tolist() == ["a", "b", ""]
    assert source.cells["n"].native is not None
    assert source.cells["n"].text.tolist() == ["1.5", "2", ""]
    assert [text[:10] for text in source.cells["on"].text] == ["2026-01-31", "", "2026-03-01"]
    assert source.cells["n"].place.lines.tolist() == [1, 2, 3]
    assert source.cells["n"].empty.tolist() == [False, False, True]


def test_parquet_in_pieces_has_the_same_rows_with_the_same_numbers(parquet, monkeypatch):
    monkeypatch.setattr(sheet_file, "PIECE_ROWS", 7)
    frame = pd.DataFrame({"id": [f"C{i}" for i in range(30)], "n": range(30)})
    path = parquet(frame)
    parts = list(parquet_pieces(path, "t.parquet", "customers", faults=Faults()))
    assert [part.rows for part in parts] == [7, 7, 7, 7, 2]
    assert [line for part in parts for line in part.cells["id"].place.lines] == list(range(1, 31))
    assert [n for part in parts for n in part.cells["n"].text] == [str(i) for i in range(30)]


@pytest.mark.parametrize("read", [read_parquet, lambda *a, **k: next(parquet_pieces(*a, **k), None)])
def test_what_is_no_parquet_file_is_refused(tmp_path, read):
    path = tmp_path / "t.parquet"
    path.write_bytes(b"id\n1\n")
    faults = Faults()
    assert read(path, "t.parquet", "customers", faults=faults) is None
    (fault,) = faults
    assert "not a readable Parquet file" in fault.problem
    assert "to_parquet" in fault.fix


def test_a_parquet_file_without_rows_is_refused(parquet):
    faults = Faults()
    assert read_parquet(parquet(FRAME.iloc[:0]), "t.parquet", "customers", faults=faults) is None
    assert [f.problem for f in faults] == ["the file has no rows"]
