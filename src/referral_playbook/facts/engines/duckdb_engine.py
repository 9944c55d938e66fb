"""DuckDB in this process: memory is capped, and what does not fit spills to a folder that is removed after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.facts.engines.places import DUCKDB, Engine, EngineError
from referral_playbook.facts.engines.sql import sql_of

if TYPE_CHECKING:
    import ibis
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


class Replay:
    """A connection on which statements are run as they are, perhaps with a second thread on large tables."""

    version = f"duckdb {duckdb.__version__}"

    def __init__(self, con: duckdb.DuckDBPyConnection, *, may_add_threads: bool = False) -> None:
        self.con, self.may_add_threads = con, may_add_threads

    def read(self, name: str, path: Path) -> None:
        """Name the rows of a Parquet file."""
        if self.may_add_threads and path.stat().st_size >= LARGE:
            self.con.execute(f"set threads = {THREADS}")
            self.may_add_threads = False
        place = str(path).replace("'", "''")
        self.con.execute(f"create temporary view \"{name}\" as select * from read_parquet('{place}')")

    def run(self, statement: str) -> None:
        """Run a statement that gives no rows."""
        self.con.execute(statement)

    def rows(self, query: str, most: int) -> Iterator[pa.RecordBatch]:
        """The rows of a query, so many at a time."""
        yield from self.con.execute(query).fetch_record_batch(most)


class DuckSession:
    """Tables are read where they lie; what is kept is a temporary table.

    `steps` are the statements so far: what, name, text (see `script.Script`).
    """

    def __init__(self, backend: Any, *, may_add_threads: bool = False) -> None:
        self.backend = backend
        self.replay = Replay(backend.con, may_add_threads=may_add_threads)
        self.version = self.replay.version
        self.steps: list[tuple[str, str, str]] = []

    def read(self, name: str, path: Path) -> ibis.Table:
        self.steps.append(("read", name, path.name))
        self.replay.read(name, path)
        return self.backend.table(name)

    def view(self, name: str, table: ibis.Table) -> ibis.Table:
        return self._made("view", name, table)

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        return self._made("table", name, table)

    def _made(self, what: str, name: str, table: ibis.Table) -> ibis.Table:
        self._run(f'create temporary {what} "{name}" as {sql_of(self.backend, table)}')
        return self.backend.table(name)

    def drop(self, name: str) -> None:
        self._run(f'drop table "{name}"')

    def _run(self, statement: str) -> None:
        self.steps.append(("run", "", statement))
        self.replay.run(statement)

    def batches(self, table: ibis.Table, rows: int) -> Iterator[pa.RecordBatch]:
        query = sql_of(self.backend, table)
        self.steps.append(("fact", "", query))
        yield from self.replay.rows(query, rows)


@contextmanager
def opened(engine: Engine) -> Iterator[DuckSession]:
    """A database in memory, closed after use."""
    import ibis  # not above: statements that are kept are run without it

    with _connected(engine) as con:
        yield DuckSession(ibis.duckdb.from_connection(con), may_add_threads="threads" not in engine.options)


@contextmanager
def replaying(engine: Engine) -> Iterator[Replay]:
    """The same database for statements that were kept."""
    with _connected(engine) as con:
        yield Replay(con, may_add_threads="threads" not in engine.options)


@contextmanager
def _connected(engine: Engine) -> Iterator[duckdb.DuckDBPyConnection]:
    options = settings(engine)
    with TemporaryDirectory(prefix=prefix_of("facts"), dir=options.pop("temp_directory", None)) as spill:
        con = duckdb.connect(config={"threads": "1", **options, "temp_directory": spill})
        try:
            con.execute("set timezone = 'UTC'; set python_enable_replacements = false")
            yield con
        finally:
            con.close()


def settings(engine: Engine) -> dict[str, Any]:
    """The options of the URL over the defaults.

    EngineError refuses an option that is not known or does not fit, and a database file: facts need none.

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
