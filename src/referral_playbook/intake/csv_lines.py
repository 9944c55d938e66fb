"""The first pass over a CSV file: every row has the width of the header, and quotes stand where they may."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from referral_playbook.intake import csv_faults
from referral_playbook.intake.faults import Fault, Faults
from referral_playbook.intake.form import Form, joined_header

HEAD = 30
"""Rows among which the header is looked for, if it is not where it should be."""


@dataclass(frozen=True)
class Checked:
    """The header of a file and the first physical line of each row, blank rows of the same width included."""

    headers: list[str]
    lines: npt.NDArray[np.int64]


@dataclass
class _Pass:
    """What the pass has seen so far."""

    form: Form
    header: list[list[str]] = field(default_factory=list)
    head: list[tuple[int, list[str]]] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("q"))
    wrong: list[tuple[int, int]] = field(default_factory=list)
    bare_quotes: list[int] = field(default_factory=list)
    nul: int | None = None
    blank: list[int] = field(default_factory=list)

    def take(self, line: int, row: list[str]) -> None:
        if len(self.head) < HEAD:
            self.head.append((line, row))
        if len(self.header) < self.form.header_lines:
            self.header.append(row)
            return
        if not self.header:  # a file without header: its first row says how many columns there are
            self.header.append([""] * len(row))
        if len(row) == len(self.header[0]):
            self.starts.append(line)
        elif line not in self.form.dropped and any(map(str.strip, row)):
            self.wrong.append((line, len(row)))
        if not any(map(str.strip, row)) and line not in self.form.dropped:
            self.blank.append(line)


class _BrokenRowError(ValueError):
    """The first line of a row that csv refuses, and its reason."""


def checked_lines(path: Path, name: str, table: str, form: Form, faults: Faults) -> Checked | None:
    """The header and the first line of each row, where every row has as many fields as the header."""
    seen = _Pass(form)
    try:
        for line, row, raw in _rows(path, form):
            seen.take(line, row)
            if '"' in raw and not _row_shape(form.delimiter).fullmatch(raw):
                seen.bare_quotes.append(line)
            if "\0" in raw and seen.nul is None:
                seen.nul = line
    except _BrokenRowError as error:
        faults.add(csv_faults.broken(name, table, *error.args))
        return None
    found = _refused(seen, name, table, form)
    for fault in found:
        faults.add(fault)
    if found:
        return None
    for fault in csv_faults.doubtful(path, name, table, seen.blank):
        faults.add(fault)
    lines = np.frombuffer(seen.starts, dtype=np.int64).copy() if seen.starts else np.array([], dtype=np.int64)
    return Checked(joined_header(seen.header), lines)


def _refused(seen: _Pass, name: str, table: str, form: Form) -> list[Fault]:
    """Why the file cannot be used; the likeliest reason alone, because the others follow from it."""
    if not seen.header or len(seen.header) < form.header_lines:
        return [csv_faults.empty(name, table)]
    if seen.nul is not None:
        return [csv_faults.nul(name, table, seen.nul)]
    headers = joined_header(seen.header)
    if form.header_lines and not form.wanted & set(headers):
        if other := csv_faults.other_delimiter(seen.head, headers, form):
            return [csv_faults.delimiter(name, table, other)]
        if line := csv_faults.later_header(seen.head, form):
            return [csv_faults.header_below(name, table, line, seen.head[0][1])]
    quotes = csv_faults.bare_quotes(seen.bare_quotes, name, table)
    return quotes or csv_faults.wrong_width(seen.wrong, headers, name, table, form.delimiter)


def _rows(path: Path, form: Form) -> Iterator[tuple[int, list[str], str]]:
    """Each row that is not blank, with its first physical line and its text as it stands in the file."""
    csv.field_size_limit(1 << 24)
    with path.open(encoding=form.encoding, newline="") as file:
        for _ in range(form.skipped):
            next(file, None)
        recorded: list[str] = []
        reader = csv.reader(_recording(file, recorded), delimiter=form.delimiter, strict=True)
        last = form.skipped
        try:
            for row in reader:
                if row:
                    yield last + 1, row, recorded[0] if len(recorded) == 1 else "".join(recorded)
                recorded.clear()
                last = form.skipped + reader.line_num
        except csv.Error as error:
            raise _BrokenRowError(last + 1, str(error)) from None


def _recording(file: IO[str], recorded: list[str]) -> Iterator[str]:
    for line in file:
        recorded.append(line)
        yield line


@cache
def _row_shape(delimiter: str) -> re.Pattern[str]:
    """A row in which quotes stand around whole fields only, and are doubled within them."""
    mark = re.escape(delimiter)
    one = rf'(?:"[^"]*(?:""[^"]*)*"|[^"{mark}\r\n]*)'
    return re.compile(rf"\ufeff?{one}(?:{mark}{one})*(?:\r\n|\n|\r)?")
