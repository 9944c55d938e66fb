"""A CSV file as text. Two passes: Python's csv module checks every line, pyarrow reads the columns.

The first pass knows physical lines and refuses what the second would repair in silence: lines with too few or
too many fields, a quote that is never closed or stands within a field, bytes that are not of the declared encoding.
Both read the file piece by piece: what stays in memory is the columns, not the text of the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.csv_faults import NO_ROWS, undecodable
from referral_playbook.intake.files.csv_lines import Checked, checked_lines
from referral_playbook.intake.files.form import Form
from referral_playbook.intake.files.source import Source, as_text, source
from referral_playbook.intake.files.stack import one_below_other

BLOCK = 1 << 25
"""Bytes that pyarrow reads at a time; a row must fit, and the csv module takes no field above half of it."""
PIECE = 1 << 23
"""Bytes of a piece where all rows are known to be short; pyarrow has several pieces in memory at once."""
LETTER = 4
"""Bytes that a letter may take in UTF-8, into which pyarrow puts the bytes of other encodings."""

LARGE = 1 << 20
"""Bytes of a file from which pyarrow reads several columns at a time; starting its threads takes longer before."""


def read_csv(path: Path, name: str, table: str, *, form: Form, faults: Faults) -> Source | None:
    """Read one CSV file; None where it cannot be read, with the reasons in `faults`."""
    checked = _usable(path, name, table, form, faults)
    if checked is None:
        return None
    rows = arrow_csv.read_csv(path, **_options(path, form, len(checked.headers), BLOCK)).slice(form.header_lines)
    _agree(rows.num_rows, len(checked.lines))
    return _source(name, checked, rows, 0, form)


def csv_pieces(path: Path, name: str, table: str, *, form: Form, faults: Faults) -> Iterator[Source]:
    """The same in pieces of some ten thousand rows; none where the file cannot be read."""
    checked = _usable(path, name, table, form, faults)
    if checked is not None:
        yield from _in_pieces(path, name, checked, form)


def stacked_csv_pieces(files: Mapping[str, Path], table: str, *, form: Form, faults: Faults) -> Iterator[Source]:
    """The pieces of several files, one below the other; none where one of them cannot be read."""
    checked = {name: _usable(path, name, table, form, faults) for name, path in files.items()}
    usable = {name: one for name, one in checked.items() if one is not None}
    if len(usable) < len(files):
        return
    no_rows = [_source(name, one, _no_rows(len(one.headers)), 0, form) for name, one in usable.items()]
    headers = one_below_other(no_rows, form.wanted, table, faults)
    for name, one in usable.items():
        for piece in _in_pieces(files[name], name, one, form):
            yield one_below_other([headers, piece], frozenset(), table, faults)


def _no_rows(width: int) -> pa.Table:
    return pa.table({str(number): pa.array([], pa.string()) for number in range(width)})


def _in_pieces(path: Path, name: str, checked: Checked, form: Form) -> Iterator[Source]:
    first, read = form.header_lines, 0
    size = min(PIECE, BLOCK) if checked.longest * LETTER <= PIECE and not form.skipped else BLOCK
    for batch in arrow_csv.open_csv(path, **_options(path, form, len(checked.headers), size)):
        rows = pa.Table.from_batches([batch]).slice(first)
        first = max(0, first - batch.num_rows)
        if rows.num_rows:
            yield _source(name, checked, rows, read, form)
            read += rows.num_rows
    _agree(read, len(checked.lines))


def _agree(rows: int, lines: int) -> None:
    if rows != lines:
        raise AssertionError(f"the csv module counts {lines} rows, pyarrow {rows}")


def _source(name: str, checked: Checked, rows: pa.Table, first: int, form: Form) -> Source:
    """Rows as a `Source`, without those that are blank or declared as lines to skip."""
    lines = checked.lines[first : first + rows.num_rows]
    read = source(name, checked.headers, [as_text(column) for column in rows.columns], lines=lines)
    if form.dropped:
        positions = np.flatnonzero(~np.isin(lines, list(form.dropped)))
        read = read.take(positions) if len(positions) < len(lines) else read
    return read.without_blank_rows()


def _usable(path: Path, name: str, table: str, form: Form, faults: Faults) -> Checked | None:
    """Header and lines of a file that can be read and has rows; else None, with the reasons in `faults`."""
    try:
        checked = checked_lines(path, name, table, form, faults)
    except (LookupError, UnicodeError):
        faults.add(undecodable(path, name, table, form.encoding))
        return None
    if checked is not None and not len(checked.lines):
        faults.add(NO_ROWS.fault(name, table))
        return None
    return checked


def _options(path: Path, form: Form, width: int, size: int) -> dict[str, Any]:
    names = [str(number) for number in range(width)]
    plain = codecs.lookup(form.encoding).name in ("utf-8", "utf-8-sig", "ascii")
    return {
        "read_options": arrow_csv.ReadOptions(
            column_names=names,
            block_size=size,
            use_threads=path.stat().st_size >= LARGE,
            encoding="utf8" if plain else form.encoding,
            skip_rows=form.skipped,
        ),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=form.delimiter,
            newlines_in_values=True,
            # of another width are only rows that the first pass knows to be blank or skipped
            invalid_row_handler=lambda _: "skip",
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    }
