"""The first look at a file: encoding, delimiter, header, totals."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files import first_look
from referral_playbook.intake.files.peek import UnreadableError, guess_delimiter, guess_encoding, peek


@pytest.fixture
def look(tmp_path):
    def looking(content, name="export.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return peek(path)

    return looking


@pytest.mark.parametrize(
    ("data", "encoding", "sure"),
    [
        ("Müller".encode(), None, "certain"),
        (b"\xef\xbb\xbfid", None, "certain"),
        ("Müller, Größe, Straße".encode("cp1252"), "cp1252", "likely"),
        ("Preis 5 €".encode("cp1252"), "cp1252", "likely"),
        ("Müller, Größe".encode("cp850"), "cp850", "likely"),
        ("Müller".encode("utf-16"), "utf-16", "certain"),
    ],
)
def test_the_encoding(data, encoding, sure):
    guess = guess_encoding(data)
    assert (guess.value, guess.sure) == (encoding, sure)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("id;amount\n1;12,50\n2;3,00\n", ";"),
        ("id,amount\n1,12.50\n2,3.00\n", ","),
        ("id\tamount\n1\t12,50\n", "\t"),
        ('id,note\n1,"a; b; c"\n2,"d; e; f"\n', ","),
        ("id|amount\n1|2\n", "|"),
    ],
)
def test_the_delimiter(text, mark):
    assert guess_delimiter(text).value == mark


def test_titles_above_the_header_are_counted_in_lines(look):
    found = look("Payments report,,\n\nPeriod: May 2026,,\ncustomer_id,paid_on,amount\nA,2026-05-01,10\n")
    assert (found.skipped, list(found.columns)) == (3, ["customer_id", "paid_on", "amount"])
    assert found.columns["amount"] == ["10"]


def test_a_second_header_line_is_seen_and_is_no_row(look):
    found = look("Respondent ID,Start Date,Recommend?\n,,Response\n11,05/01/2026,10\n12,05/02/2026,7\n")
    assert found.subheader
    assert found.columns["Recommend?"] == ["10", "7"]


def test_a_totals_row_is_seen_and_its_values_do_not_count(look):
    found = look("Kunde;Datum;Betrag\nA;01.02.2026;1,00\nB;02.02.2026;2,00\nSumme;;3,00\n")
    assert [(t.line, t.header, t.word) for t in found.totals] == [(4, "Kunde", "Summe")]
    assert found.values("Betrag") == ["1,00", "2,00"]


def test_a_customer_called_total_in_the_middle_is_no_totals_row(look):
    rows = "".join(f"C{n};0{n}.02.2026;1,00\n" for n in range(1, 8))
    assert look("Kunde;Datum;Betrag\nTotal;01.02.2026;1,00\n" + rows).totals == ()


def test_ragged_lines_are_left_out_and_of_repeated_headers_the_first_counts(look):
    found = look("a,b,a\n1,2,3\n4,5\n6,7,8\n")
    assert found.columns["a"] == ["1", "6"]


def test_a_workbook_says_itself_what_is_a_date(tmp_path):
    from datetime import date

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Kunde", "Datum", "Betrag"])
    book.active.append(["A", date(2026, 5, 1), 12.5])
    book.save(tmp_path / "export.xlsx")
    found = peek(tmp_path / "export.xlsx")
    assert found.columns["Datum"] == ["2026-05-01"]
    assert found.typed == {"Datum", "Betrag"}


def test_a_title_in_a_workbook_and_the_sheet_with_most_rows(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Notes"])
    sheet = book.create_sheet("Umsatz")
    for row in (["Umsatzliste"], ["Kunde", "Datum", "Betrag"], ["A", "2026-05-01", 5], ["B", "2026-05-02", 6]):
        sheet.append(row)
    book.save(tmp_path / "export.xlsx")
    found = peek(tmp_path / "export.xlsx")
    assert (found.sheet.value, found.sheet.sure, found.skipped) == ("Umsatz", "likely", 1)
    assert found.columns["Kunde"] == ["A", "B"]
    assert found.typed == {"Betrag"}


def test_another_kind_of_file_is_refused_with_those_that_are_read(look):
    with pytest.raises(UnreadableError, match=r"Save it as one of: \.csv"):
        look("{}", "export.json")


@pytest.mark.parametrize("content", ["", "   \n", "a,b\n", "1,2\n3,4\n"])
def test_a_file_without_header_or_rows_is_refused_with_what_to_do(look, content):
    with pytest.raises(UnreadableError, match=r"Export it again|Insert a first line"):
        look(content)


def test_damage_is_said_before_the_file_is_taken_apart(tmp_path):
    export = tmp_path / "a.csv"
    for content, words in (
        (b"id,day\n1,\0\n", "line 2: a NUL"),
        (b"id,day\n" + b"\n" * 700_000, "blank lines"),
        (b",".join(b"c%d" % n for n in range(3000)) + b"\n" + b"1," * 2999 + b"1\n", "3,000 columns"),
        (b"id,day\n,\n,\n", "no rows"),
    ):
        export.write_bytes(content)
        with pytest.raises(UnreadableError, match=words):
            peek(export)


def test_only_the_first_lines_of_a_long_file_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(first_look, "MOST_LINES", 3)
    monkeypatch.setattr(first_look, "PIECE", 4)
    export = tmp_path / "a.csv"
    export.write_bytes(b"id,day\n" + b"1,2\n" * 50)
    found = peek(export)
    assert found.rows < 10
