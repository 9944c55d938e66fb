"""How large a workbook's sheets are, looked at before they are read: one far cell would fill the memory."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

import pyarrow.parquet as pq

from referral_playbook.intake.faults import Fault
from referral_playbook.intake.files import limits

PIECE = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')


def too_large(path: Path, name: str, table: str) -> Fault | None:
    """A fault where a workbook is too large once unpacked, or a sheet of an .xlsx or .xlsm reaches too far."""
    if not zipfile.is_zipfile(path):
        return None
    try:
        return _too_large(path, name, table)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        return unreadable(name, table, error)


def unreadable(name: str, table: str, error: Exception) -> Fault:
    """A file that is no workbook, or one that is locked."""
    fix = "Open it in Excel and save it again as .xlsx, without a password"
    return Fault(file=name, table=table, problem=f"not a readable workbook ({error})", fix=fix)


def _too_large(path: Path, name: str, table: str) -> Fault | None:
    with zipfile.ZipFile(path) as book:
        parts = book.infolist()
        size = sum(part.file_size for part in parts)
        if size > limits.MOST_UNPACKED:
            problem = f"the workbook is {size / (1 << 20):,.0f} MB when it is unpacked"
            fix = f"Export the table as CSV; at most {limits.MOST_UNPACKED >> 20:,} MB of a workbook are read"
            return Fault(file=name, table=table, problem=problem, fix=fix)
        for part in parts:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
                with book.open(part) as file:
                    column, row = _last_cell(file)
                if column > limits.MOST_COLUMNS or column * row > limits.MOST_SHEET_CELLS:
                    return far_cell(name, table, row)
            elif part.compress_size * MOST_PACKED > limits.MOST_UNPACKED:
                _read_through(book, part)
    return None


MOST_PACKED = 1032
"""How many bytes one packed byte can become, at most: a part that is too small for the limit need not be looked at."""


def _read_through(book: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read a part to its end, so that one which is larger than it says is refused here."""
    with book.open(part) as file:
        while file.read(PIECE):
            pass


def _last_cell(file: object) -> tuple[int, int]:
    """The highest column and row that any cell has."""
    column = row = 0
    rest = b""
    while piece := file.read(PIECE):  # type: ignore[attr-defined]
        text = rest + piece
        for letters, number in _CELL.findall(text):
            column, row = max(column, _number(letters)), max(row, int(number))
        rest = text[text.rfind(b"<") :] if b"<" in text else b""
        rest = rest if len(rest) < PIECE else b""
    return column, row


def _number(letters: bytes) -> int:
    """The number of a column: A is 1, XFD is 16384.

    Examples
    --------
    >>> _number(b"A"), _number(b"AA"), _number(b"XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def far_cell(name: str, table: str, row: int | None = None) -> Fault:
    """A sheet that reaches too far; `row` is its last one."""
    fix = (
        "A single cell far from the table makes the sheet too large, often a blank or a stray mark. In Excel, go to "
        "the last cell (Ctrl+End), delete the rows and columns after the table and save; or export the table as CSV"
    )
    problem = "the sheet is too large to be read, because its last cell is far away"
    return Fault(file=name, table=table, line=row, problem=problem, fix=fix)


def parquet_too_large(about: pq.FileMetaData, name: str, table: str, *, in_pieces_of: int = 0) -> Fault | None:
    """A fault where a Parquet file has too many rows and columns, or is too large once unpacked.

    A file that is read piece by piece, of so many bytes, may be larger in proportion to them: its cells are really
    there, while a small file that unpacks to a large table is made to fill the memory.
    """
    size = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    cells = about.num_rows * about.num_columns
    most_cells = max(limits.MOST_PARQUET_CELLS, limits.CELLS_PER_BYTE * in_pieces_of)
    most_bytes = max(limits.MOST_PARQUET, limits.UNPACKED_PER_BYTE * in_pieces_of)
    if about.num_columns <= limits.MOST_COLUMNS and cells <= most_cells and size <= most_bytes:
        return None
    problem = f"{about.num_rows:,} rows in {about.num_columns:,} columns, {size / (1 << 20):,.0f} MB when unpacked"
    fix = "Write only the columns that the playbook needs, or export the table as CSV, which is read piece by piece"
    return Fault(file=name, table=table, problem=f"the file is too large to be read ({problem})", fix=fix)
