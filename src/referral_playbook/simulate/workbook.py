"""One table as an Excel workbook with the same bytes each time: no clock, no machine's zip library."""

from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
from openpyxl import Workbook

THEN = (2020, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def workbook_bytes(table: pd.DataFrame, sheet: str, dates: str) -> bytes:
    """The table on one sheet; dates are real date cells shown as `dates` (strftime), missing ones are empty."""
    book = Workbook()
    page = book.active
    page.title = sheet
    page.append(list(table.columns))
    shown = dates.replace("%d", "dd").replace("%m", "mm").replace("%Y", "yyyy")
    for row in table.astype(object).itertuples(index=False):
        page.append([None if pd.isna(x) else x.to_pydatetime() if isinstance(x, pd.Timestamp) else x for x in row])
    for cells in page.iter_rows(min_row=2):
        for cell in cells:
            cell.number_format = shown if cell.is_date else cell.number_format
    return _steady(book)


def _steady(book: Workbook) -> bytes:
    """Write again without compression and with fixed times: zlib differs between machines, clocks always do."""
    first, second = io.BytesIO(), io.BytesIO()
    book.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(second, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, THEN)
            new.writestr(entry, STAMP.sub(rb"\g<1>2020-01-01T00:00:00Z", old.read(name)))
    return second.getvalue()
