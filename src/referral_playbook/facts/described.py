"""What stands beside the facts: what intake counted in the tables, and facts.json. Nothing here needs Ibis."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.files import write_json, writing
from referral_playbook.contract.tables import TABLES

ROWS_AT_ONCE = 250_000


def has_made_dates(folder: Path) -> bool:
    """Whether intake says that the customers' dates are made from a tenure."""
    return any(row["synthetic_dates"] for row in _quality(folder) if row["table"] == "customers")


def counted_by_intake(folder: Path) -> dict[str, dict[str, int]]:
    """What `table_summary` need not count again, by table: duplicates, and orphans where every row is used.

    Intake counts orphans before the as-of rule, and in the rows of one file only.
    """
    rows = [row for row in _quality(folder) if "rows_used" in row]
    late = {row["table"] for row in rows if row["rows_after_as_of"]}
    out = {}
    for row in rows:
        found = {"duplicates": row["duplicates"] if TABLES[row["table"]].key else row["rows_alike"]}
        if not late & {row["table"], "customers"} and len(row["files"]) == 1:
            found["orphans"] = row["orphans"]
        out[row["table"]] = {name: count for name, count in found.items() if count is not None}
    return out


def _quality(folder: Path) -> list[dict[str, Any]]:
    """What intake says of each table; nothing in hand-made folders."""
    path = folder / "quality.json"
    return list(json.loads(path.read_text(encoding="utf-8"))["tables"]) if path.is_file() else []


def with_counted(
    fact: str, batches: Iterable[pa.RecordBatch], counted: Mapping[str, Mapping[str, int]]
) -> Iterator[pa.RecordBatch]:
    """The rows of `table_summary` with what intake counted, by table; the rows of every other fact as they are."""
    for batch in batches:
        if fact == "table_summary":
            rows = [{**row, **counted.get(row["table"], {})} for row in batch.to_pylist()]
            yield pa.RecordBatch.from_pylist(rows, schema=batch.schema)
        else:
            yield batch


def write_rows(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """Write the rows of one fact, a batch at a time; how many there are."""
    rows = 0
    with writing(path) as beside, pq.ParquetWriter(beside, schema) as out:
        for batch in batches:
            out.write_batch(batch.cast(schema))
            rows += batch.num_rows
    return rows


def write_about(client: Client, folder: Path, *, real_dates: bool, **more: Any) -> Path:
    """Write facts.json, last of all: who the client is, what their tables hold, and `more`."""
    return write_json(folder / "facts.json", {**_about(client, folder, real_dates), **more}, default=_plain)


def _about(client: Client, folder: Path, real_dates: bool) -> Mapping[str, Any]:
    summary = pq.read_table(folder / "table_summary.parquet").to_pylist()
    return {
        "client": client.name,
        "currency": client.currency,
        "as_of": client.as_of.isoformat(),
        "time_unit": client.time_unit,
        "language": client.language,
        "rates": {code: rate.model_dump(mode="json") for code, rate in sorted(client.rates.items())},
        "real_dates": real_dates,
        "tables": {row["table"]: {k: _plain(v) for k, v in row.items() if k != "table"} for row in summary},
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
