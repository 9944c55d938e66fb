"""All tables of a client, typed and checked together, and what was found on the way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client import Client, TableSpec
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake import rules
from referral_playbook.intake.convert import Reading, amounts, convert
from referral_playbook.intake.faults import Fault, Faults, IntakeError
from referral_playbook.intake.mapping import Picked, pick
from referral_playbook.intake.presets import with_preset
from referral_playbook.intake.reader import read_source
from referral_playbook.intake.source import Source

ARROW = {"date": pa.date32(), "number": pa.float64(), "count": pa.int64()}
NOTE = (
    "joined_on and left_on are made from tenure_months and status: lengths of life are right, calendar dates are "
    "not, so nothing may be read from them by month or year"
)


@dataclass(frozen=True)
class Intake:
    """A client's tables, typed (see `convert`), by contract name; only columns that the client has.

    Rows after the as-of date are still there; `facts` leaves them out. `faults` are warnings. `quality` has a row a
    table: table, files (name and rows each), rows_in_files (data rows of the first file), rows_left_out (by
    `where`), rows_used, rows_after_as_of, first, last (dates used), faults (cells by column), duplicates, orphans
    (None where it cannot be known), synthetic_dates, note.
    """

    tables: Mapping[str, pd.DataFrame]
    faults: tuple[Fault, ...]
    quality: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class _Read:
    """One table on its way: what its file says, what was chosen, what came of it."""

    spec: TableSpec
    source: Source
    picked: Picked
    frame: rules.Frame
    late: npt.NDArray[np.bool_]
    duplicates: int
    synthetic: bool


def read_client_tables(client: Client) -> Intake:
    """Read, map, convert and check every table that client.toml names.

    Parameters
    ----------
    client
        From `contract.client.read_client`.

    Returns
    -------
    Intake
        Frozen; with warnings, without errors.

    Raises
    ------
    IntakeError
        Where any file has an error; `faults` holds all errors and warnings of all files.
    """
    faults = Faults()
    read = {name: one for name, spec in client.tables.items() if (one := _read(client, name, spec, faults))}
    reading = {name: partial(_reading, name, one.spec, faults) for name, one in read.items()}
    orphans = rules.count_orphans(
        {name: one.frame for name, one in read.items()},
        {name: one.picked for name, one in read.items()},
        lambda table, column: reading[table](column),
    )
    if faults.refused:
        raise IntakeError(list(faults))
    quality = {name: _quality(name, one, orphans.get(name), faults) for name, one in read.items()}
    tables = {name: pd.DataFrame(one.frame) for name, one in read.items()}
    return Intake(tables, tuple(faults), quality)


def _reading(table: str, spec: TableSpec, faults: Faults, column: str) -> Reading:
    return Reading(TABLES[table], TABLES[table].column(column), spec, faults)


def _read(client: Client, name: str, own: TableSpec, faults: Faults) -> _Read | None:
    spec = with_preset(client, name, own, faults)
    source = read_source(client, name, spec, faults)
    if source is None:
        return None
    optional = spec.columns.keys() - own.columns.keys()
    picked = pick(TABLES[name], spec, source, optional, faults)
    if not picked.cells or not picked.rows:
        _note_nothing(name, spec, picked, faults)
        return None
    reading = partial(_reading, name, spec, faults)
    frame, synthetic = _frame(name, picked, reading, client)
    late = rules.check_as_of(frame, reading, picked, name, client.as_of)
    duplicates = rules.check_key(frame, reading, picked, name)
    return _Read(spec, source, picked, frame, late, duplicates, synthetic)


def _note_nothing(name: str, spec: TableSpec, picked: Picked, faults: Faults) -> None:
    if not picked.rows:
        fix = f"Check the words in [tables.{name}] where; they must stand in the file exactly so"
        faults.add(Fault(file=spec.file, table=name, problem="'where' leaves no row", fix=fix))


def _frame(name: str, picked: Picked, reading: Callable[[str], Reading], client: Client) -> tuple[rules.Frame, bool]:
    frame = {column: convert(cells, reading(column)) for column, cells in picked.cells.items()}
    for column, cells in picked.less.items():
        frame[column] = frame[column] - amounts(cells, reading(column)).fillna(0.0)
    if name == "surveys" and {"question", "answer"} <= frame.keys():
        frame["answer"] = rules.check_answers(frame, reading, picked)
    rules.check_ranges(frame, reading, picked, name)
    rules.check_order(frame, reading, picked, name)
    rules.check_status(frame, picked, reading)
    made = name == "customers" and "joined_on" not in frame and {"tenure_months", "status"} <= frame.keys()
    if made:
        frame = rules.from_tenure(frame, picked, reading, client.as_of)
    return {column: frame[column] for column in TABLES[name].names if column in frame}, made


def _quality(name: str, one: _Read, orphans: int | None, faults: Faults) -> dict[str, Any]:
    first, last = _span(name, one)
    late = int(one.late.sum())
    return {
        "table": name,
        "files": [{"file": file, "rows": rows} for file, rows in one.source.files],
        "rows_in_files": one.source.rows,
        "rows_left_out": one.picked.left_out,
        "rows_used": one.picked.rows - late,
        "rows_after_as_of": late,
        "first": first,
        "last": last,
        "faults": faults.by_column(name),
        "duplicates": one.duplicates,
        "orphans": orphans,
        "synthetic_dates": one.synthetic,
        "note": NOTE if one.synthetic else "",
    }


def _span(name: str, one: _Read) -> tuple[str | None, str | None]:
    dated = TABLES[name].dated_by
    if dated is None or dated not in one.frame or one.synthetic:
        return None, None
    used = one.frame[dated][~one.late].dropna()
    return (str(used.min())[:10], str(used.max())[:10]) if len(used) else (None, None)


def write_tables(intake: Intake, folder: str | Path) -> Path:
    """Write ``<folder>/<table>.parquet`` and ``quality.json``; return the folder.

    Dates are date32, amounts float64, counts int64, everything else text. The same intake gives the same bytes.
    """
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in intake.tables.items():
        beside = out / f"{name}.parquet.part"
        pq.write_table(pa.Table.from_pandas(frame, _schema(name, frame), preserve_index=False), beside)
        os.replace(beside, out / f"{name}.parquet")
    told = {"tables": list(intake.quality.values()), "faults": [asdict(fault) for fault in intake.faults]}
    beside = out / "quality.json.part"
    beside.write_text(json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    os.replace(beside, out / "quality.json")
    return out


def _schema(name: str, frame: pd.DataFrame) -> pa.Schema:
    kinds = {column: TABLES[name].column(column).kind for column in frame.columns}
    return pa.schema([(column, ARROW.get(kind, pa.string())) for column, kind in kinds.items()])
