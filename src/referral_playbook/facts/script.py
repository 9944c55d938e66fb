"""The statements that make the facts of a small client in DuckDB, kept to be run again without Ibis.

Ibis takes far longer to write these statements than DuckDB takes to run them for some thousand customers. They depend
on the columns of the client's tables, the as-of date, which counts intake made, our code, and the versions of what
writes and runs them (`shape_of`), and on no row of a table. So a build keeps the statements that it has run, and the
next build of tables of the same shape, of this client or of another one, runs them as they are.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client_toml.client import Client
from referral_playbook.contract.tables import TABLES
from referral_playbook.facts.described import (
    ROWS_AT_ONCE,
    counted_by_intake,
    has_made_dates,
    with_counted,
    write_about,
    write_rows,
)
from referral_playbook.facts.engines.duckdb_engine import Replay, replaying
from referral_playbook.facts.engines.places import DUCKDB, KINDS, engine_at
from referral_playbook.facts.fresh import code_of_facts

EVERYONE_UP_TO = 20_000
"""Customers up to which the row-by-row facts hold everyone (see `panel`), so that the statements are the same."""
FOLDER = "REFERRAL_PLAYBOOK_CACHE"
"""Environment variable: the folder for statements, in place of the user's cache folder."""
MOST = 100
"""Scripts that are kept; the oldest go first."""
WRITERS = ("ibis-framework", "sqlglot", "duckdb", "pyarrow")


@dataclass(frozen=True, kw_only=True)
class Script:
    """What a build did.

    Its steps, in order, are what, name and text: "read" a file as the table of that name, "run" a statement, or write
    the rows of a query as the "fact" of that name. `schemas` has by fact its Arrow schema, serialised, in Base64;
    `absent` the facts that the client cannot have, and why. `real_dates` are those that were not made from a tenure.
    """

    steps: Sequence[Sequence[str]]
    schemas: Mapping[str, str]
    absent: Mapping[str, str]
    real_dates: bool

    @classmethod
    def of(cls, steps: Sequence[Sequence[str]], facts: Iterable[str], folder: Path, **more: Any) -> Script:
        """What a session ran to write these facts, in this order, into a folder."""
        names = iter(facts)
        return cls(
            steps=[(what, next(names) if what == "fact" else name, text) for what, name, text in steps],
            schemas={name: _schema_text(folder / f"{name}.parquet") for name in facts},
            **more,
        )


def _schema_text(path: Path) -> str:
    return base64.b64encode(pq.read_schema(path).remove_metadata().serialize()).decode()


def shape_of(tables_dir: Path, as_of: date) -> str:
    """All that the statements depend on, as text."""
    columns = {
        name: [[field.name, str(field.type)] for field in pq.read_schema(path)]
        for name in TABLES
        if (path := tables_dir / f"{name}.parquet").is_file()
    }
    shape = {
        "columns": columns,
        "as_of": as_of.isoformat(),
        "counted": {name: sorted(found) for name, found in counted_by_intake(tables_dir).items()},
        "made_dates": has_made_dates(tables_dir),
        "code": code_of_facts(),
        "versions": {name: version(name) for name in WRITERS},
    }
    return json.dumps(shape, sort_keys=True)


def keep(shape: str, script: Script) -> None:
    """Keep a script for the next build; nothing is lost where there is no place for it."""
    with suppress(OSError, RuntimeError):
        path = _path(shape)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({"shape": shape, "script": asdict(script)}), encoding="utf-8")
        os.replace(beside, path)
        for old in sorted(path.parent.glob("*.json"), key=lambda p: p.stat().st_mtime)[:-MOST]:
            old.unlink()


def kept(shape: str) -> Script | None:
    """The script for tables of this shape; None where there is none, or it cannot be read."""
    with suppress(OSError, RuntimeError, ValueError, KeyError, TypeError):
        found = json.loads(_path(shape).read_text(encoding="utf-8"))
        if found["shape"] == shape:
            return Script(**found["script"])
    return None


def _path(shape: str) -> Path:
    around = os.environ.get("XDG_CACHE_HOME")
    place = os.environ.get(FOLDER) or (Path(around) if around else Path.home() / ".cache") / "referral-playbook"
    return Path(place) / f"{hashlib.sha256(shape.encode()).hexdigest()}.json"


def facts_of(
    client: Client, tables_dir: Path, facts_dir: Path, *, engine: str = DUCKDB, fingerprint: Mapping[str, str]
) -> Path:
    """Build the facts: with the statements that are kept, or as `build.build_facts` does, which keeps them."""
    done = run_script(client, tables_dir, facts_dir, engine=engine, fingerprint=fingerprint)
    if done is None:
        from referral_playbook.facts.build import build_facts  # not above: it needs Ibis

        done = build_facts(client, tables_dir, facts_dir, engine=engine, fingerprint=fingerprint)
    return done


def run_script(
    client: Client, tables_dir: Path, facts_dir: Path, *, engine: str, fingerprint: Mapping[str, str]
) -> Path | None:
    """Build the facts as an earlier build of such tables did; None where there was none (see `build.build_facts`)."""
    place = engine_at(engine)
    if place.kind != KINDS["duckdb"] or _customers(tables_dir) > EVERYONE_UP_TO:
        return None
    script = kept(shape_of(tables_dir, client.as_of))
    if script is None:
        return None
    facts_dir.mkdir(parents=True, exist_ok=True)
    with replaying(place) as session:
        rows = _run(script, session, tables_dir, facts_dir)
    about = {"engine": session.version, "panel": None, "facts": rows, "absent": script.absent}
    return write_about(client, facts_dir, real_dates=script.real_dates, **about, fingerprint=dict(fingerprint))


def _run(script: Script, session: Replay, tables_dir: Path, facts_dir: Path) -> dict[str, int]:
    rows, counted = {}, counted_by_intake(tables_dir)
    for what, name, text in script.steps:
        if what == "read":
            session.read(name, tables_dir / text)
        elif what == "run":
            session.run(text)
        else:
            schema = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(script.schemas[name])))
            batches = with_counted(name, session.rows(text, ROWS_AT_ONCE), counted)
            rows[name] = write_rows(facts_dir / f"{name}.parquet", schema, batches)
    return rows


def _customers(tables_dir: Path) -> int:
    path = tables_dir / "customers.parquet"
    return int(pq.read_metadata(path).num_rows) if path.is_file() else 0
