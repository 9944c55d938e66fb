"""Rows as CSV text for a spreadsheet, in which what a client wrote stays text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from referral_playbook.show.words import clean

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\u2212")
UNSEEN = ("Cc", "Cf", "Cn", "Co", "Zs", "Mn", "Me")
"""Categories of signs that a spreadsheet may drop before it reads a cell: blanks, marks and formats."""


def csv_text(rows: Iterable[Mapping[str, Any]], *, columns: Sequence[str] = ()) -> str:
    """Rows as CSV in which no cell is a formula: client text never becomes one.

    Without `columns` it has all that the rows have.

    Examples
    --------
    >>> csv_text([{"name": "=1+1", "score": -2}])
    "name,score\\r\\n'=1+1,-2\\r\\n"
    """
    listed = list(rows)
    columns = columns or list(dict.fromkeys(key for row in listed for key in row))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(column) for column in columns])
    writer.writerows([[guarded(row.get(column)) for column in columns] for row in listed])
    return out.getvalue()


def guarded(value: Any) -> Any:
    """A cell that a spreadsheet takes for text; numbers and empty cells as they are.

    Examples
    --------
    >>> guarded("@SUM(A1)"), guarded(-2.5), guarded(None), guarded("Anna")
    ("'@SUM(A1)", -2.5, None, 'Anna')
    """
    return _guarded(value) if isinstance(value, str) else value


@lru_cache(maxsize=10_000)
def _guarded(value: str) -> str:
    """Text of a cell; scripts and reasons are in many rows, and each row is in two files."""
    text = clean(value)
    return f"'{text}" if _begins_a_formula(text) else text


def _begins_a_formula(text: str) -> bool:
    """Whether the first sign that one sees begins a formula, also in a wide or small form such as ＝."""
    if text[:1].isascii() and text[:1].isalnum():
        return False
    seen = next((sign for sign in text if unicodedata.category(sign) not in UNSEEN), "")
    return unicodedata.normalize("NFKC", seen).startswith(STARTS_A_FORMULA)
