"""PostgreSQL: tables go up by COPY into temporary tables, which the server drops when the connection ends."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import ibis
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql
from pyarrow import csv

from referral_playbook.facts.engines.places import Engine, EngineError
from referral_playbook.facts.engines.sql import sql_of
from referral_playbook.facts.engines.upload import plain

ROWS_AT_ONCE = 100_000
TYPES = {
    pa.date32(): "date",
    pa.float64(): "double precision",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.timestamp("us"): "timestamp",
    # The collation of a database is its owner's; ours is by code point, as on every other engine.
    pa.string(): 'text collate "C"',
}


class PostgresSession:
    """Everything is temporary: no other connection sees it, and two runs at once do not meet."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.version = f"postgresql {backend.version}"

    def read(self, name: str, path: Path) -> ibis.Table:
        file = pq.ParquetFile(path)
        schema = plain(file.schema_arrow)
        columns = [sql.SQL("{} " + TYPES[f.type]).format(sql.Identifier(f.name)) for f in schema]
        made = sql.SQL("create temporary table {} ({})").format(sql.Identifier(name), sql.SQL(", ").join(columns))
        with self.backend.con.cursor() as cursor:
            cursor.execute(made)
            with cursor.copy(sql.SQL("copy {} from stdin (format csv)").format(sql.Identifier(name))) as copy:
                for batch in file.iter_batches(ROWS_AT_ONCE):
                    copy.write(_as_csv(batch, schema))
        return self._counted(name)

    def view(self, name: str, table: ibis.Table) -> ibis.Table:
        self._make("view", name, table)
        return self.backend.table(name)

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        self._make("table", name, table)
        return self._counted(name)

    def _make(self, what: str, name: str, table: ibis.Table) -> None:
        made = sql.SQL("create temporary " + what + " {} as ").format(sql.Identifier(name)).as_string(self.backend.con)
        self.backend.raw_sql(made + sql_of(self.backend, table)).close()

    def drop(self, name: str) -> None:
        self.backend.con.execute(sql.SQL("drop table {}").format(sql.Identifier(name)))

    def batches(self, table: ibis.Table, rows: int) -> Iterator[pa.RecordBatch]:
        yield from table.to_pyarrow_batches(chunk_size=rows)

    def _counted(self, name: str) -> ibis.Table:
        """The table, its statistics taken: nobody else does so for a temporary one."""
        self.backend.con.execute(sql.SQL("analyze {}").format(sql.Identifier(name)))
        return self.backend.table(name)


def _as_csv(batch: pa.RecordBatch, schema: pa.Schema) -> bytes:
    """Rows as CSV: text in quotes, so that an empty one stays apart from null."""
    out = io.BytesIO()
    csv.write_csv(batch.cast(schema), out, csv.WriteOptions(include_header=False))
    return out.getvalue()


@contextmanager
def opened(engine: Engine) -> Iterator[PostgresSession]:
    """A connection of its own, closed after use."""
    try:
        connection = psycopg.connect(engine.url, autocommit=True, connect_timeout=15)
    except psycopg.Error as error:
        raise EngineError(f"--engine: {engine.without_password}: {_without_password(str(error), engine)}") from None
    with connection:
        yield PostgresSession(ibis.postgres.from_connection(connection))


def _without_password(said: str, engine: Engine) -> str:
    """What the server said; it repeats no password, but an unreadable URL is repeated by the library."""
    secret = urlsplit(engine.url).netloc.rpartition("@")[0].partition(":")[2]
    secrets = {secret, unquote(secret), engine.options.get("password", "")} - {""}
    return "this URL cannot be read" if any(one in said for one in secrets) else said.strip()
