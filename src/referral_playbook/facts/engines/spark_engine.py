"""Spark by Spark Connect: tables are views of a session that nobody else is in.

Where the run folder lies on a store that Spark reads too, Spark reads the tables there itself:
``sc://host:15002?shared=/mnt/runs``, or ``sc://host:15002?shared=/mnt/runs&as=s3a://bucket/runs`` where Spark knows the
store by another name. Otherwise the tables go up through this process, in batches.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.errors import PySparkException
from pyspark.sql.connect.session import SparkSession

from referral_playbook.facts.engines.places import Engine, EngineError
from referral_playbook.facts.engines.sql import sql_of
from referral_playbook.facts.engines.upload import plain

ROWS_AT_ONCE = 100_000
PORT = 15002
SECONDS = 15


@dataclass(frozen=True)
class Store:
    """A folder of this machine that Spark reads too, and the address by which Spark knows it."""

    folder: Path
    address: str

    def address_of(self, path: Path) -> str:
        """Where Spark finds a file of the folder; EngineError where the file lies elsewhere.

        Examples
        --------
        >>> Store(Path("/mnt/runs"), "s3a://bucket/runs").address_of(Path("/mnt/runs/acme/facts/payments.parquet"))
        's3a://bucket/runs/acme/facts/payments.parquet'
        """
        try:
            below = path.resolve().relative_to(self.folder.resolve())
        except ValueError:
            fix = "Give the run a folder there with --out, or leave out 'shared'"
            raise EngineError(f"--engine: {path} is not in the shared folder {self.folder}. {fix}") from None
        return f"{self.address.rstrip('/')}/{below.as_posix()}"


def store_of(engine: Engine) -> Store | None:
    """The store that the URL names; None where tables are sent.

    EngineError refuses an option that is not known, and a shared folder that is not there.

    Examples
    --------
    >>> from referral_playbook.facts.engines.places import Engine, KINDS
    >>> store_of(Engine(kind=KINDS["sc"], url="sc://host?shared=/", options={"shared": "/"}))
    Store(folder=PosixPath('/'), address='file:///')
    """
    if strange := sorted(engine.options.keys() - {"shared", "as"}):
        raise EngineError(f"--engine: sc:// has no option {strange[0]!r}. Use shared and as")
    if "shared" not in engine.options:
        return None
    folder = Path(engine.options["shared"])
    if not folder.is_dir():
        raise EngineError(f"--engine: the shared folder {folder} is not there. Name a folder that Spark reads too")
    return Store(folder, engine.options.get("as", folder.resolve().as_uri()))


class SparkConnectSession:
    """Views of the session, and what it has cached; both are given back when it is closed."""

    def __init__(self, backend: Any, spark: Any, store: Store | None = None) -> None:
        self.backend, self.spark, self.store = backend, spark, store
        self.version = f"spark {spark.version}"
        self._kept: dict[str, Any] = {}

    def read(self, name: str, path: Path) -> ibis.Table:
        if self.store:
            return self._named(name, self.spark.read.parquet(self.store.address_of(path)), cached=True)
        file = pq.ParquetFile(path)
        schema = plain(file.schema_arrow)
        parts = [self._sent(batch.cast(schema)) for batch in file.iter_batches(ROWS_AT_ONCE)]
        whole = reduce(lambda one, two: one.unionAll(two), parts or [self._sent(schema.empty_table())])
        return self._named(name, whole)

    def view(self, name: str, table: ibis.Table) -> ibis.Table:
        self.spark.sql(sql_of(self.backend, table)).createOrReplaceTempView(name)
        return self.backend.table(name)

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        return self._named(name, self.spark.sql(sql_of(self.backend, table)))

    def drop(self, name: str) -> None:
        self.spark.catalog.dropTempView(name)
        self._kept.pop(name).unpersist()

    def batches(self, table: ibis.Table, rows: int) -> Iterator[pa.RecordBatch]:
        # Not by Ibis, which goes by way of pandas, where whole numbers with gaps become floats.
        found = self.spark.sql(sql_of(self.backend, table)).toArrow()
        yield from found.cast(table.schema().to_pyarrow()).to_batches(max_chunksize=rows)

    def _sent(self, rows: pa.RecordBatch | pa.Table) -> Any:
        return self.spark.createDataFrame(rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows]))

    def _named(self, name: str, frame: Any, *, cached: bool = False) -> ibis.Table:
        self._kept[name] = frame if cached else frame.cache()
        self._kept[name].createOrReplaceTempView(name)
        return self.backend.table(name)

    def release(self) -> None:
        """Give back the memory: what is cached belongs to the server, not to the session."""
        for name in reversed(list(self._kept)):
            self.drop(name)


class Sessions:
    """The sessions of this process, which are stopped together when the last of them is no longer used.

    PySpark gives all sessions of a process one pool of threads, and ends it when any of them is stopped. What another
    session still has to say to the server, of a client that is run in another thread, then fails at its close.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used = 0
        self._left: list[Any] = []

    @contextmanager
    def using(self, spark: Any) -> Iterator[None]:
        """Keep a session going for the time of a `with`; it is stopped also where that ends in an error."""
        with self._lock:
            self._used += 1
        try:
            yield
        finally:
            with self._lock:
                self._used -= 1
                self._left.append(spark)
                over = [] if self._used else self._left
                self._left = self._left if self._used else []
                for one in over:
                    one.stop()


SESSIONS = Sessions()


@contextmanager
def opened(engine: Engine) -> Iterator[SparkConnectSession]:
    """A session of its own, ended after use."""
    store = store_of(engine)
    _reach(engine)
    try:
        spark = SparkSession.builder.remote(engine.url.partition("?")[0]).create()
        backend = ibis.pyspark.connect(spark)
    except PySparkException as error:
        raise EngineError(
            f"--engine: {engine.without_password}: {error.getCondition() or 'no Spark Connect server'}"
        ) from None
    session = SparkConnectSession(backend, spark, store)
    with SESSIONS.using(spark):
        try:
            yield session
        finally:
            session.release()


def _reach(engine: Engine) -> None:
    """Look whether somebody listens: the library tries again for ten minutes."""
    host, _, port = engine.without_password.removeprefix("sc://").rpartition(":")
    host, port = (host, port) if host else (port, str(PORT))
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS).close()
    except (OSError, ValueError) as error:
        raise EngineError(f"--engine: {engine.without_password} cannot be reached: {error}") from None
