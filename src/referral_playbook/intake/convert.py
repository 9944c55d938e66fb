"""Text into typed columns, by the format that client.toml declares and by no other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from referral_playbook.contract.client import TableSpec
from referral_playbook.contract.tables import Column, Table
from referral_playbook.intake.faults import Faults, named
from referral_playbook.intake.source import TEXT, Cells

Mask = npt.NDArray[np.bool_]
ISO_DAY = "%Y-%m-%d"
DAY_SHAPE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
ISO_SHAPE = DAY_SHAPE + r"([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
USUAL = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d/%m/%y", "%m/%d/%y",
    "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d %b %Y", "%b %d, %Y",
)  # fmt: skip
"""Formats that are offered in a message where a date does not fit; none is ever used unasked."""
MAY_BE_NEGATIVE = {"payments.amount", "payments.margin", "exchanges.value", "goals.target"}


@dataclass(frozen=True)
class Reading:
    """What is needed to read one column and to say what is wrong with it."""

    table: Table
    column: Column
    spec: TableSpec
    faults: Faults

    def note(self, bad: Any, cells: Cells, problem: str, fix: str, *, warn: bool = False) -> None:
        self.faults.cells(
            bad,
            values=cells.text,
            place=cells.place,
            table=self.table.name,
            problem=problem,
            fix=fix,
            severity="warning" if warn else "error",
        )


def convert(cells: Cells, reading: Reading) -> pd.Series:
    """One column as its contract kind says; cells that do not fit are noted and come out empty.

    Returns
    -------
    pd.Series
        date: datetime64 at midnight; number: float64; count: Int64; month: text YYYY-MM; else text, null where empty.
    """
    column = reading.column
    if column.required:
        fix = "Fill it, or leave the row out of the export"
        reading.note(cells.empty, cells, f"{column.name} is empty, and {reading.table.name} needs it", fix)
    match column.kind:
        case "date":
            return _dates(cells, reading)
        case "month":
            return _months(cells, reading)
        case "number":
            return amounts(cells, reading)
        case "count":
            return _counts(cells, reading)
        case "choice":
            return _choices(cells, reading)
        case _:
            return nulled(cells.text)


def nulled(text: pd.Series) -> pd.Series:
    """Text with null for empty."""
    return text.mask(text == "")


def _dates(cells: Cells, reading: Reading) -> pd.Series:
    declared = reading.spec.date_format(reading.column.name)
    days = parsed_days(cells.text.where(~cells.typed, ""), declared)
    if cells.typed.any():
        days = days.fillna(parsed_days(cells.text.where(cells.typed, ""), "iso"))
    bad = days.isna().to_numpy() & ~cells.empty
    if bad.any():
        reading.note(
            bad, cells, f"not a date of the form {declared or ISO_DAY}", _date_advice(cells.text[bad], reading)
        )
    return days


def parsed_days(text: pd.Series, declared: str | None) -> pd.Series:
    """Days (midnight, UTC) from text of one format; NaT where it does not fit.

    Without a declared format a day is ten signs, 2026-09-30; "iso" takes a time of day with it.

    Examples
    --------
    >>> parsed_days(pd.Series(["30/09/2026", "2026-09-30"]), "%d/%m/%Y").dt.date.tolist()
    [datetime.date(2026, 9, 30), NaT]
    """
    shape = {None: DAY_SHAPE, "iso": ISO_SHAPE}.get(declared)
    codes, words = pd.factorize(text if shape is None else text.where(text.str.fullmatch(shape)))
    form = "ISO8601" if declared == "iso" else declared or ISO_DAY
    stamps = pd.to_datetime(pd.Series(words, dtype=object), format=form, errors="coerce", utc=True)
    days = stamps.dt.tz_localize(None).dt.normalize().astype("datetime64[s]")
    return days.reindex(codes).reset_index(drop=True)


def _date_advice(bad: pd.Series, reading: Reading) -> str:
    """The formats that fit all bad cells, for the client to choose from."""
    name = reading.column.name
    some = bad.drop_duplicates().head(200).reset_index(drop=True)
    fitting = [f'"{form}"' for form in USUAL if parsed_days(some, form).notna().all()]
    if not fitting and parsed_days(some, "iso").notna().all():
        fitting = ['"iso"']
    if fitting:
        return f"Declare how the dates are written, dates = {{ {name} = {' or '.join(fitting)} }}"
    table = reading.table.name
    return f'Correct it; if it means "none", say so: [tables.{table}.values] {name} = {{ "" = ["{bad.iloc[0]}"] }}'


def _months(cells: Cells, reading: Reading) -> pd.Series:
    declared = reading.spec.date_format(reading.column.name)
    text = cells.text.where(~cells.typed, "")
    if declared is None:
        text = text.where(text.str.fullmatch("[0-9]{4}-[0-9]{2}"), "") + "-01"
    days = parsed_days(text, declared)
    if cells.typed.any():
        days = days.fillna(parsed_days(cells.text.where(cells.typed, ""), "iso"))
    bad = days.isna().to_numpy() & ~cells.empty
    fix = f'Write 2026-09, or declare the form: dates = {{ {reading.column.name} = "%m/%Y" }}'
    reading.note(bad, cells, f"not a month of the form {declared or 'YYYY-MM'}", fix)
    return days.dt.strftime("%Y-%m").astype(TEXT)


def _number_shape(spec: TableSpec) -> str:
    whole = "[0-9]+"
    if spec.thousands:
        whole = f"(?:[0-9]{{1,3}}(?:{re.escape(spec.thousands)}[0-9]{{3}})+|[0-9]+)"
    mark = re.escape(spec.decimal)
    return rf"[+-]?(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?"


PLAIN = TableSpec(file="typed")


def numbers(text: pd.Series, typed: Mask, spec: TableSpec) -> pd.Series:
    """Numbers (float64) from text with the declared marks; NaN where it does not fit.

    Examples
    --------
    >>> spec = TableSpec(file="x.csv", decimal=",", thousands=".")
    >>> numbers(pd.Series(["1.234,50", "-3", "1234.5"]), np.zeros(3, dtype=bool), spec).tolist()
    [1234.5, -3.0, nan]
    """
    fits = text.str.fullmatch(_number_shape(spec)).to_numpy(dtype=bool) & ~typed
    plain = text.str.fullmatch(_number_shape(PLAIN)).to_numpy(dtype=bool) & typed
    bare = text.where(fits, "")
    if spec.thousands:
        bare = bare.str.replace(spec.thousands, "", regex=False)
    if spec.decimal != ".":
        bare = bare.str.replace(spec.decimal, ".", regex=False)
    found = pd.to_numeric(bare.where(~plain, text).replace("", "nan").astype(object), errors="coerce")
    return found.astype("float64").where(np.isfinite(found.astype("float64")))


def amounts(cells: Cells, reading: Reading) -> pd.Series:
    """Amounts (float64, NaN where empty); what is no number is an error, what is negative mostly a warning."""
    found = numbers(cells.text, cells.typed, reading.spec)
    bad = found.isna().to_numpy() & ~cells.empty
    for rows, problem, fix in _kinds_of_bad(cells, bad, reading):
        reading.note(rows, cells, problem, fix)
    if f"{reading.table.name}.{reading.column.name}" not in MAY_BE_NEGATIVE:
        fix = "The row is kept. Check what it means: a credit, a correction, an error of the export?"
        reading.note((found < 0).to_numpy(), cells, "negative", fix, warn=True)
    return found


def _kinds_of_bad(cells: Cells, bad: Mask, reading: Reading) -> list[tuple[Mask, str, str]]:
    """Cells that are no number, sorted by what is wrong with them."""
    if not bad.any():
        return []
    text, spec = cells.text, reading.spec
    sign = text.str.contains(r"[%$€£¥]|[A-Za-z]{3}\s*[0-9]|[0-9]\s*[A-Z]{3}$").to_numpy(dtype=bool) & bad
    declared = f"decimal = {spec.decimal!r}" + (f", thousands = {spec.thousands!r}" if spec.thousands else "")
    return [
        (sign, "a sign or unit within the number", "Export the bare number: no currency, no per cent sign"),
        (bad & ~sign, f"not a number as declared ({declared})", _number_advice(text[bad & ~sign], reading)),
    ]


def _number_advice(bad: pd.Series, reading: Reading) -> str:
    """The marks that fit all bad cells, for the client to choose from."""
    if not len(bad):
        return ""
    marks = ((".", ","), (",", "."), (",", " "), (".", " "), (".", "'"))
    none = np.zeros(len(bad), dtype=bool)
    fitting = [
        f'decimal = "{d}", thousands = "{t}"'
        for d, t in marks
        if numbers(bad, none, PLAIN.model_copy(update={"decimal": d, "thousands": t})).notna().all()
    ]
    if fitting:
        return f"Declare how the numbers are written: {' or '.join(fitting)}"
    table, name = reading.table.name, reading.column.name
    return f'Correct it; if it means "none", say so: [tables.{table}.values] {name} = {{ "" = ["{bad.iloc[0]}"] }}'


def _counts(cells: Cells, reading: Reading) -> pd.Series:
    found = numbers(cells.text, cells.typed, reading.spec)
    whole = (found >= 0) & (found == np.floor(found)) & (found < 2**53)
    bad = ~whole.to_numpy(dtype=bool) & ~cells.empty
    reading.note(bad, cells, "not a whole number from 0 on", "Correct it, or leave it empty where it is not known")
    return found.where(whole).astype("Int64")


def _choices(cells: Cells, reading: Reading) -> pd.Series:
    column = reading.column
    bad = ~cells.text.isin([*column.choices, ""]).to_numpy(dtype=bool)
    if bad.any():
        word = cells.text[bad].iloc[0]
        fix = (
            f"Say which word it stands for: [tables.{reading.table.name}.values] "
            f'{column.name} = {{ {column.choices[0]} = ["{word}"] }}'
        )
        reading.note(bad, cells, f"not a word of {column.name} ({named(column.choices)})", fix)
    return nulled(cells.text.mask(bad, ""))
