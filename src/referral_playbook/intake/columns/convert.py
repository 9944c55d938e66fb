"""Text into typed columns, by the format that client.toml declares and by no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.doubtful_words import NOBODY
from referral_playbook.contract.tables import Column, Table
from referral_playbook.intake.columns.days import AS_WRITTEN, ISO_DAY, Zones, cell_days, parsed_days
from referral_playbook.intake.columns.figures import LARGEST, cell_numbers, fitting_marks
from referral_playbook.intake.columns.ids import plain_ids, shortened
from referral_playbook.intake.declared.periods import months_of
from referral_playbook.intake.declared.words import key, proposal
from referral_playbook.intake.faults import Faults, Fix, Late, Seen, Words, named
from referral_playbook.intake.files.formats import fitting_forms, most_likely_forms
from referral_playbook.intake.files.source import TEXT, Cells, Mask, arrow_values, flags, pandas_text

NEVER_NEGATIVE = {"rewards.cost", "rewards.value", "costs.hours", "friction.seconds"}
MAY_BE_NEGATIVE = {"payments.amount", "payments.margin", "exchanges.value", "goals.target"}
NOBODY_SORTED = sorted(NOBODY)
MOSTLY = 0.5
NO_DATE = r"[0:/. TZ-]*0000[0:/. TZ-]*|9999\D.*|.*\D9999(?:\D.*)?|0001\D.*|.*\D0001(?:\D.*)?"
"""Days that no calendar has, such as 0000-00-00 and 31/12/9999."""
EARLIEST = pd.Timestamp("1906-01-01")
"""Programs write 1899-12-30, 1900-01-01 or 1901-01-01 where they have no date."""


@dataclass(frozen=True)
class Reading:
    """The contract column, its declaration, and where its faults are noted."""

    table: Table
    column: Column
    spec: TableSpec
    faults: Faults
    zones: Zones = AS_WRITTEN

    def note(
        self,
        bad: Any,
        cells: Cells,
        problem: str | Late,
        fix: Fix,
        *,
        warn: bool = False,
        unless: Callable[[], bool] | None = None,
    ) -> None:
        self.faults.cells(
            bad, cells, self.table.name, problem, fix, warn=warn, private=self.column.is_id, unless=unless
        )

    def seen(self, cells: Cells) -> Seen:
        """What is known of a column of the file, read as this column of the contract, over all its pieces."""
        return self.faults.seen(self.table.name, self.column.name, cells.place.header)


def convert(cells: Cells, reading: Reading) -> pd.Series:
    """One column as its contract kind says; cells that do not fit are noted and come out empty.

    Dates become datetime64 at midnight, numbers float64, counts Int64, months text YYYY-MM; anything else is text, null
    where empty.
    """
    column = reading.column
    if column.required:
        _note_empty(cells, reading)
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
            return nulled(_ids(cells, reading) if column.is_id else cells.text)


def _ids(cells: Cells, reading: Reading) -> pd.Series:
    """Ids in their plain form, with a warning for words that stand for nobody: their rows are not one person's."""
    nobody = flags(pc.is_in(pc.utf8_lower(arrow_values(cells.text)), pa.array(NOBODY_SORTED, pa.large_string())))
    advice = partial(_nobody_advice, header=cells.place.header, reading=reading)
    reading.note(nobody, cells, "a word in the place of an id", advice, warn=True)
    fix = "Format the column as text before Excel opens the file, or export it again; the last digits are lost here"
    reading.note(shortened(cells.text), cells, "a long number that Excel has shortened", fix)
    return plain_ids(cells.text, reading.spec.width.get(reading.column.name))


def _nobody_advice(words: Words, header: str, reading: Reading) -> str:
    if reading.column.required:
        where = f"where = {{ {key(header)} = {{ not = {literal(list(words.ordered))} }} }}"
        return f"If it means nobody, leave such rows out: {where}"
    return f"If it means that there is none, say so: {_none(words, reading)}"


def _note_empty(cells: Cells, reading: Reading) -> None:
    if not (empty := cells.empty).any():
        return
    header = cells.place.header
    fix = f"Fill it; or leave such rows out, and have them counted: where = {{ {key(header)} = {{ empty = false }} }}"
    reading.note(empty, cells, f"{reading.column.name} is empty, and {reading.table.name} needs it", fix)


def nulled(text: pd.Series) -> pd.Series:
    """Text with null for empty."""
    words = arrow_values(text)
    empty = pc.equal(words, "")
    return pandas_text(pc.if_else(empty, pa.scalar(None, words.type), words)) if pc.any(empty).as_py() else text


def _dates(cells: Cells, reading: Reading) -> pd.Series:
    declared = reading.spec.date_format(reading.column.name)
    days = cell_days(cells, declared, reading.zones)
    there = days.notna().to_numpy()
    reading.seen(cells).read += int(there.sum())
    bad = ~there & ~cells.empty
    if bad.any():
        _note_no_dates(bad, cells, declared, reading)
    early = (days < EARLIEST).to_numpy(dtype=bool)
    advice = partial(_means_none, reading=reading)
    reading.note(early, cells, "a date before 1906, as programs write it where there is none", advice, warn=True)
    return days


def _note_no_dates(bad: Mask, cells: Cells, declared: str | None, reading: Reading) -> None:
    """Cells that are no date of the declared form; numbers in a sheet may be dates as Excel counts them."""
    serial = bad & cells.typed & cells.text.str.fullmatch("[0-9]+([.][0-9]+)?").to_numpy(dtype=bool)
    advice = partial(_serial_advice, reading=reading)
    reading.note(serial, cells, "a number in a cell that is not formatted as a date", advice)
    if (other := bad & ~serial).any():
        empty = other & cells.text.str.fullmatch(NO_DATE).to_numpy(dtype=bool)
        means_none = partial(_means_none, reading=reading)
        reading.note(empty, cells, "a date as programs write it where there is none", means_none)
        advice = partial(_date_advice, seen=reading.seen(cells), reading=reading)
        reading.note(other & ~empty, cells, f"not a date of the form {declared or ISO_DAY}", advice)


def _serial_advice(words: Words, reading: Reading) -> str:
    """How to declare serial days of Excel, with what the first would be under both systems."""
    name, first = reading.column.name, words.texts.head(1)
    forms = {form: parsed_days(first, form)[0] for form in ("excel", "excel1904")}
    if any(pd.isna(day) for day in forms.values()):
        return "Format the column as dates in the workbook"
    days = [f'dates = {{ {name} = "{form}" }} makes the first one {day.date()}' for form, day in forms.items()]
    return f"Excel stores dates as serial numbers. Format the column as dates, or declare it: {'; '.join(days)}"


AS_THE_OTHERS = "Correct it: most cells of this column are read, and another declaration would lose them"


def _date_advice(bad: Words, seen: Seen, reading: Reading) -> str:
    """The formats that fit all bad cells, for the client to choose from; none where most cells are read already."""
    name, fitting = reading.column.name, [f'"{form}"' for form in fitting_forms(bad.texts)]
    if seen.read >= bad.cells:
        return AS_THE_OTHERS if fitting else _correct(bad, reading)
    if fitting:
        return f"Declare how the dates are written, dates = {{ {name} = {' or '.join(fitting)} }}"
    forms, share = most_likely_forms(bad.texts)
    if share >= MOSTLY:
        named_forms = " or ".join(f'"{form}"' for form in forms)
        return f"Correct them; dates = {{ {name} = {named_forms} }} would read {share:.0%} of them"
    return _correct(bad, reading)


def _correct(bad: Words, reading: Reading) -> str:
    """What to do about cells that fit no form; a word may mean that there is no value."""
    words = bad.those(lambda text: not re.search("[0-9]", text))
    if not words.counts and reading.column.kind == "date" and bad.texts.str.contains(r"[^\W\d_]{3}").all():
        return "Write the month as a number, such as 2026-09-30: only English names of months are read"
    return f'Correct it; if it means "none", say so: {_none(words, reading)}' if words.counts else "Correct it"


def _means_none(words: Words, reading: Reading) -> str:
    return f'If it means "none", say so: {_none(words, reading)}'


def _none(words: Words, reading: Reading) -> str:
    """How to say in client.toml that a word means nothing."""
    place = f"[tables.{reading.table.name}.values]"
    return f'{place} {reading.column.name} = {{ "" = {literal(list(words.ordered))} }}'


def _months(cells: Cells, reading: Reading) -> pd.Series:
    declared = reading.spec.date_format(reading.column.name)
    text = cells.text.where(~cells.typed, "")
    if declared is None:
        text = text.where(text.str.fullmatch("[0-9]{4}-[0-9]{2}"), "") + "-01"
    days = parsed_days(text, declared, reading.zones)
    if cells.typed.any():
        days = days.fillna(parsed_days(cells.text.where(cells.typed, ""), "iso", reading.zones))
    bad = days.isna().to_numpy() & ~cells.empty
    fix = f'Write 2026-09, or declare the form: dates = {{ {reading.column.name} = "%m/%Y" }}'
    reading.note(bad, cells, f"not a month of the form {declared or 'YYYY-MM'}", fix)
    return days.dt.strftime("%Y-%m").astype(TEXT)


def amounts(cells: Cells, reading: Reading) -> pd.Series:
    """Amounts (float64, NaN where empty); what is no number is an error, what is negative mostly a warning."""
    numbers = figures(cells, reading)
    place = f"{reading.table.name}.{reading.column.name}"
    if place in NEVER_NEGATIVE:
        fix = "Give what it costs as 0 or more, or leave the row out"
        reading.note((numbers < 0).to_numpy(), cells, "negative, which a cost or a time cannot be", fix)
    elif place not in MAY_BE_NEGATIVE:
        fix = "The row is kept. Check what it means: a credit, a correction, an error of the export?"
        reading.note((numbers < 0).to_numpy(), cells, "negative", fix, warn=True)
    _note_three_digits(cells, reading)
    return numbers


def _note_three_digits(cells: Cells, reading: Reading) -> None:
    """Warn where every point of a column may stand between thousands: 1.234 is one or a thousand."""
    seen = reading.seen(cells)
    if seen.refuted or "decimal" in reading.spec.model_fields_set or not reading.column.is_money or cells.typed.all():
        return
    for rows in (slice(100), slice(None)):  # nearly always, the first rows show that it is no question
        text = cells.text.iloc[rows].where(~cells.typed[rows], "")
        pointed = text.str.contains(".", regex=False).to_numpy(dtype=bool)
        if pointed.any() and not text[pointed].str.fullmatch("-?[1-9][0-9]{0,2}[.][0-9]{3}").all():
            seen.refuted = True
            return
    fix = 'Say which it is: decimal = "." or decimal = ",", thousands = "."'
    problem = "read with a decimal point, which may stand between thousands"
    reading.note(pointed, cells, problem, fix, warn=True, unless=lambda: seen.refuted)


def figures(cells: Cells, reading: Reading) -> pd.Series:
    """Numbers of either sign (float64, NaN where empty); what is no number, or too large, is an error."""
    numbers = cell_numbers(cells, reading.spec)
    for rows, problem, fix in _kinds_of_bad(cells, numbers.isna().to_numpy() & ~cells.empty, reading):
        reading.note(rows, cells, problem, fix)
    if not cells.typed.all():  # numbers of Parquet would become text for this
        exponent = cells.text.str.contains("[0-9][eE][+-]?[0-9]").to_numpy(dtype=bool) & numbers.notna().to_numpy()
        problem = "a number with an exponent, as a spreadsheet shows it after rounding"
        reading.note(exponent & ~cells.typed, cells, problem, ROUNDED, warn=True)
    huge = (numbers.abs() >= LARGEST).to_numpy(dtype=bool)
    reading.note(huge, cells, "larger than any amount can be (1e15)", "Check the number: digits are too many in it")
    return numbers.mask(huge) if huge.any() else numbers


ROUNDED = "Format the column as a number with all its digits, and export the file again"


FEW = 200
"""Different numbers of a column that are looked at to see how its other numbers may be written."""


def _kinds_of_bad(cells: Cells, bad: Mask, reading: Reading) -> list[tuple[Mask, str, Fix]]:
    """Cells that are no number, sorted by what is wrong with them."""
    fine = reading.seen(cells).fine
    if cells.native is None and len(fine) < FEW:
        _add_fine(fine, cells, bad)
    if not bad.any():
        return []
    text, spec = cells.text, reading.spec
    sign = text.str.contains(r"[%$€£¥()]|[A-Za-z]{3}\s*[0-9]|[0-9]\s*[A-Z]{3}$").to_numpy(dtype=bool) & bad
    word = bad & ~sign & ~text.str.contains("[0-9]").to_numpy(dtype=bool)
    declared = f"decimal = {spec.decimal!r}" + (f", thousands = {spec.thousands!r}" if spec.thousands else "")
    advice = partial(_number_advice, fine=fine, reading=reading)
    return [
        (sign, "a sign or unit within the number", advice),
        (bad & ~sign & ~word, f"not a number as declared ({declared})", advice),
        (word, "not a number but a word", partial(_correct, reading=reading)),
    ]


def _add_fine(fine: dict[str, None], cells: Cells, bad: Mask) -> None:
    """Add the first different texts of a column that are read as numbers."""
    text = arrow_values(cells.text)
    for part in (text[:FEW], text):  # nearly always, the first rows have enough different ones
        there = pc.unique(part.filter(pa.array(~(bad | cells.empty)[: len(part)])))
        new = [number for number in there[: FEW + len(fine)].to_pylist() if number not in fine]
        fine |= dict.fromkeys(new[: FEW - len(fine)])
        if len(fine) >= FEW or len(part) == len(text):
            return


def _number_advice(bad: Words, fine: Mapping[str, None], reading: Reading) -> str:
    """The marks that fit all bad cells and those that are read already, for the client to choose from."""
    if fitting := fitting_marks(pd.Series([*bad.counts, *fine], dtype=TEXT), reading.spec):
        return f"Declare how the numbers are written: {' or '.join(fitting)}"
    if fitting_marks(bad.texts, reading.spec) and fine:
        return AS_THE_OTHERS
    return _correct(bad, reading)


def _counts(cells: Cells, reading: Reading) -> pd.Series:
    if reading.column.name == "period_months":
        return months_of(cells, reading)
    numbers = cell_numbers(cells, reading.spec)
    whole = (numbers >= 0) & (numbers == np.floor(numbers)) & (numbers < 2**53)
    bad = ~whole.to_numpy(dtype=bool) & ~cells.empty
    reading.note(bad, cells, "not a whole number from 0 on", "Correct it, or leave it empty where it is not known")
    return numbers.where(whole).astype("Int64")


def _choices(cells: Cells, reading: Reading) -> pd.Series:
    column = reading.column
    bad = ~flags(pc.is_in(arrow_values(cells.text), pa.array([*column.choices, ""], pa.large_string())))
    place = f"[tables.{reading.table.name}.values]"
    reading.note(
        bad,
        cells,
        f"not a word of {column.name} ({named(column.choices)})",
        lambda words: proposal(words.ordered, column.choices, place, column.name),
    )
    return nulled(cells.text.mask(bad, "") if bad.any() else cells.text)
