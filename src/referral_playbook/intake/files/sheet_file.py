"""Excel sheets and Parquet files as text: what they hold as numbers and dates becomes canonical text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from referral_playbook.intake.faults import Fault, Faults, named
from referral_playbook.intake.files import limits
from referral_playbook.intake.files.canonical import canonical_text, is_text
from referral_playbook.intake.files.csv_faults import header_below, later_header
from referral_playbook.intake.files.csv_lines import HEAD
from referral_playbook.intake.files.form import Form, joined_header
from referral_playbook.intake.files.sheet_size import far_cell, parquet_too_large, too_large, unreadable
from referral_playbook.intake.files.source import Source, as_text, source

PIECE_ROWS = 1 << 19


def read_excel(path: Path, name: str, table: str, *, form: Form, faults: Faults) -> Source | None:
    """Read one sheet: the declared one, or the only one there is."""
    if fault := too_large(path, name, table):
        faults.add(fault)
        return None
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            chosen = _sheet(book, name, table, form.sheet, faults)
            if chosen is None:
                return None
            sheet = book.get_sheet_by_name(chosen)
            row, column = sheet.end or (0, 0)
            if (row + 1) * (column + 1) > limits.MOST_SHEET_CELLS:
                faults.add(far_cell(name, table, row + 1))
                return None
            rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        faults.add(far_cell(name, table) if "limit exceeded" in str(error) else unreadable(name, table, error))
        return None
    return _from_rows(rows, name, table, form, faults)


def _sheet(book: CalamineWorkbook, name: str, table: str, sheet: str | None, faults: Faults) -> str | None:
    names = book.sheet_names
    if sheet in names or (sheet is None and len(names) == 1):
        return sheet or names[0]
    problem = "the workbook has several sheets" if sheet is None else "no such sheet"
    fix = f'Declare one in client.toml: sheet = "{names[0]}". Sheets here: {named(names)}'
    faults.add(Fault(file=name, table=table, value=sheet, problem=problem, fix=fix))
    return None


def _from_rows(rows: list[list[Any]], name: str, table: str, form: Form, faults: Faults) -> Source | None:
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if number > form.skipped]
    full = [(number, row) for number, row in numbered if any(cell not in ("", None) for cell in row)]
    head, body = full[: form.header_lines], full[form.header_lines :]
    body = [(number, row) for number, row in body if number not in form.dropped]
    if len(head) < form.header_lines or not body:
        fix = f"The first row holds the headers; export it again, or remove [tables.{table}] from client.toml"
        faults.add(Fault(file=name, table=table, problem="the sheet has no rows under a header", fix=fix))
        return None
    headers = joined_header([[_cell(cell) for cell in row] for _, row in head] or [[""] * len(body[0][1])])
    shown = [(number, [_cell(cell) for cell in row]) for number, row in full[:HEAD]]
    if head and not form.wanted & set(headers) and (line := later_header(shown, form)):
        faults.add(header_below(name, table, line, headers))
        return None
    lines = np.array([number for number, _ in body], dtype=np.int64)
    columns = list(zip(*(row for _, row in body), strict=True))
    text = [as_text([_cell(cell) for cell in column]) for column in columns]
    typed = [np.array([not isinstance(cell, str) for cell in column], dtype=bool) for column in columns]
    read = source(name, headers, text, lines=lines, typed=typed)
    last = numbered[-1][0] if full else 0
    return replace(read, blank_rows=sum(1 for number, _ in numbered if number <= last) - len(full))


def _cell(cell: Any) -> str:
    """Canonical text of a cell.

    Examples
    --------
    >>> _cell(1001.0), _cell(12.5), _cell(date(2026, 9, 30)), _cell(True)
    ('1001', '12.5', '2026-09-30', 'true')
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds():g} s"
    return str(cell)


def read_parquet(path: Path, name: str, table: str, *, faults: Faults) -> Source | None:
    """Read one Parquet file; its lines are rows counted from 1."""
    try:
        if fault := parquet_too_large(pq.read_metadata(path), name, table):
            faults.add(fault)
            return None
        data = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        faults.add(_unreadable_parquet(name, table, error))
        return None
    if not data.num_rows:
        fix = f"Export it again, or remove [tables.{table}] from client.toml"
        faults.add(Fault(file=name, table=table, problem="the file has no rows", fix=fix))
        return None
    return parquet_source(data, name, 1)


def parquet_pieces(path: Path, name: str, table: str, *, faults: Faults) -> Iterator[Source]:
    """The same in pieces of half a million rows; none where the file cannot be read."""
    try:
        with pq.ParquetFile(path) as file:
            if fault := parquet_too_large(file.metadata, name, table, in_pieces_of=path.stat().st_size):
                faults.add(fault)
                return
            first = 1
            for batch in file.iter_batches(PIECE_ROWS):
                given = pa.Table.from_batches([batch])
                yield replace(parquet_source(given, name, first), given=given)
                first += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        faults.add(_unreadable_parquet(name, table, error))


def _unreadable_parquet(name: str, table: str, error: Exception) -> Fault:
    fix = "Write it again, for example with pandas: to_parquet"
    return Fault(file=name, table=table, problem=f"not a readable Parquet file ({error})", fix=fix)


def parquet_source(data: pa.Table, name: str, first: int) -> Source:
    """Rows of a Parquet file, the first of which has this number; what is no text stays as it is until it is asked."""
    lines = np.arange(first, first + data.num_rows, dtype=np.int64)
    typed = [np.full(data.num_rows, not is_text(column.type)) for column in data.columns]
    columns = [as_text(canonical_text(column)) if is_text(column.type) else column for column in data.columns]
    return source(name, data.column_names, columns, lines=lines, typed=typed)
