"""All facts of one client, from tables in Parquet to facts in Parquet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import ibis
import pyarrow.parquet as pq

from referral_playbook.contract.client import Client
from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.asof import SYNTHETIC, Prepared, has_calendar, use
from referral_playbook.facts.catalogue import FACTS, Fact, why_absent
from referral_playbook.facts.customers import people
from referral_playbook.facts.purchases import paid

MUCH_USED = ("customers", "surveys", "referrals", "touchpoints")
ROWS_AT_ONCE = 250_000


def build_facts(
    client: Client,
    tables_dir: str | Path,
    facts_dir: str | Path,
    *,
    engine: str = "duckdb://",
    memory_limit: str = "2GB",
    threads: int = 2,
    fingerprint: Mapping[str, str] | None = None,
) -> Path:
    """Compute every fact that the client's tables allow.

    Parameters
    ----------
    client
        Name, currency and as-of date; nothing dated later is used.
    tables_dir
        ``<table>.parquet`` and ``quality.json``, as intake writes them.
    facts_dir
        Where ``<fact>.parquet`` and, last, ``facts.json`` go. The same tables give the same bytes.
    engine
        An Ibis URL. DuckDB gets `memory_limit` and `threads`, and spills to a folder that is removed after.
    fingerprint
        What the tables were read from, by SHA-256; kept in ``facts.json``.

    Returns
    -------
    Path
        Of ``facts.json``.

    Raises
    ------
    FileNotFoundError
        There is no table in `tables_dir`.
    """
    folder = Path(facts_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with connected(engine, memory_limit=memory_limit, threads=threads) as backend:
        tables = prepared(backend, read_tables(backend, Path(tables_dir)), client.as_of)
        absent = {fact.name: why for fact in FACTS if (why := why_absent(fact, tables))}
        rows = {f.name: _write(f, tables, client.as_of, folder) for f in FACTS if f.name not in absent}
        about = _about(client, tables, folder)
    return _record(folder, {**about, "facts": rows, "absent": absent, "fingerprint": dict(fingerprint or {})})


@contextmanager
def connected(engine: str, *, memory_limit: str, threads: int) -> Iterator[Any]:
    """A connection that is closed after use, its folder for spilled data removed."""
    with TemporaryDirectory(prefix="facts-") as spill:
        settings = {"memory_limit": memory_limit, "threads": threads, "temp_directory": spill}
        backend = ibis.connect(f"{engine}?{urlencode(settings)}" if engine == "duckdb://" else engine)
        try:
            yield backend
        finally:
            backend.disconnect()


def read_tables(backend: Any, folder: Path) -> dict[str, ibis.Table]:
    """The client's tables; customers get a mark where their dates were made from a tenure."""
    there = {name: folder / f"{name}.parquet" for name in TABLES if (folder / f"{name}.parquet").is_file()}
    if not there:
        raise FileNotFoundError(f"{folder}: no table of the contract is here; run intake first")
    tables = {name: backend.read_parquet(str(path), table_name=f"t_{name}") for name, path in there.items()}
    if "customers" in tables and _synthetic(folder):
        tables["customers"] = tables["customers"].mutate(**{SYNTHETIC: True})
    return tables


def prepared(backend: Any, tables: Mapping[str, ibis.Table], as_of: date) -> Prepared:
    """The tables with views of what many facts start from: by the as-of rule, people, payments signed."""
    out = Prepared(tables, as_of)
    for name in (name for name in MUCH_USED if name in tables):
        out.ready[name] = backend.create_view(f"v_{name}", use(tables, name, as_of), overwrite=True)
    for name, needs, make in (("people", "customers", people), ("paid", "payments", paid)):
        if needs in tables:
            out.ready[name] = backend.create_view(f"v_{name}", make(out, as_of), overwrite=True)
    return out


def _synthetic(folder: Path) -> bool:
    """Whether intake says that the customers' dates are made; the file is not there in hand-made folders."""
    path = folder / "quality.json"
    if not path.is_file():
        return False
    quality = json.loads(path.read_text(encoding="utf-8"))
    return any(row["synthetic_dates"] for row in quality["tables"] if row["table"] == "customers")


def _write(fact: Fact, tables: Mapping[str, ibis.Table], as_of: date, folder: Path) -> int:
    """Write one fact in a fixed order of rows, a batch at a time; how many rows it has."""
    table = fact.build(tables, as_of)
    if fact.keys:
        table = table.order_by([ibis.asc(key, nulls_first=True) for key in fact.keys])
    schema, rows = table.schema().to_pyarrow(), 0
    beside = folder / f"{fact.name}.parquet.part"
    with pq.ParquetWriter(beside, schema) as out:
        for batch in table.to_pyarrow_batches(chunk_size=ROWS_AT_ONCE):
            out.write_batch(batch.cast(schema))
            rows += batch.num_rows
    os.replace(beside, folder / f"{fact.name}.parquet")
    return rows


def _about(client: Client, tables: Mapping[str, ibis.Table], folder: Path) -> dict[str, Any]:
    summary = pq.read_table(folder / "table_summary.parquet").to_pylist()
    return {
        "client": client.name,
        "currency": client.currency,
        "as_of": client.as_of.isoformat(),
        "time_unit": client.time_unit,
        "real_dates": has_calendar(tables),
        "tables": {row["table"]: {k: _plain(v) for k, v in row.items() if k != "table"} for row in summary},
        "parameters": client.parameters,
        "step_parameters": client.step_parameters,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _record(folder: Path, about: dict[str, Any]) -> Path:
    path = folder / "facts.json"
    beside = path.with_suffix(".json.part")
    text = json.dumps(about, indent=1, ensure_ascii=False, allow_nan=False, default=_plain)
    beside.write_text(text + "\n", encoding="utf-8")
    os.replace(beside, path)
    return path
