"""The SQL of an expression, as all engines get it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis

ONE_AT_A_TIME = Lock()
"""The option is one for the process: of two threads, the second would take what the first has set for the user's."""


def sql_of(backend: Any, table: ibis.Table) -> str:
    """Compile an expression, each of its steps as a subquery.

    Ibis would merge the steps, which takes it a third of the time that compiling takes. Engines merge them anyway when
    they plan a query.
    """
    import ibis  # not above: statements that are kept are run without it

    option = ibis.options.sql
    with ONE_AT_A_TIME:
        merges, option.fuse_selects = option.fuse_selects, False
        try:
            return str(backend.compile(table))
        finally:
            option.fuse_selects = merges
