"""Damage to a CSV file, kind by kind: our own kinds, and those of the Pollock benchmark of data loading (VLDB 2023)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

CUSTOMERS = """\
customer_id,joined_on,left_on,segment,status,monthly_amount
K01,2024-01-15,,Basic,active,12.50
K02,2024-02-28,2025-12-31,"Plus, yearly",left,120.00
K03,2024-06-09,,"Plus ""XL\"\"\",active,35.00
K04,2024-08-05,,Plus,active,20.00
"""
PAYMENTS = """\
customer_id,paid_on,amount,kind
K01,2026-01-03,12.50,new
K02,2026-01-04,1020.00,renewal
K01,2026-02-03,12.51,renewal
K03,2026-02-28,-20.00,refund
K04,2026-03-02,14.50,upsell
"""
FILES = {"customers.csv": CUSTOMERS, "payments.csv": PAYMENTS}


@dataclass(frozen=True)
class Damage:
    """One damaged file: the kind of damage, where it is, and the bytes."""

    kind: str
    place: str
    file: str
    content: bytes

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.file} {self.place}"


def damages(file: str) -> Iterator[Damage]:
    """Every damage of every kind to one of `FILES`."""
    text = FILES[file]
    for kinds in (whole_file, lines, cells, marks, characters):
        for kind, place, content in kinds(text):
            yield Damage(kind, place, file, content)


Made = Iterator[tuple[str, str, bytes]]


def whole_file(text: str) -> Made:
    """What concerns the file as such; most are kinds of Pollock."""
    header, _, body = text.partition("\n")
    rows = body.splitlines()
    yield "empty file", "", b""
    yield "header alone", "", f"{header}\n".encode()
    yield "no header", "", body.encode()
    yield "no line break at the end", "", text.rstrip("\n").encode()
    yield "two line breaks at the end", "", f"{text}\n".encode()
    yield "title above the header", "", f"Export of 1 May\n{text}".encode()
    yield "title and a blank line above", "", f"Export of 1 May\n\n{text}".encode()
    yield "header twice", "", f"{header}\n{text}".encode()
    yield "header in two lines", "", f"{header}\n{',' * header.count(',')}\n{body}".encode()
    yield "note below the rows", "", f"{text}Source: our system\n".encode()
    yield "note below, as wide as a row", "", f"{text}Source: our system{',' * header.count(',')}\n".encode()
    yield "second table below", "", f"{text}\nname,age\nAnn,30\nBob,40\n".encode()
    yield (
        "second table of the same width",
        "",
        f"{text}\n{','.join('abcdefgh'[: header.count(',') + 1])}\n{rows[0]}\n".encode(),
    )
    yield "the file twice", "", (text + text).encode()
    yield "the rows twice", "", (text + body).encode()
    yield "one row", "", f"{header}\n{rows[0]}\n".encode()
    for name, mark in (("semicolon", ";"), ("tab", "\t"), ("bar", "|"), ("blank", " "), ("comma and blank", ", ")):
        yield f"{name} as delimiter", "", text.replace(",", mark).encode()
    yield "CR as line break", "", text.replace("\n", "\r").encode()
    yield "CR LF as line break", "", text.replace("\n", "\r\n").encode()
    yield "single quotes", "", text.replace('"', "'").encode()
    yield "backslash before a quote", "", text.replace('""', '\\"').encode()
    yield "everything in quotes", "", "".join(f'"{line}"\n' for line in text.splitlines()).encode()
    yield "UTF-16", "", text.encode("utf-16")
    yield "UTF-16 without a mark", "", text.encode("utf-16-le")
    yield "UTF-8 with a mark", "", text.encode("utf-8-sig")


def lines(text: str) -> Made:
    """Damage to one line or to its place."""
    header, *rows = text.splitlines()
    for at, row in enumerate(rows):
        place = f"line {at + 2}"

        def put(*instead: str, at: int = at) -> bytes:
            return "".join(f"{line}\n" for line in [header, *rows[:at], *instead, *rows[at + 1 :]]).encode()

        yield "row cut short in the file", place, put(row[: len(row) // 2])
        yield "file cut off", place, "\n".join([header, *rows[:at], row[: len(row) // 2]]).encode()
        yield "row repeated", place, put(row, row)
        yield "blank line", place, put(row, "")
        yield "row of delimiters", place, put(row, "," * header.count(","))
        yield "header again", place, put(row, header)
        yield "totals row", place, put(row, "Total" + "," * (header.count(",") - 1) + ",99")
        yield "line of text", place, put(row, "page 2")
        yield "two rows in one line", place, put(row + row)
        yield "line break within the row", place, put(row[:6], row[6:])
        yield "other delimiter in the row", place, put(row.replace(",", ";"))
        yield "blanks for delimiters in the row", place, put(row.replace(",", " "))
        yield "row missing", place, put()
        if at + 1 < len(rows):
            swapped = [header, *rows[:at], rows[at + 1], row, *rows[at + 2 :]]
            yield "rows swapped", place, "".join(f"{line}\n" for line in swapped).encode()


def marks(text: str) -> Made:
    """A delimiter or a quote too many or too few, at each cell of each line: the row kinds of Pollock."""
    table = text.splitlines()
    for number, line in enumerate(table):
        places = [at for at, sign in enumerate(line) if sign == "," and line.count('"', 0, at) % 2 == 0]
        for column, at in enumerate(places):
            place = f"line {number + 1}, mark {column + 1}"

            def put(changed: str, number: int = number) -> bytes:
                return "".join(f"{row}\n" for row in [*table[:number], changed, *table[number + 1 :]]).encode()

            yield "delimiter missing", place, put(line[:at] + line[at + 1 :])
            yield "delimiter too many", place, put(line[:at] + "," + line[at:])
            yield "quote before a delimiter", place, put(line[:at] + '"' + line[at:])
            yield "quote after a delimiter", place, put(line[: at + 1] + '"' + line[at + 1 :])
            yield "quote within a field", place, put(line[: at + 2] + '"' + line[at + 2 :])


UNSEEN = {
    "digit changed": "another digit in an amount",
    "days swapped": "another day in a date",
    "row missing": "a row that is gone, with its line break",
    "one row": "all rows but the first gone, each with its line break",
}
"""Kinds that nobody can see: the file is as right as before, and nothing in it shows what stood there."""


def cells(text: str) -> Made:
    """A cell with other content of the kind that exports and spreadsheets make."""
    header, *rows = text.splitlines()
    for number, row in enumerate(rows):
        place = f"line {number + 2}"

        def put(changed: str, number: int = number) -> bytes:
            return "".join(f"{line}\n" for line in [header, *rows[:number], changed, *rows[number + 1 :]]).encode()

        parts = row.split(",")
        day, amount = parts[1], next(part for part in reversed(parts) if "." in part)
        for kind, old, new in (
            ("date of the year 1900", day, "1900-01-00"),
            ("first day of Excel", day, "1899-12-30"),
            ("date of the year 2206", day, "2206" + day[4:]),
            ("day that does not exist", day, day[:8] + "32"),
            ("date in another form", day, "/".join(reversed(day.split("-")))),
            ("serial number for a date", day, "45000"),
            ("date missing", day, ""),
            ("comma for the decimal point", amount, '"' + amount.replace(".", ",") + '"'),
            ("thousands in a number", amount, "1.234.567"),
            ("number with an exponent", amount, "1e5"),
            ("currency sign", amount, "$" + amount),
            ("word for a number", amount, "n/a"),
            ("error of a spreadsheet", amount, "#REF!"),
            ("not a number", amount, "nan"),
            ("endless number", amount, "inf"),
            ("id missing", parts[0], ""),
            ("id with an exponent", parts[0], "1.23E+05"),
            ("blanks around a cell", parts[0], f" {parts[0]} "),
            ("digit changed", amount, amount.replace("2", "7").replace("0", "1", 1)),
            ("days swapped", day, day[:8] + ("02" if day[8:] != "02" else "03")),
        ):
            yield kind, place, put(row.replace(old, new, 1))
        yield "cells swapped", place, put(",".join([parts[1], parts[0], *parts[2:]]))


def characters(text: str) -> Made:
    """A sign that no text has, or bytes of another encoding, at some places."""
    content = text.encode()
    for at in range(len(text.split("\n")[0]) + 3, len(content), 37):
        for kind, sign in (
            ("NUL", b"\0"),
            ("byte of another encoding", b"\xfc"),
            ("replacement sign", "\ufffd".encode()),
            ("mark of an encoding within the text", "\ufeff".encode()),
            ("blank without width", "\u200b".encode()),
            ("control sign", b"\x08"),
            ("letters of another encoding", "Ã¼".encode()),
            ("end of file sign", b"\x1a"),
        ):
            yield kind, f"byte {at}", content[:at] + sign + content[at:]
