"""Where facts are computed: DuckDB in this process, or a PostgreSQL or Spark server that a URL names.

The facts are one program for all; what differs is how a table gets there, is kept, and comes back (`Session`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import SplitResult, parse_qsl, urlsplit

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
from referral_playbook.contract.client_toml.problems import CommandFaultError

DUCKDB = "duckdb://"
FORMS = (
    "duckdb://, duckdb://?memory_limit=8GB&threads=4, postgres://user:password@host/database, "
    "sc://host:15002, sc://host:15002?shared=/mnt/runs"
)


class EngineError(CommandFaultError):
    """An engine that is not known, not installed or not reached; the message holds no password."""


class Session(Protocol):
    """An open connection. All that it puts on the server is its own, and gone when it is closed."""

    backend: Any
    version: str

    def read(self, name: str, path: Path) -> ibis.Table:
        """A Parquet file as a table of the engine."""

    def view(self, name: str, table: ibis.Table) -> ibis.Table:
        """The rows of an expression under a name, computed whenever they are used."""

    def keep(self, name: str, table: ibis.Table) -> ibis.Table:
        """The rows of an expression, computed once."""

    def drop(self, name: str) -> None:
        """Give back what was kept."""

    def batches(self, table: ibis.Table, rows: int) -> Iterator[pa.RecordBatch]:
        """The rows of an expression, so many at a time."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of engine: the module of ours that opens it, what that imports, the extra that installs it."""

    name: str
    module: str
    imports: str
    extra: str = ""

    @property
    def installed(self) -> bool:
        return find_spec(self.imports) is not None

    @property
    def remedy(self) -> str:
        return f"pip install 'referral-playbook[{self.extra}]'"


_POSTGRES = Kind(name="PostgreSQL", module="postgres_engine", imports="psycopg", extra="postgres")
KINDS = {
    "duckdb": Kind(name="DuckDB", module="duckdb_engine", imports="duckdb"),
    "postgres": _POSTGRES,
    "postgresql": _POSTGRES,
    "sc": Kind(name="Spark Connect", module="spark_engine", imports="pyspark", extra="spark"),
}


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine as its URL names it, with the options that follow the question mark.

    The URL is never to be written or shown, for it may hold a password.
    """

    kind: Kind
    url: str = field(repr=False)
    options: dict[str, str] = field(repr=False)

    @property
    def without_password(self) -> str:
        """What may be said of it: host, port and database, without user, password, token and options."""
        parts = _split(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.partition(';')[0].rstrip('/')}"

    def opened(self) -> AbstractContextManager[Session]:
        """Connect; EngineError says that the server is not there, or does not let us in."""
        opened: Callable[[Engine], AbstractContextManager[Session]]
        opened = import_module(f"referral_playbook.facts.engines.{self.kind.module}").opened
        return opened(self)


def engine_at(url: str) -> Engine:
    """The engine that a URL names; nothing is connected yet.

    EngineError refuses an unknown kind of engine, one whose extra is not installed, and a URL that cannot be read.

    Examples
    --------
    >>> engine_at("postgres://ann:secret@db.example/shop?sslmode=require").without_password
    'postgres://db.example/shop'
    >>> engine_at("mysql://ann:secret@db.example/shop")
    Traceback (most recent call last):
    ...
    referral_playbook.facts.engines.places.EngineError: --engine: unknown engine 'mysql'. Use one of: duckdb://, ...
    """
    parts = _split(url)
    kind = KINDS.get(parts.scheme)
    if kind is None:
        raise EngineError(f"--engine: unknown engine {parts.scheme!r}. Use one of: {FORMS}")
    if not kind.installed:
        raise EngineError(f"--engine: {kind.name} needs a package that is not installed: {kind.remedy}")
    return Engine(kind=kind, url=url, options=dict(parse_qsl(parts.query, keep_blank_values=True)))


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise EngineError(f"--engine: this is no URL; write it as one of {FORMS}") from None
