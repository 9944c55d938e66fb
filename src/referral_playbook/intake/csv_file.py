"""A CSV file as text. Two passes: Python's csv module checks every line, pyarrow reads the columns.

The first pass knows physical lines and refuses what the second would repair in silence: lines with too few or
too many fields, a quote that is never closed, bytes that are not of the declared encoding. Both read the file piece by
piece: what stays in memory is the columns, not the text of the file.
"""

from __future__ import annotations

import codecs
import csv
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from referral_playbook.intake.faults import SHOWN, Fault, Faults
from referral_playbook.intake.source import TEXT, Source, as_text, source

BLOCK = 1 << 25
"""Bytes that pyarrow reads at a time; a row must fit, and the csv module takes no field above half of it."""
MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class _BrokenRowError(ValueError):
    """The first line of a row that csv refuses, and its reason."""


def read_csv(path: Path, name: str, table: str, *, delimiter: str, encoding: str, faults: Faults) -> Source | None:
    """Read one CSV file; None where it cannot be read, with the reasons in `faults`."""
    checked = _usable(path, name, table, delimiter, encoding, faults)
    if checked is None:
        return None
    headers, lines = checked
    rows = arrow_csv.read_csv(path, **_options(delimiter, encoding, len(headers))).slice(1)
    _agree(rows.num_rows, len(lines))
    return source(name, headers, _text(rows), lines=lines)


def csv_pieces(path: Path, name: str, table: str, *, delimiter: str, encoding: str, faults: Faults) -> Iterator[Source]:
    """The same in pieces of some hundred thousand rows; none where the file cannot be read."""
    checked = _usable(path, name, table, delimiter, encoding, faults)
    if checked is None:
        return
    headers, lines = checked
    first, read = 1, 0
    for batch in arrow_csv.open_csv(path, **_options(delimiter, encoding, len(headers))):
        rows, first = pa.Table.from_batches([batch]).slice(first), 0
        if rows.num_rows:
            yield source(name, headers, _text(rows), lines=lines[read : read + rows.num_rows])
            read += rows.num_rows
    _agree(read, len(lines))


def _agree(rows: int, lines: int) -> None:
    if rows != lines:
        raise AssertionError(f"the csv module counts {lines} rows, pyarrow {rows}")


def _usable(
    path: Path, name: str, table: str, delimiter: str, encoding: str, faults: Faults
) -> tuple[list[str], npt.NDArray[np.int64]] | None:
    """Header and lines of a file that can be read and has rows; else None, with the reasons in `faults`."""
    try:
        checked = _checked(path, name, table, delimiter, encoding, faults)
    except (LookupError, UnicodeError):
        faults.add(_undecodable(path, name, table, encoding))
        return None
    if checked is not None and not len(checked[1]):
        faults.add(_no_rows(name, table))
        return None
    return checked


def _undecodable(path: Path, name: str, table: str, encoding: str) -> Fault:
    """The first byte that is not of the encoding, or that there is no such encoding."""
    data = path.read_bytes()
    try:
        data.decode(encoding)
        raise AssertionError(f"{name} is {encoding} text after all")
    except LookupError:
        fix = 'Use a name such as "utf-8-sig", "cp1252" or "latin-1"'
        return Fault(file=name, table=table, value=encoding, problem="no such encoding", fix=fix)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        return Fault(
            file=name,
            table=table,
            line=data[:start].count(b"\n") + 1,
            value=repr(data[start : start + 1]),
            problem=f"this byte is not {encoding} text",
            fix='Export as UTF-8, or declare the encoding in client.toml: encoding = "cp1252" is common on Windows',
        )


def _checked(
    path: Path, name: str, table: str, delimiter: str, encoding: str, faults: Faults
) -> tuple[list[str], npt.NDArray[np.int64]] | None:
    """The header and the first line of each row, where every row has as many fields as the header."""
    starts = array("q")
    wrong: list[tuple[int, int]] = []
    headers: list[str] | None = None
    try:
        for line, row in _rows(path, delimiter, encoding):
            if headers is None:
                headers = row
            elif len(row) == len(headers):
                starts.append(line)
            else:
                wrong.append((line, len(row)))
    except _BrokenRowError as error:
        faults.add(_broken(name, table, error))
        return None
    if headers is None:
        faults.add(Fault(file=name, table=table, problem="the file is empty", fix="Export it again, with its header"))
        return None
    _note_counts(wrong, headers, name, table, delimiter, faults)
    return None if wrong else (headers, np.frombuffer(starts, dtype=np.int64).copy() if starts else np.array([]))


def _rows(path: Path, delimiter: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with its first physical line."""
    csv.field_size_limit(1 << 24)
    last = 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if row:
                    yield last + 1, row
                last = reader.line_num
        except csv.Error as error:
            raise _BrokenRowError(last + 1, str(error)) from None


def _note_counts(
    wrong: list[tuple[int, int]], headers: list[str], name: str, table: str, delimiter: str, faults: Faults
) -> None:
    shown = wrong[:SHOWN]
    for place, (line, fields) in enumerate(shown, start=1):
        faults.add(
            Fault(
                file=name,
                table=table,
                line=line,
                problem=f"{fields} fields, but the header has {len(headers)}",
                fix=f"A {MARKS.get(delimiter, repr(delimiter))} within a value needs quotes around the value; "
                "a line break too. Export again or mend the line",
                more=len(wrong) - len(shown) if place == len(shown) else 0,
            )
        )


def _broken(name: str, table: str, error: _BrokenRowError) -> Fault:
    line, reason = error.args
    return Fault(
        file=name,
        table=table,
        line=line,
        problem=f"quotes are not in order in the row that begins here ({reason})",
        fix='A value in quotes ends with a quote before the next delimiter; a quote within it is doubled: "5"" pipe"',
    )


def _no_rows(name: str, table: str) -> Fault:
    fix = f"Export it again, or remove [tables.{table}] from client.toml"
    return Fault(file=name, table=table, problem="the file has a header but no rows", fix=fix)


def _options(delimiter: str, encoding: str, width: int) -> dict[str, Any]:
    names = [str(number) for number in range(width)]
    plain = codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    return {
        "read_options": arrow_csv.ReadOptions(
            column_names=names, block_size=BLOCK, encoding="utf8" if plain else encoding
        ),
        "parse_options": arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    }


def _text(rows: pa.Table) -> list[pd.Series]:
    return [as_text(column.to_pandas(types_mapper={pa.string(): TEXT}.get)) for column in rows.columns]
