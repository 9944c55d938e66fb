"""Files as they come: lines, quotes, encodings, sheets, Parquet, joins."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.csv_file import read_csv
from referral_playbook.intake.files.form import Form

CUSTOMERS = '[tables.customers]\nfile = "c.csv"\n'
HEAD = "customer_id,joined_on,segment\n"
LEADS = '[tables.leads]\nfile = "l.csv"\njoin = { file = "d.csv", on = "lead_id" }\n'


def test_field_count_names_physical_lines_after_quoted_line_breaks(errors) -> None:
    text = HEAD + 'a,2026-01-01,"two\nlines"\n\nb,2026-01-01\nc,2026-01-01,x,y\n'
    short, long = errors(CUSTOMERS, {"c.csv": text})
    assert (short.line, long.line) == (5, 6)
    assert short.problem == "2 fields, but the header has 3"
    assert "quotes" in short.fix


def test_lines_of_cells_after_quoted_line_breaks_and_blank_lines(errors) -> None:
    text = HEAD + 'a,2026-01-01,"two\r\nlines"\r\n\r\nb,bad,x\r\n"c\nd",worse,x\r\n'
    assert [(f.line, f.value) for f in errors(CUSTOMERS, {"c.csv": text})] == [(5, "bad"), (6, "worse")]


def test_quotes_blanks_and_signs_of_a_text_survive(read) -> None:
    text = HEAD + 'a,2026-01-01,"5"" pipe, long"\nb,2026-01-01,  padded \nc,2026-01-01,NA\nd,2026-01-01,"two\nlines"\n'
    segments = read(CUSTOMERS, {"c.csv": text}).tables["customers"]["segment"].tolist()
    assert segments == ['5" pipe, long', "padded", "NA", "two\nlines"]


@pytest.mark.parametrize(("bad", "line"), [('a,2026-01-01,"open\n', 2), ('a,2026-01-01,x\nb,2026-01-01,"x"y\n', 3)])
def test_quotes_out_of_order(errors, bad, line) -> None:
    (fault,) = errors(CUSTOMERS, {"c.csv": HEAD + bad})
    assert fault.line == line
    assert "doubled" in fault.fix


def test_bytes_of_another_encoding(errors, read) -> None:
    data = (HEAD + "a,2026-01-01,x\nb,2026-01-01,café\n").encode("cp1252")
    (fault,) = errors(CUSTOMERS, {"c.csv": data})
    assert (fault.line, fault.value) == (3, r"b'\xe9'")
    assert 'encoding = "cp1252"' in fault.fix
    intake = read(CUSTOMERS + 'encoding = "cp1252"\n', {"c.csv": data})
    assert intake.tables["customers"]["segment"].tolist() == ["x", "café"]


def test_no_such_encoding(errors) -> None:
    (fault,) = errors(CUSTOMERS + 'encoding = "utf-nine"\n', {"c.csv": HEAD})
    assert fault.value == "utf-nine"
    assert "cp1252" in fault.fix


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file(errors, text) -> None:
    (fault,) = errors(CUSTOMERS, {"c.csv": text})
    assert fault.problem == "the file is empty"


def test_a_header_alone(errors) -> None:
    (fault,) = errors(CUSTOMERS, {"c.csv": HEAD})
    assert "no rows" in fault.problem
    assert "[tables.customers]" in fault.fix


def test_the_delimiter_is_declared_never_sniffed(errors, read) -> None:
    text = "customer_id;joined_on\na;2026-01-01\n"
    found = errors(CUSTOMERS, {"c.csv": text})
    assert [f.fix for f in found] == ['Declare it in [tables.customers]: delimiter = ";"']
    assert len(read(CUSTOMERS + 'delimiter = ";"\n', {"c.csv": text}).tables["customers"]) == 1


def test_a_byte_order_mark_is_no_part_of_the_header(errors, read) -> None:
    text = "\ufeff" + HEAD + "a,2026-01-01,x\n"
    assert len(read(CUSTOMERS, {"c.csv": text}).tables["customers"]) == 1
    (fault,) = errors(CUSTOMERS + 'encoding = "utf-8"\n', {"c.csv": text})
    assert r"'\\ufeffcustomer_id'" in fault.fix  # the invisible mark is written out


MARKS = st.sampled_from(["a", "b", ",", '"', '""', "\n", "\r\n", "\r", " ", "é", "\x00", "\x0b", "\u2028"])


@settings(max_examples=300, deadline=None)
@given(st.lists(MARKS, max_size=20).map("".join))
def test_both_passes_over_a_file_see_the_same(text: str) -> None:
    faults = Faults()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(("h,i\n" + text).encode("utf-8"))
        source = read_csv(path, "x.csv", "customers", form=Form(",", "utf-8"), faults=faults)
    if source is None:
        assert faults.refused
        return
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))]
    assert source.cells["h"].text.tolist() == [row[0].strip() for row in rows]
    assert source.cells["i"].text.tolist() == [row[1].strip() for row in rows]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


EXCEL = '[tables.customers]\nfile = "c.xlsx"\n'
ROWS = [
    ["customer_id", "joined_on", "monthly_amount", "referrals_made"],
    [1001, dt.date(2026, 1, 31), 12.5, 3],
    ["1002", "28/02/2026", "7,25", "0"],
    [None, None, None, None],
    [1003.0, dt.datetime(2026, 3, 31, 12), None, None],
]


def test_excel_cells_with_a_type_need_no_declared_format(read) -> None:
    toml = EXCEL + 'dates = "%d/%m/%Y"\ndecimal = ","\n'
    intake = read(toml, {"c.xlsx": workbook(Sheet1=ROWS)})
    frame = intake.tables["customers"]
    assert frame["customer_id"].tolist() == ["1001", "1002", "1003"]
    assert frame["joined_on"].dt.date.tolist() == [dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31)]
    assert frame["monthly_amount"].tolist()[:2] == [12.5, 7.25]
    assert frame["referrals_made"].tolist()[:2] == [3, 0]
    assert intake.quality["customers"]["rows_in_files"] == 3


def test_excel_rows_are_told_as_the_sheet_counts_them(errors) -> None:
    rows = [*ROWS[:2], ROWS[3], ["x", "bad", 1, 1]]
    (fault,) = errors(EXCEL, {"c.xlsx": workbook(Sheet1=rows)})
    assert (fault.line, fault.value) == (4, "bad")


def test_a_workbook_with_several_sheets_asks_which(errors, read) -> None:
    data = workbook(Notes=[["x"], ["y"]], Customers=ROWS[:2])
    (fault,) = errors(EXCEL, {"c.xlsx": data})
    assert 'sheet = "Notes"' in fault.fix
    assert "'Customers'" in fault.fix
    assert len(read(EXCEL + 'sheet = "Customers"\n', {"c.xlsx": data}).tables["customers"]) == 1
    (fault,) = errors(EXCEL + 'sheet = "Custmers"\n', {"c.xlsx": data})
    assert (fault.value, fault.problem) == ("Custmers", "no such sheet")


def test_files_that_are_not_what_their_name_says(errors) -> None:
    (fault,) = errors(EXCEL, {"c.xlsx": b"no workbook"})
    assert (fault.problem, fault.fix[:21]) == ("this is plain text, and its name says .xlsx", "Rename it to c.csv, i")
    (fault,) = errors(EXCEL, {"c.xlsx": b"PK\x03\x04 damaged"})
    assert "not a readable workbook" in fault.problem
    (fault,) = errors('[tables.customers]\nfile = "c.parquet"\n', {"c.parquet": b"PAR1 damaged"})
    assert "not a readable Parquet file" in fault.problem


def parquet(**columns: object) -> bytes:
    out = io.BytesIO()
    pd.DataFrame(columns).to_parquet(out)
    return out.getvalue()


def test_parquet_with_types(read, errors) -> None:
    toml = '[tables.customers]\nfile = "c.parquet"\ndates = "%d/%m/%Y"\ndecimal = ","\n'
    stamps = pd.to_datetime(["2026-01-31 23:59:59.5", "2026-02-28 00:00:00.0"])
    data = parquet(customer_id=[1.0, 2.0], joined_on=stamps, monthly_amount=[1.5, None], segment=["x", None])
    frame = read(toml, {"c.parquet": data}).tables["customers"]
    assert frame["customer_id"].tolist() == ["1", "2"]
    assert frame["joined_on"].dt.date.tolist() == [dt.date(2026, 1, 31), dt.date(2026, 2, 28)]
    assert frame["monthly_amount"].fillna(-1).tolist() == [1.5, -1]
    assert frame["segment"].isna().tolist() == [False, True]
    bad = parquet(customer_id=["a", "b"], joined_on=["01/01/2026", "2026-01-01"])
    (fault,) = errors(toml, {"c.parquet": bad})
    assert (fault.line, fault.value) == (2, "2026-01-01")


def test_parquet_with_lists_times_and_bytes_is_read(read) -> None:
    odd = {"tags": [["a", "b"]], "waited": [pd.Timedelta(days=1)], "raw": [b"\xff"], "vip": [True]}
    data = parquet(customer_id=["a"], joined_on=[dt.date(2026, 1, 1)], region=[dt.time(12)], **odd)
    toml = '[tables.customers]\nfile = "c.parquet"\ncolumns = { segment = "tags", source = "vip" }\n'
    frame = read(toml, {"c.parquet": data}).tables["customers"]
    assert frame.loc[0, ["segment", "source"]].tolist() == ["['a', 'b']", "true"]


def test_parquet_times_are_days_of_their_own_zone_unless_the_client_has_one(read) -> None:
    stamp = pd.to_datetime(["2026-02-01 00:30"]).tz_localize("Europe/Berlin")
    data = parquet(customer_id=["a"], joined_on=stamp)
    table = '[tables.customers]\nfile = "c.parquet"\n'
    frame = read(table, {"c.parquet": data}).tables["customers"]
    assert frame["joined_on"].dt.date.tolist() == [dt.date(2026, 2, 1)]
    frame = read(f'timezone = "UTC"\n{table}', {"c.parquet": data}).tables["customers"]
    assert frame["joined_on"].dt.date.tolist() == [dt.date(2026, 1, 31)]


LEFT = "lead_id,created_on,value\n1,2026-01-01,5\n2,2026-01-02,6\n3,2026-01-03,7\n"


def test_a_join_keeps_every_row_and_adds_columns_of_both(read) -> None:
    toml = LEADS + 'columns = { won_on = "won", value = "d.csv:value" }\n'
    intake = read(toml, {"l.csv": LEFT, "d.csv": "lead_id,won,value\n3,2026-02-01,70\n1,2026-02-02,50\n"})
    frame = intake.tables["leads"]
    assert frame["lead_id"].tolist() == ["1", "2", "3"]
    assert frame["won_on"].dt.day.fillna(0).tolist() == [2, 0, 1]
    assert frame["value"].fillna(0).tolist() == [50, 0, 70]
    assert intake.quality["leads"]["files"] == [{"file": "l.csv", "rows": 3}, {"file": "d.csv", "rows": 2}]
    assert intake.quality["leads"]["rows_in_files"] == 3
    own = read(LEADS + 'columns = { won_on = "won" }\n', {}).tables["leads"]
    assert own["value"].tolist() == [5, 6, 7]  # a header that both files have means the first file's


def test_faults_of_a_joined_cell_stand_in_its_own_file(errors) -> None:
    text = "lead_id,won\n3,2026-02-01\n1,soon\n"
    (fault,) = errors(LEADS + 'columns = { won_on = "won" }\n', {"l.csv": LEFT, "d.csv": text})
    assert (fault.file, fault.line, fault.column, fault.value) == ("d.csv", 3, "won", "soon")


def test_a_joined_file_with_a_key_twice_or_empty_is_refused(errors) -> None:
    text = "lead_id,won\n1,2026-02-01\n1,2026-02-02\n,2026-02-03\n"
    found = errors(LEADS, {"l.csv": LEFT, "d.csv": text})
    assert [(f.file, f.line, f.value) for f in found] == [("d.csv", 2, "1"), ("d.csv", 3, "1"), ("d.csv", 4, "")]


def test_joined_rows_without_a_partner_are_told(read) -> None:
    intake = read(LEADS, {"l.csv": LEFT, "d.csv": "lead_id,won\n9,2026-02-01\n"})
    (fault,) = intake.faults
    assert (fault.file, fault.line, fault.value, fault.severity) == ("d.csv", 2, "9", "warning")
    assert len(intake.tables["leads"]) == 3


def test_a_join_on_headers_of_two_names(read, errors) -> None:
    toml = '[tables.leads]\nfile = "l.csv"\njoin = { file = "d.csv", on = "lead_id", equals = "Lead" }\n'
    toml += 'columns = { won_on = "won" }\n'
    files = {"l.csv": LEFT, "d.csv": "Lead,won\n2,2026-02-01\n"}
    assert read(toml, files).tables["leads"]["won_on"].notna().tolist() == [False, True, False]
    (fault,) = errors(toml.replace('"Lead"', '"Led"'), files)
    assert (fault.file, fault.column) == ("d.csv", "Led")
    assert "'Lead'" in fault.fix
