"""Writing cells: client text stays text, and a workbook saves to the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from referral_playbook.show.words import clean

EPOCH = (1980, 1, 1, 0, 0, 0)
TITLE, BOLD, SOFT = Font(bold=True, size=14), Font(bold=True), Font(italic=True, color="545B64")
YELLOW = PatternFill("solid", fgColor="FFF6D6")
WRAP = Alignment(wrap_text=True, vertical="top")


def text(sheet: Worksheet, at: str, content: str, font: Font | None = None) -> None:
    """Write text that stays text, also where it begins like a formula."""
    cell: Any = sheet[at]
    cell.value = clean(content)
    cell.data_type, cell.quotePrefix = "s", True
    if font is not None:
        cell.font = font


def value(sheet: Worksheet, at: str, content: float | str | None, shape: str = "#,##0.00") -> None:
    """Write a number or one of our own formulas, in a number format."""
    cell: Any = sheet[at]
    cell.value, cell.number_format = content, shape


def widths(sheet: Worksheet, *sizes: float) -> None:
    """Set the widths of the first columns, and print on one page across."""
    for letter, size in zip("ABCDEFGHIJKLMNOPQR", sizes, strict=False):
        sheet.column_dimensions[letter].width = size
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def saved(book: Workbook, as_of: date) -> bytes:
    """Save without a clock: openpyxl and zip write when it was."""
    day = datetime(as_of.year, as_of.month, as_of.day)
    book.properties.created, book.properties.creator = day, "referral-playbook"
    made, out = io.BytesIO(), io.BytesIO()
    book.save(made)
    stamp = f"<dcterms:modified\\1>{day.isoformat()}Z</dcterms:modified>".encode()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry == "docProps/core.xml":
                content = re.sub(rb"<dcterms:modified([^>]*)>[^<]*</dcterms:modified>", stamp, content)
            new.writestr(zipfile.ZipInfo(entry, date_time=EPOCH), content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
