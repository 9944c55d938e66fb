"""The first pass over a CSV file: every row has the width of the header, and quotes stand where they may."""

from __future__ import annotations

import codecs
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

from referral_playbook.intake.faults import Fault, Faults
from referral_playbook.intake.files import csv_faults, csv_scan, limits
from referral_playbook.intake.files.form import Form, joined_header
from referral_playbook.intake.files.odd_signs import odd_signs

HEAD = 30
"""Rows among which the header is looked for, if it is not where it should be."""


@dataclass(frozen=True)
class Checked:
    """The header of a file and the first physical line of each row, blank rows of the same width included.

    No row has more bytes than `longest`.
    """

    headers: list[str]
    lines: npt.NDArray[np.int64]
    longest: int = csv_scan.LONGEST_ROW


@dataclass
class _Pass:
    """What the pass has seen so far."""

    form: Form
    header: list[list[str]] = field(default_factory=list)
    head: list[tuple[int, list[str]]] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("q"))
    wrong: list[tuple[int, int]] = field(default_factory=list)
    bare_quotes: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    headers_again: list[int] = field(default_factory=list)
    longest: int = csv_scan.LONGEST_ROW

    @property
    def width(self) -> int:
        """Fields of a row, once the first rows have been looked at; -1 where each row must be looked at closely."""
        return len(self.header[0]) if len(self.head) == HEAD and not self.form.dropped else -1

    def count(self, lines: npt.NDArray[np.int64]) -> None:
        """Count rows that have as many fields as the header."""
        self.starts.frombytes(lines.astype(np.int64).tobytes())

    def take(self, line: int, row: list[str]) -> None:
        """Look at a row closely, and count it where it has as many fields as the header."""
        if self.look(line, row) and len(row) == len(self.header[0]):
            self.starts.append(line)

    def look(self, line: int, row: list[str]) -> bool:
        """Note what is odd about a row; whether it is no line of the header."""
        if len(self.head) < HEAD:
            self.head.append((line, row))
        if len(self.header) < self.form.header_lines:
            self.header.append(row)
            return False
        if not self.header:  # a file without header: its first row says how many columns there are
            self.header.append([""] * len(row))
        if self.form.header_lines and row == self.header[0] and line not in self.form.dropped:
            self.headers_again.append(line)
        filled = any(map(str.strip, row))
        if filled and len(row) != len(self.header[0]) and line not in self.form.dropped:
            self.wrong.append((line, len(row)))
        if not filled and line not in self.form.dropped:
            self.blank.append(line)
            if len(self.blank) > limits.MOST_BLANK_LINES:
                raise _RefusedError(csv_faults.MANY_BLANKS, line)
        return True


class _RefusedError(ValueError):
    """Why a file is refused before its end: the damage, the line, and what the message names."""


def checked_lines(path: Path, name: str, table: str, form: Form, faults: Faults) -> Checked | None:
    """The header and the first line of each row, where every row has as many fields as the header."""
    try:
        seen = _by_bytes(path, form) or _by_rows(path, form)
    except _RefusedError as error:
        damage, *where = error.args
        faults.add(damage.fault(name, table, *where))
        return None
    refused = _refused(seen, name, table, form)
    for fault in refused:
        faults.add(fault)
    if refused:
        return None
    for fault in csv_faults.doubtful(path, name, table, seen.blank, form.encoding):
        faults.add(fault)
    for fault in odd_signs(path, name, table, form.encoding):
        faults.add(fault)
    lines = np.frombuffer(seen.starts, dtype=np.int64) if seen.starts else np.array([], dtype=np.int64)
    return Checked(joined_header(seen.header), lines, seen.longest)


def _by_bytes(path: Path, form: Form) -> _Pass | None:
    """The pass over a big file, whose first rows alone are read by the csv module; None where it needs all of them."""
    if not csv_scan.is_plain(path, form) or not _has_many_lines(path, form.skipped + HEAD):
        return None
    seen = _Pass(form)
    try:
        for line, row, _ in _rows(path, form, recording=False):
            seen.take(line, row)
            if len(seen.head) == HEAD:
                first = seen.header[0][0] if form.header_lines else ""
                wanted = csv_scan.Wanted(form, len(seen.header[0]), first, line, seen.look, seen.count)
                seen.longest = csv_scan.scan(path, wanted)
                return seen
    except (csv_scan.UnfitError, _RefusedError, UnicodeError):
        pass
    return None


def _has_many_lines(path: Path, number: int) -> bool:
    """Whether more lines than that end near the beginning: the csv module would read an endless one as a whole."""
    with path.open("rb") as file:
        return file.read(limits.LONGEST_LINE).count(b"\n") > number


def _by_rows(path: Path, form: Form) -> _Pass:
    """The pass by the csv module. The first test passes nearly all rows."""
    seen = _Pass(form)
    fits, good, width = _row_shape(form.delimiter).fullmatch, seen.starts.append, -1
    first = ""
    quoted = _quoted(path, form.encoding)
    for line, row, raw in _rows(path, form, recording=quoted):
        if len(row) == width and row[0].strip() and row[0] != first:
            good(line)
        else:
            seen.take(line, row)
            width, first = seen.width, seen.header[0][0]
        if '"' in raw and not fits(raw):
            seen.bare_quotes.append(line)
    return seen


def _quoted(path: Path, encoding: str) -> bool:
    """Whether a file has quotes. A NUL, which wide encodings have in every sign, or an endless line is refused."""
    wide = "a".encode(encoding).removeprefix(codecs.BOM_UTF8) != b"a"
    quoted, lines, since = False, 1, 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            quoted = quoted or b'"' in piece
            if not wide and (at := piece.find(b"\0")) >= 0:
                raise _RefusedError(csv_faults.NUL, lines + piece.count(b"\n", 0, at))
            end = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
            since = since + len(piece) if end < 0 else len(piece) - end
            lines += piece.count(b"\n")
            if since > limits.LONGEST_LINE:
                raise _RefusedError(csv_faults.ENDLESS_LINE, lines)
    return quoted or wide


def _refused(seen: _Pass, name: str, table: str, form: Form) -> list[Fault]:
    """Why the file cannot be used; only the most likely reason, because the others follow from it."""
    if not seen.header or len(seen.header) < form.header_lines:
        return [csv_faults.EMPTY.fault(name, table)]
    if len({len(row) for row in seen.header}) > 1:
        return [csv_faults.UNEVEN_HEADER.fault(name, table, 1)]
    if len(seen.header[0]) > limits.MOST_COLUMNS:
        return [csv_faults.MANY_COLUMNS.fault(name, table, 1, len(seen.header[0]))]
    headers = joined_header(seen.header)
    if form.header_lines and not form.wanted & set(headers):
        if other := csv_faults.other_delimiter(headers, form):
            return [csv_faults.delimiter(name, table, other)]
        if line := csv_faults.later_header(seen.head, form):
            return [csv_faults.header_below(name, table, line, seen.head[0][1])]
    if seen.headers_again:
        return [csv_faults.header_again(name, table, seen.headers_again, form)]
    quotes = csv_faults.bare_quotes(seen.bare_quotes, name, table)
    return quotes or csv_faults.wrong_width(seen.wrong, headers, name, table, form.delimiter)


def _rows(path: Path, form: Form, *, recording: bool) -> Iterator[tuple[int, list[str], str]]:
    """Each row that is not blank, with its first physical line and, on request, its text as it stands in the file."""
    csv.field_size_limit(1 << 24)
    with path.open(encoding=form.encoding, newline="") as file:
        for _ in range(form.skipped):
            next(file, None)
        recorded: list[str] = []
        lines = _recording(file, recorded) if recording else file
        reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
        last = skipped = form.skipped
        blank = 0
        try:
            for row in reader:
                if row:
                    yield last + 1, row, "".join(recorded)
                else:
                    blank += 1
                    if blank > limits.MOST_BLANK_LINES:
                        raise _RefusedError(csv_faults.MANY_BLANKS, last + 1)
                recorded.clear()
                last = skipped + reader.line_num
        except csv.Error as error:
            raise _RefusedError(csv_faults.BROKEN, last + 1, str(error)) from None


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
