"""Several files of one table, rows that repeat, blank rows, lines to skip."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files import limits

JAN = "customer_id,paid_on,amount\nA,2026-01-01,10\nB,2026-01-02,5\n"
FEB = "paid_on,amount,customer_id,note\n2026-02-01,10,A,x\n"
TABLE = '[tables.payments]\nfiles = ["jan.csv", "feb.csv"]\n'


@pytest.mark.parametrize("toml", [TABLE, TABLE.replace("files", "file")])
def test_files_are_put_below_each_other_by_their_headers(read, toml) -> None:
    intake = read(toml, {"jan.csv": JAN, "feb.csv": FEB})
    assert intake.tables["payments"]["customer_id"].tolist() == ["A", "B", "A"]
    assert intake.tables["payments"]["amount"].sum() == 25
    assert intake.quality["payments"]["files"] == [{"file": "jan.csv", "rows": 2}, {"file": "feb.csv", "rows": 1}]


def test_a_fault_stands_in_its_own_file(errors) -> None:
    (fault,) = errors(TABLE, {"jan.csv": JAN, "feb.csv": FEB.replace("2026-02-01", "soon")})
    assert (fault.file, fault.line, fault.column, fault.value) == ("feb.csv", 2, "paid_on", "soon")


def test_a_header_that_one_file_lacks(errors) -> None:
    found = errors(TABLE, {"jan.csv": JAN, "feb.csv": FEB.replace("amount", "Total")})
    assert (found[0].file, found[0].column) == ("feb.csv", "amount")


def test_files_that_overlap_are_refused_until_it_is_said_what_the_repeats_are(errors, read) -> None:
    files = {"jan.csv": JAN, "feb.csv": JAN + "C,2026-02-02,7\n"}
    (fault,) = errors(TABLE, files)
    assert (fault.file, fault.line) == ("feb.csv", 2)
    assert fault.problem.startswith("2 rows that another file has too")
    folded = read(TABLE + 'repeats = "fold"\n', files)
    assert folded.tables["payments"]["amount"].tolist() == [10, 5, 7]
    assert folded.quality["payments"]["rows_repeated"] == 2
    assert len(read(TABLE + 'repeats = "keep"\n', files).tables["payments"]) == 5


def test_repeats_in_one_file_are_told_and_kept(read) -> None:
    toml = '[tables.payments]\nfile = "p.csv"\n'
    intake = read(toml, {"p.csv": JAN + "A,2026-01-01,10\n"})
    (fault,) = intake.faults
    assert (fault.line, fault.severity) == (4, "warning")
    assert len(intake.tables["payments"]) == 3


def test_a_keyed_table_can_fold_whole_row_repeats(read, errors) -> None:
    toml = '[tables.customers]\nfile = "c.csv"\n'
    text = "customer_id,joined_on\na,2026-01-01\nb,2026-01-02\na,2026-01-01\n"
    assert len(errors(toml, {"c.csv": text})) == 2
    assert read(toml + 'repeats = "fold"\n', {"c.csv": text}).tables["customers"]["customer_id"].tolist() == ["a", "b"]


BLANK = "customer_id,paid_on,amount\nA,2026-05-01,10\n,,\nB,2026-05-02,12\n , ,\n,,,,\n"


def test_blank_rows_are_skipped_and_counted(read) -> None:
    intake = read('[tables.payments]\nfile = "p.csv"\n', {"p.csv": BLANK})
    assert intake.tables["payments"]["amount"].tolist() == [10, 12]
    assert intake.quality["payments"]["rows_blank"] == 2
    assert [(f.line, f.problem) for f in intake.faults] == [(3, "3 rows have delimiters and nothing else")]


TITLED = 'Payments report\n"Period: 1 May,\n31 May 2026"\n\n'
TITLED += "customer_id,paid_on,amount\nA,2026-05-01,10\nB,2026-05-02,12\nTotal,,22\n"


def test_a_title_above_the_header(read, errors) -> None:
    toml = '[tables.payments]\nfile = "p.csv"\n'
    (fault,) = errors(toml, {"p.csv": TITLED})
    assert fault.fix.endswith("skip_lines = 4")
    assert "'Payments report'" in fault.problem
    total = 'where = { customer_id = { not = "Total" } }\n'
    assert read(toml + "skip_lines = 4\n" + total, {"p.csv": TITLED}).tables["payments"]["amount"].sum() == 22


def test_single_lines_are_skipped_by_number(read) -> None:
    toml = '[tables.payments]\nfile = "p.csv"\nskip_lines = [2, 5]\n'
    text = "customer_id,paid_on,amount\n(text),(date),(number),\nA,2026-05-01,10\nB,2026-05-02,12\nTotal,22\n"
    assert read(toml, {"p.csv": text}).tables["payments"]["amount"].tolist() == [10, 12]


def test_a_title_and_a_total_are_skipped_by_number(read) -> None:
    toml = '[tables.payments]\nfile = "p.csv"\nskip_lines = [1, 2, 6]\n'
    text = "Report\nMay\ncustomer_id,paid_on,amount\nA,2026-05-01,10\nB,2026-05-02,12\nTotal,,22\n"
    assert read(toml, {"p.csv": text}).tables["payments"]["amount"].tolist() == [10, 12]


def test_a_file_without_header(read) -> None:
    toml = '[tables.payments]\nfile = "p.csv"\nheader_lines = 0\n'
    toml += 'columns = { customer_id = "#1", paid_on = "#3", amount = "#2" }\n'
    frame = read(toml, {"p.csv": "A,10,2026-05-01\nB,12,2026-05-02\n"}).tables["payments"]
    assert frame["amount"].tolist() == [10, 12]


def test_columns_by_position(read, errors) -> None:
    text = "customer_id,joined_on,x,x,\na,2026-01-01,1,2,3\n"
    toml = '[tables.customers]\nfile = "c.csv"\ncolumns = { segment = "#4", region = "#5" }\n'
    frame = read(toml, {"c.csv": text}).tables["customers"]
    assert frame.loc[0, ["segment", "region"]].tolist() == ["2", "3"]
    (fault,) = errors(toml.replace("#5", "#6"), {"c.csv": text})
    assert fault.column == "#6"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,2026-01-01,Ore"gon, USA"\n', 2),
        ('a,2026-01-01,x\nb,2026-01-01, "y"\n', 3),
        ('a,2026-01-01,5" pipe\n', 2),
    ],
)
def test_a_quote_inside_a_field_is_refused(errors, text, line) -> None:
    head = "customer_id,joined_on,region" + (",source\n" if "USA" in text else "\n")
    (fault,) = errors('[tables.customers]\nfile = "c.csv"\n', {"c.csv": head + text})
    assert (fault.file, fault.line) == ("c.csv", line)
    assert "inside a field" in fault.problem


def test_a_file_without_a_final_line_break_may_be_cut_off(read) -> None:
    (fault,) = read('[tables.payments]\nfile = "p.csv"\n', {"p.csv": JAN[:-1]}).faults
    assert "cut off" in fault.problem


def test_nul_is_refused(errors) -> None:
    (fault,) = errors('[tables.payments]\nfile = "p.csv"\n', {"p.csv": JAN.replace("B", "B\0")})
    assert fault.line == 3


def test_utf16_read_as_utf8_is_said(errors) -> None:
    (fault,) = errors('[tables.payments]\nfile = "p.csv"\n', {"p.csv": JAN.encode("utf-16")})
    assert 'encoding = "utf-16"' in fault.fix


def test_an_encoding_is_offered_with_the_word_it_reads(errors) -> None:
    data = "customer_id,joined_on,region\na,2026-01-01,Zürich\n".encode("cp1252")
    (fault,) = errors('[tables.customers]\nfile = "c.csv"\n', {"c.csv": data})
    assert "encoding = \"cp1252\" (Windows in Western Europe) reads 'Zürich'" in fault.fix


@pytest.mark.parametrize(
    ("limit", "most", "problem"),
    [("MOST_COLUMNS", 2, "3 columns"), ("LONGEST_LINE", 10, "a line of more"), ("MOST_BLANK_LINES", 1, "blank lines")],
)
def test_files_that_would_fill_the_memory_are_refused(errors, monkeypatch, limit, most, problem) -> None:
    monkeypatch.setattr(limits, limit, most)
    text = JAN + "\n\n\n" + "C,2026-02-02,77777777777777"
    found = errors('[tables.payments]\nfile = "p.csv"\n', {"p.csv": text})
    assert [problem in fault.problem for fault in found] == [True]


def test_a_header_that_stands_again_is_refused_with_its_lines(errors, read) -> None:
    text = JAN + JAN.replace("-01-", "-02-") + JAN.replace("-01-", "-03-")
    (fault,) = errors('[tables.payments]\nfile = "p.csv"\n', {"p.csv": text})
    assert fault.fix.endswith("skip_lines = [4, 7]")
    assert (
        len(read('[tables.payments]\nfile = "p.csv"\nskip_lines = [4, 7]\n', {"p.csv": text}).tables["payments"]) == 6
    )


def test_utf8_that_is_read_as_another_encoding_is_told(read) -> None:
    text = "customer_id,joined_on,region\na,2026-01-01,Zürich\n"
    (fault,) = read('[tables.customers]\nfile = "c.csv"\nencoding = "cp1252"\n', {"c.csv": text}).faults
    assert "the file is UTF-8" in fault.problem
