"""How large a workbook's sheets are, looked at before they are read: one far cell would fill the memory."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from referral_playbook.intake.faults import Fault

MOST_CELLS = 50_000_000
"""Cells from A1 to the last one, empty ones included, since a sheet is read as a rectangle."""
MOST_BYTES = 1 << 30
"""Bytes of a workbook's parts once they are unpacked."""
PIECE = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')


def too_wide(path: Path, name: str, table: str) -> Fault | None:
    """A fault where a sheet of an .xlsx or .xlsm is too large to be read; other kinds of file are not looked into."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as book:
        parts = book.infolist()
        size = sum(part.file_size for part in parts)
        if size > MOST_BYTES:
            problem = f"the workbook is {size / (1 << 20):,.0f} MB when it is unpacked"
            fix = f"Export the table as CSV; at most {MOST_BYTES >> 20:,} MB of a workbook are read"
            return Fault(file=name, table=table, problem=problem, fix=fix)
        for part in parts:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
                with book.open(part) as file:
                    column, row = _last_cell(file)
                if column * row > MOST_CELLS:
                    return _far(name, table, row)
    return None


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


def _far(name: str, table: str, row: int) -> Fault:
    fix = (
        "A single cell far from the table makes the sheet too large, often a blank or a stray mark. In Excel, go to "
        "the last cell (Ctrl+End), delete the rows and columns after the table and save; or export the table as CSV"
    )
    problem = "the sheet is too large to be read, because its last cell is far away"
    return Fault(file=name, table=table, line=row, problem=problem, fix=fix)
