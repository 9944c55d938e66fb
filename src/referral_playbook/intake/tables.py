"""All tables of a client, typed and checked together, and what was found on the way."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client_toml.client import Client, TableSpec
from referral_playbook.contract.files import write_json, writing
from referral_playbook.intake import returned
from referral_playbook.intake.columns import rules
from referral_playbook.intake.columns.ids import KnownIds
from referral_playbook.intake.columns.typed import Typed, note_nothing, quality, reading_of, schema, typed
from referral_playbook.intake.declared.currency import note_foreign
from referral_playbook.intake.declared.presets import with_preset
from referral_playbook.intake.declared.unmapped import note_words
from referral_playbook.intake.faults import Fault, Faults, IntakeError
from referral_playbook.intake.files.pieces import Big, Spooled, is_big, spooled
from referral_playbook.intake.files.reader import read_source


@dataclass(frozen=True)
class Intake:
    """A client's tables, typed (see `convert`), by contract name; only columns that the client has.

    A table that went to Parquet piece by piece is not here but there (`Spooled`).

    Rows after the as-of date are still there; `facts` leaves them out. `faults` are warnings. `quality` has one row per
    table: table, files (name and rows each), rows_in_files (data rows of the first file or of the files below each
    other, once per question of a wide survey), rows_blank and rows_repeated (skipped, not in rows_in_files),
    rows_left_out (by `where`), rows_used, rows_after_as_of, rows_alike (used rows of a table without a key that repeat
    another in all columns of the contract), first, last (dates used), faults (cells by column),
    duplicates, orphans (None where it cannot be known), synthetic_dates, converted (rows by other currency), unmapped
    (column, word, count: words of `source` that are no words of the contract), absent_words (by the key that waits for
    them, such as "when.won_on": header, words waited for that stand nowhere, words there with counts), scale (question,
    lowest and highest answer, None where it is not declared), note.
    """

    tables: Mapping[str, pd.DataFrame | Spooled]
    faults: tuple[Fault, ...]
    quality: Mapping[str, Mapping[str, Any]]


def read_client_tables(client: Client, *, spool: Path | None = None) -> Intake:
    """Read, map, convert and check every table that client.toml names.

    Big files go to the folder `spool` as Parquet, piece by piece; without it every table is held whole. Warnings come
    with the tables.

    Where any file has an error, IntakeError holds all errors and warnings of all files in `faults`.
    """
    faults = Faults()
    specs = {name: with_preset(client, name, own, faults) for name, own in client.tables.items()}
    big = {name: spec for name, spec in specs.items() if spool and is_big(client, spec)}
    read = {n: one for n, spec in specs.items() if n not in big and (one := _read(client, n, spec, faults))}
    customers, tables = _customers(read), {}
    if spool and "customers" in big:  # first the customers, whose ids others name
        tables = _spooled(client, {"customers": big.pop("customers")}, None, faults, spool)
        customers = tables["customers"][0].ids if tables else None
    if spool:
        tables |= _spooled(client, big, customers, faults, spool)
    orphans = {name: _orphans(name, one, customers, faults) for name, one in read.items()}
    whole = {n: (pd.DataFrame(one.frame), quality(n, one, orphans[n], faults)) for n, one in read.items()}
    if returned.TABLE in whole:
        own = whole[returned.TABLE]
        whole[returned.TABLE] = returned.with_returned(client, specs[returned.TABLE], *own, faults)
    return _together(client, specs, {**tables, **whole}, faults)


Read = Mapping[str, tuple[pd.DataFrame | Spooled, Mapping[str, Any]]]


def _spooled(
    client: Client, specs: Mapping[str, TableSpec], customers: KnownIds | None, faults: Faults, spool: Path
) -> dict[str, tuple[Spooled, dict[str, Any]]]:
    """Big tables, written to Parquet, with their quality rows."""
    pieces = {name: spooled(Big(client, name, spec, customers, faults), spool) for name, spec in specs.items()}
    return {name: one for name, one in pieces.items() if one}


def _together(client: Client, specs: Mapping[str, TableSpec], found: Read, faults: Faults) -> Intake:
    """All tables, or all errors of all tables."""
    counts = {name: faults.by_column(name) for name in found}
    note_foreign(client, faults)
    note_words(faults)
    for name, (_, row) in found.items():
        _note_all_late(name, specs[name], row, client, faults)
    noted = faults.in_order(specs)
    if faults.refused:
        raise IntakeError(noted)
    rows = {name: {**found[name][1], "faults": counts[name]} for name in specs}
    return Intake({name: found[name][0] for name in specs}, noted, rows)


def _read(client: Client, name: str, spec: TableSpec, faults: Faults) -> Typed | None:
    source = read_source(client, name, spec, faults)
    if source is None:
        return None
    table = typed(client, name, spec, source, faults)
    if table and not table.picked.rows:
        note_nothing(name, spec, faults)
        return None
    return table


def _note_all_late(name: str, spec: TableSpec, row: Mapping[str, Any], client: Client, faults: Faults) -> None:
    """Refuse a table of which no row is dated up to the as-of date: it would look like a firm without any."""
    if row["rows_after_as_of"] and not row["rows_used"]:
        day = client.as_of.isoformat()
        fix = f"Set as_of in client.toml to the day of the export, or remove [tables.{name}]"
        rows = row["rows_after_as_of"]
        which = "the only row is" if rows == 1 else f"all {rows:,} rows are"
        problem = f"{which} dated after the as-of date {day}"
        faults.add(Fault(file=spec.file, table=name, problem=problem, fix=fix))


def _customers(read: Mapping[str, Typed]) -> KnownIds | None:
    frame = read["customers"].frame if "customers" in read else {}
    return KnownIds.of(frame["customer_id"], frame.get("left_on")) if "customer_id" in frame else None


def _orphans(name: str, one: Typed, known: KnownIds | None, faults: Faults) -> int | None:
    reading = partial(reading_of, name, one.spec, faults)
    return None if known is None else rules.check_customers(name, one.frame, one.picked, known, reading)


def _public(fault: Fault) -> dict[str, Any]:
    """A fault as it is written: without the value where that is somebody's id."""
    fields = asdict(fault)
    private = fields.pop("private")
    return {**fields, "value": None} if private else fields


def write_tables(intake: Intake, folder: str | Path) -> Path:
    """Write ``<folder>/<table>.parquet`` and ``quality.json``; return the folder.

    Dates are date32, amounts float64, counts int64, everything else text. The same intake gives the same bytes.
    """
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in intake.tables.items():
        if isinstance(frame, Spooled):
            os.replace(frame.path, out / f"{name}.parquet")
            continue
        with writing(out / f"{name}.parquet") as beside:
            shape = schema(name, frame.columns)
            pq.write_table(pa.Table.from_pandas(frame, shape, preserve_index=False, nthreads=1), beside)
    content = {"tables": list(intake.quality.values()), "faults": [_public(fault) for fault in intake.faults]}
    write_json(out / "quality.json", content)
    return out
