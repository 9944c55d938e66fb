"""Calculate the formulas of our workbooks in Python, so that a sheet can be tested without a spreadsheet program.

Only what the sheets use: arithmetic, comparisons, ranges of one column, and a handful of functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from openpyxl import Workbook

CELL = r"(?:(\w+)!)?\$?([A-Z]{1,2})\$?(\d+)(?::\$?[A-Z]{1,2}\$?(\d+))?(?![\w(])"
TOKEN = re.compile(rf'("[^"]*")|{CELL}|(<=|>=|<>|=)|(\^)')
SIGNS = {"=": "==", "<>": "!=", "<=": "<=", ">=": ">="}
FUNCTIONS = {
    "SUMPRODUCT": lambda *x: np.sum(np.prod(np.broadcast_arrays(*x), axis=0)),
    "SUMIF": lambda values, below, summed: summed[values < below].sum(),
    "MAX": lambda *x: np.max(np.concatenate([np.ravel(v) for v in x])),
    "MIN": lambda *x: np.min(np.concatenate([np.ravel(v) for v in x])),
    "AND": lambda *x: all(x),
    "ISNUMBER": lambda x: isinstance(x, (int, float)),
    "ROUND": lambda x, digits: round(float(x), digits),
    "ROUNDUP": lambda x, digits: np.ceil(x * 10**digits) / 10**digits,
    "TRUE": True,
    "FALSE": False,
}


def calculator(book: Workbook) -> Callable[[str], Any]:
    """``calculator(book)("Answers!B5")``: the value of a cell."""

    @cache
    def cell(sheet: str, column: str, row: int) -> Any:
        found = book[sheet][f"{column}{row}"]
        if found.data_type == "f":
            return eval(_python(found.value[1:], sheet), {"cell": cell, "span": span, **FUNCTIONS})
        return found.value

    def span(sheet: str, column: str, first: int, last: int) -> np.ndarray:
        return np.array([cell(sheet, column, row) for row in range(first, last + 1)], dtype=float)

    def value(address: str) -> Any:
        sheet, _, place = address.partition("!")
        return cell(sheet, place.rstrip("0123456789"), int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))

    return value


def _python(formula: str, sheet: str) -> str:
    def one(found: re.Match[str]) -> str:
        text, named, column, row, last, sign, _ = found.groups()
        if column:
            place = named or sheet
            return f"span({place!r},{column!r},{row},{last})" if last else f"cell({place!r},{column!r},{row})"
        return text or SIGNS.get(sign, "**")

    return TOKEN.sub(one, _lazy(formula.replace('"<"&', "")))


def _lazy(formula: str) -> str:
    """Every IF as a condition of Python, so that only one side of it is calculated."""
    while found := re.search(r"(?<![A-Z])IF\(", formula):
        depth, begin, parts = 1, found.end(), []
        for at in range(found.end(), len(formula)):
            quoted = formula[found.end() : at].count('"') % 2
            depth += 0 if quoted else {"(": 1, ")": -1}.get(formula[at], 0)
            if not quoted and (depth == 0 or (depth == 1 and formula[at] == ",")):
                parts.append(formula[begin:at])
                begin = at + 1
            if depth == 0:
                break
        test, yes, no = parts
        formula = f"{formula[: found.start()]}(({yes}) if ({test}) else ({no})){formula[begin:]}"
    return formula
