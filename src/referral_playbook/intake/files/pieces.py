"""A big CSV, piece by piece: each is mapped, converted and checked as a table is, written to Parquet and forgotten.

Only tables of events (without a key) grow so big; one with a key is held whole, for its key must be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client import Client, TableSpec
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.columns import rules
from referral_playbook.intake.columns.ids import KnownIds
from referral_playbook.intake.columns.typed import Typed, note_nothing, quality, reading_of, schema, typed
from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.csv_file import csv_pieces
from referral_playbook.intake.files.form import form_of
from referral_playbook.intake.files.reader import is_csv

BIG = 64 << 20
"""Bytes of a CSV above which it goes piece by piece. All of a table is some seven times its CSV in memory."""


@dataclass(frozen=True)
class Spooled:
    """A table that went to Parquet piece by piece, as `write_tables` would write it."""

    path: Path


@dataclass(frozen=True)
class Big:
    """One big table on its way.

    Attributes
    ----------
    customers : KnownIds or None
        The ids of the customers, where there are any.
    """

    client: Client
    name: str
    spec: TableSpec
    customers: KnownIds | None
    faults: Faults


def is_big(client: Client, name: str, spec: TableSpec) -> bool:
    """Whether a table is a CSV that goes piece by piece."""
    path = client.folder / spec.file
    alone = not spec.join and len(spec.all_files) == 1 and spec.repeats != "fold"  # else all rows are compared
    in_pieces = is_csv(spec.file) and alone and TABLES[name].key is None
    return in_pieces and path.is_file() and path.stat().st_size > BIG


def spooled(big: Big, folder: Path) -> tuple[Spooled, dict[str, Any]] | None:
    """Write ``<folder>/<table>.parquet``; the table and its quality row, None where no row is left."""
    folder.mkdir(parents=True, exist_ok=True)
    path, qualities = folder / f"{big.name}.parquet", []
    with big.faults.continued(), ExitStack() as open_files:
        writer = None
        for one in _pieces(big):
            if one.picked.rows:
                rows = _rows(big.name, one)
                writer = writer or open_files.enter_context(pq.ParquetWriter(path, rows.schema))
                writer.write_table(rows)
            qualities.append(quality(big.name, one, _orphans(big, one), big.faults))
    if qualities and writer is None:
        note_nothing(big.name, big.spec, big.faults)
    return None if writer is None else (Spooled(path), _together(qualities))


def _pieces(big: Big) -> Iterator[Typed]:
    spec = big.spec
    path, form = big.client.folder / spec.file, form_of(spec, TABLES[big.name])
    for source in csv_pieces(
        path, spec.file, big.name, form=form, faults=big.faults, find_repeats=spec.repeats is None
    ):
        one = typed(big.client, big.name, spec, source, big.faults)
        if one is None:  # its headers are not there, in no piece
            return
        yield one


def _rows(name: str, one: Typed) -> pa.Table:
    frame = pd.DataFrame(one.frame)
    return pa.Table.from_pandas(frame, schema(name, frame.columns), preserve_index=False)


def _orphans(big: Big, one: Typed) -> int | None:
    if big.customers is None or not one.picked.rows:
        return None if big.customers is None else 0
    reading = partial(_reading, big)
    return rules.count_orphans({big.name: one.frame}, {big.name: one.picked}, big.customers, reading).get(big.name)


def _reading(big: Big, table: str, column: str) -> Any:
    return reading_of(table, big.spec, big.faults, column)


def _together(qualities: list[dict[str, Any]]) -> dict[str, Any]:
    """One quality row for all pieces; the last piece knows all faults."""
    out = dict(qualities[-1])
    for name in ("rows_in_files", "rows_blank", "rows_left_out", "rows_used", "rows_after_as_of", "duplicates"):
        out[name] = sum(row[name] for row in qualities)
    rows = sum(file["rows"] for row in qualities for file in row["files"])
    out["files"] = [{"file": out["files"][0]["file"], "rows": rows}]
    codes = sorted({code for row in qualities for code in row["converted"]})
    out["converted"] = {code: sum(row["converted"].get(code, 0) for row in qualities) for code in codes}
    out["orphans"] = None if out["orphans"] is None else sum(row["orphans"] for row in qualities)
    for name, which in (("first", min), ("last", max)):
        out[name] = which(_there(row[name] for row in qualities), default=None)
    return out


def _there(days: Iterable[str | None]) -> list[str]:
    return [day for day in days if day is not None]
