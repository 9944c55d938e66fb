"""DuckDB in this process: memory is capped, and what does not fit spills to a folder that is removed after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import ibis

from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.facts.engines.places import DUCKDB, Engine, EngineError
from referral_playbook.facts.engines.sql import sql_of

if TYPE_CHECKING:
    import pyarrow as pa

DEFAULTS = {"memory_limit": "2GB"}
THREADS = 2
"""How many work on large tables, where the URL does not say."""
LARGE = 1 << 21
"""Bytes of a Parquet file from which two threads are faster: DuckDB hands out 122,880 rows at a time. On smaller tables
a second thread takes a quarter more CPU for nothing."""
FITS = {
    "memory_limit": (r"[0-9]+([.][0-9]+)?\s*([KMGT]i?B)", "such as 8GB"),
    "threads": ("[1-9][0-9]{0,3}", "a number from 1"),
    "temp_directory": (".+", "a folder for what does not fit into memory"),
}


class DuckSession:
    """Tables are read where they lie; what is kept is a temporary table."""

    def __init__(self, backend: Any, *, may_add_threads: bool = False) -> None:
        self.backend = backend
        self.version = f"duckdb {backend.version}"
        self.may_add_threads = may_add_threads

    def read(self, name: str, path: Path) -> ibis.Table:
        if self.may_add_threads and path.stat().st_size >= LARGE:
            self.backend.con.execute(f"set threads = {THREADS}")
            self.may_add_threads = False
        return self.backend.read_parquet(str(path), table_name=name)

    def view(self, name: str, table: ibis.Table) -> ibis.Table:
        return self._made("view", name, table)

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        return self._made("table", name, table)

    def _made(self, what: str, name: str, table: ibis.Table) -> ibis.Table:
        self.backend.con.execute(f'create temporary {what} "{name}" as {sql_of(self.backend, table)}')
        return self.backend.table(name)

    def drop(self, name: str) -> None:
        self.backend.con.execute(f'drop table "{name}"')

    def batches(self, table: ibis.Table, rows: int) -> Iterator[pa.RecordBatch]:
        yield from self.backend.con.execute(sql_of(self.backend, table)).fetch_record_batch(rows)


@contextmanager
def opened(engine: Engine) -> Iterator[DuckSession]:
    """A database in memory, closed after use."""
    options = settings(engine)
    with TemporaryDirectory(prefix=prefix_of("facts"), dir=options.pop("temp_directory", None)) as spill:
        backend = ibis.duckdb.connect(temp_directory=spill, **{"threads": "1", **options})
        try:
            yield DuckSession(backend, may_add_threads="threads" not in options)
        finally:
            backend.disconnect()


def settings(engine: Engine) -> dict[str, Any]:
    """The options of the URL over the defaults.

    Raises
    ------
    EngineError
        An option that is not known or does not fit, or a database file: facts need none.

    Examples
    --------
    >>> from referral_playbook.facts.engines.places import engine_at
    >>> settings(engine_at("duckdb://?threads=4"))
    {'memory_limit': '2GB', 'threads': '4'}
    """
    if engine.without_password != DUCKDB:
        raise EngineError(f"--engine: {engine.without_password}: facts need no database file; write duckdb://")
    for name, value in engine.options.items():
        if name not in FITS:
            raise EngineError(f"--engine: duckdb:// has no option {name!r}; there are {', '.join(FITS)}")
        shape, words = FITS[name]
        if not re.fullmatch(shape, value, flags=re.IGNORECASE):
            raise EngineError(f"--engine: {name} = {value!r} does not fit; give {words}")
    return DEFAULTS | engine.options
