"""One table on its way: what its file says, what was chosen of it, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from referral_playbook.contract.client_toml.client import Client, TableSpec
from referral_playbook.contract.client_toml.table import EVERY_COLUMN
from referral_playbook.contract.client_toml.table_checks import SCALED
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.columns import rules
from referral_playbook.intake.columns.convert import Reading, amounts, convert, figures
from referral_playbook.intake.columns.days import AS_WRITTEN, Zones, zones
from referral_playbook.intake.declared.currency import in_home_currency
from referral_playbook.intake.declared.mapping import Picked, pick
from referral_playbook.intake.declared.periods import period_column
from referral_playbook.intake.declared.unmapped import absent_words, unmapped_words
from referral_playbook.intake.declared.wide import one_row_per_answer
from referral_playbook.intake.faults import Fault, Faults
from referral_playbook.intake.files.hashes import (
    Hashes,
    beyond_first,
    is_number,
    number_hashes,
    row_hashes,
    text_hashes,
)
from referral_playbook.intake.files.source import Cells, Source, arrow_values

ARROW = {"date": pa.date32(), "number": pa.float64(), "count": pa.int64()}
NOTE = (
    "joined_on and left_on are made from tenure_months and status: customer lifetimes are right, but calendar "
    "dates are not, so no figure by month or year can be taken from them"
)


@dataclass(frozen=True)
class Typed:
    """A table, or a piece of one, typed and checked by itself.

    `converted` counts the rows that were converted from each other currency.
    """

    spec: TableSpec
    source: Source
    picked: Picked
    frame: rules.Frame
    late: npt.NDArray[np.bool_]
    duplicates: int = 0
    synthetic: bool = False
    converted: dict[str, int] = field(default_factory=dict)


def reading_of(table: str, spec: TableSpec, faults: Faults, column: str, zones: Zones = AS_WRITTEN) -> Reading:
    """The `Reading` of one column of a table."""
    return Reading(TABLES[table], TABLES[table].column(column), spec, faults, zones)


def note_nothing(name: str, spec: TableSpec, faults: Faults) -> None:
    """Note that `where` left no row of a table, or that no question has an answer."""
    fix = f"Check the words in [tables.{name}] where; they must stand in the file exactly so"
    problem = "'where' leaves no row"
    if spec.questions and not spec.where:
        problem, fix = "no question has an answer", f"Check the headers in [tables.{name}] questions"
    faults.add(Fault(file=spec.file, table=name, problem=problem, fix=fix))


def typed(
    client: Client, name: str, spec: TableSpec, source: Source, faults: Faults, *, whole: bool = True
) -> Typed | None:
    """Map, convert and check one table; None where its headers are not there. Perhaps no row of it is left.

    The declaration is the client's over its preset. Where these are not all rows (`whole`), keys and the last row are
    not compared with the others (see `across`).
    """
    spec = period_column(spec)
    source = one_row_per_answer(TABLES[name], spec, source, faults)
    optional = spec.columns.keys() - client.tables[name].columns.keys() - {"period_months"}
    picked = pick(TABLES[name], spec, source, optional, faults)
    if not picked.rows:
        return Typed(spec, source, picked, {}, np.zeros(0, dtype=bool))
    if not picked.cells:
        return None
    reading = partial(reading_of, name, spec, faults, zones=zones(client, spec))
    frame, synthetic, converted = _frame(name, picked, reading, spec, client, faults)
    late = rules.check_as_of(frame, reading, picked, name, client.as_of)
    duplicates = rules.check_key(frame, reading, picked, name) if whole else 0
    if whole:
        rules.check_total(frame, reading, picked)
    if name == "surveys" and {"question", "answer"} <= frame.keys():
        rules.check_nps_scale(frame, reading, picked)
    if name == "payments":
        rules.check_margin(frame, reading, picked)
    if name == "goals":
        rules.check_metrics(frame, reading, picked)
    return Typed(spec, source, picked, frame, late, duplicates, synthetic, converted)


def _frame(
    name: str,
    picked: Picked,
    reading: Callable[[str], Reading],
    spec: TableSpec,
    client: Client,
    faults: Faults,
) -> tuple[rules.Frame, bool, dict[str, int]]:
    frame = {column: convert(cells, reading(column)) for column, cells in picked.cells.items()}
    _amounts_changed(name, frame, picked, reading)
    converted = in_home_currency(name, frame, picked, spec.marks, client, faults)
    frame = converted.frame
    if name == "surveys" and {"question", "answer"} <= frame.keys():
        frame["answer"] = rules.check_answers(frame, reading, picked)
    if "source" in picked.cells:
        cells = picked.cells["source"]
        faults.tally.add("source", name, cells.place.file, cells.place.header, cells.text)
    rules.check_ranges(frame, reading, picked, name)
    rules.check_order(frame, reading, picked, name)
    if name == "customers":
        frame = rules.left_without_a_day(frame, picked, reading, client.as_of)
    made = name == "customers" and "joined_on" not in frame and {"tenure_months", "status"} <= frame.keys()
    if made:
        frame = rules.from_tenure(frame, picked, reading, client.as_of)
    return {column: frame[column] for column in TABLES[name].names if column in frame}, made, converted.rows


def _amounts_changed(name: str, frame: rules.Frame, picked: Picked, reading: Callable[[str], Reading]) -> None:
    """Multiply, subtract and divide amounts as declared, in this order."""
    for column, cells in picked.times.items():
        if column in frame:
            factor = figures(cells, reading(column))
            fix = "Fill it, or leave the row out with 'where'"
            lacking = factor.isna() & frame[column].notna() & cells.empty
            reading(column).note(lacking.to_numpy(dtype=bool), cells, f"empty, but {column} is multiplied by it", fix)
            frame[column] = frame[column] * factor
    for column, cells in picked.less.items():
        if column in frame:
            frame[column] = frame[column] - amounts(cells, reading(column)).fillna(0.0)
    divide = reading(next(iter(TABLES[name].names))).spec.divide
    for known in TABLES[name].columns:
        by = divide.get(known.name, divide.get(EVERY_COLUMN) if known.is_money else None)
        if by is not None and known.name in frame:
            frame[known.name] = pd.Series(frame[known.name] / by)


def quality(name: str, one: Typed, orphans: int | None, faults: Faults, *, whole: bool = True) -> dict[str, Any]:
    """The quality row of a table, or of a piece of one: see `Intake`."""
    first, last = _span(name, one)
    late = int(one.late.sum())
    return {
        "table": name,
        "files": [{"file": file, "rows": rows} for file, rows in one.source.files],
        "rows_in_files": one.source.rows,
        "rows_blank": one.source.blank_rows,
        "rows_repeated": one.source.repeated_rows,
        "rows_left_out": one.picked.left_out,
        "rows_used": one.picked.rows - late,
        "rows_after_as_of": late,
        "rows_alike": None if TABLES[name].key else beyond_first(used_hashes(name, one)) if whole else None,
        "first": first,
        "last": last,
        "faults": faults.by_column(name),
        "duplicates": one.duplicates,
        "orphans": orphans,
        "synthetic_dates": one.synthetic,
        "converted": one.converted,
        "unmapped": unmapped_words(name, faults),
        "absent_words": absent_words(name, faults),
        "scale": {question: one.spec.scale_of(question) for question in SCALED} if name == "surveys" else {},
        "note": NOTE if one.synthetic else "",
    }


def used_hashes(name: str, one: Typed, of_file: Hashes | None = None) -> Hashes:
    """One number per row that is used; rows with the same in all columns of the contract have the same number.

    `of_file` are numbers of the rows as the file has them: they serve where the table is no other than the file.
    """
    if of_file is not None and _is_the_file(one):
        return of_file[~one.late] if one.late.any() else of_file
    columns = [
        _hashes(one.frame[column], one.picked.cells.get(column)) for column in TABLES[name].names if column in one.frame
    ]
    return row_hashes(columns)[~one.late] if columns else row_hashes(())


def _hashes(column: pd.Series, cells: Cells | None) -> Hashes:
    values = arrow_values(column)
    if cells is not None and _as_in_file(values, cells):
        return cells.hashes
    return number_hashes(values) if is_number(values.type) else text_hashes(values)


def _is_the_file(one: Typed) -> bool:
    """Whether the table has all columns and rows of its file, and every cell as it is there."""
    ours = {name: one.picked.cells.get(name) for name in one.frame}
    all_there = {id(cells) for cells in one.source.cells.values()} == {id(cells) for cells in ours.values()}
    if one.picked.rows != one.source.rows or not all_there:
        return False
    return all(cells and _as_in_file(arrow_values(one.frame[name]), cells) for name, cells in ours.items())


def _as_in_file(values: pa.ChunkedArray, cells: Cells) -> bool:
    """Whether a column is what the file says, so that the hashes of its cells, made already, stand for it."""
    native = cells.native
    given = pc.fill_null(values, "") if native is None and not is_number(values.type) else values
    theirs = arrow_values(cells.text) if native is None else native
    if native is not None and pa.types.is_date32(native.type) and pa.types.is_timestamp(values.type):
        given = pc.cast(values, native.type)
    if given.type != theirs.type or given.null_count != theirs.null_count:
        return False
    alike = pc.sum(pc.equal(given, theirs)).as_py() or 0
    return bool(alike + given.null_count == len(given))


def _span(name: str, one: Typed) -> tuple[str | None, str | None]:
    dated = TABLES[name].dated_by
    if dated is None or dated not in one.frame or one.synthetic:
        return None, None
    used = one.frame[dated][~one.late].dropna()
    return (str(used.min())[:10], str(used.max())[:10]) if len(used) else (None, None)


def schema(name: str, columns: Iterable[str]) -> pa.Schema:
    """The Arrow types of these columns of a table."""
    kinds = {column: TABLES[name].column(column).kind for column in columns}
    return pa.schema([(column, ARROW.get(kind, pa.string())) for column, kind in kinds.items()])
