"""Writing cells: client text stays text, and a workbook saves to the same bytes."""

from __future__ import annotations

import io
import string
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from referral_playbook.run.report.office import still
from referral_playbook.show.words import clean

TITLE, BOLD, SOFT = Font(bold=True, size=14), Font(bold=True), Font(italic=True, color="545B64")
YELLOW = PatternFill("solid", fgColor="FFF6D6")
LETTERS = string.ascii_uppercase
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


def headings(sheet: Worksheet, row: int, words: Iterable[str]) -> None:
    """Write a row of headings from the first column on."""
    for letter, heading in zip(LETTERS, words, strict=False):
        text(sheet, f"{letter}{row}", heading, BOLD)


def widths(sheet: Worksheet, *sizes: float) -> None:
    """Set the widths of the first columns, and print on one page across."""
    for letter, size in zip(LETTERS, sizes, strict=False):
        sheet.column_dimensions[letter].width = size
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def saved(book: Workbook, as_of: date) -> bytes:
    """Save without a clock: openpyxl and zip write when it was."""
    day, made = datetime(as_of.year, as_of.month, as_of.day), io.BytesIO()
    book.properties.created, book.properties.creator = day, "referral-playbook"
    book.save(made)
    return still(made.getvalue(), day)
