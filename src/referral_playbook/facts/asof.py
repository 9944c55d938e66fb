"""A client's table as the facts see it: every contract column there, and nothing after the as-of date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from types import MappingProxyType
from typing import Any

import ibis

from referral_playbook.contract.tables import TABLES, Table

Tables = Mapping[str, Any]
"""Ibis tables by contract name, as intake wrote them; a table that the client lacks is not in it."""

TYPES = {"text": "string", "choice": "string", "month": "string", "date": "date", "number": "float64", "count": "int64"}
SYNTHETIC = "synthetic_dates"
"""A column that `build` adds to customers whose dates were made from a tenure: they have no calendar."""


Counted = Mapping[str, Mapping[str, int]]
"""Table to `duplicates` and `orphans`, those of the two that intake has counted as `table_summary` does."""


class Prepared(dict[str, Any]):
    """A client's tables with what most facts start from, made once for one as-of date (`build` does).

    Every expression would say it again otherwise, and compiling them is most of the work for a small client. `counted`
    has by table what intake has counted already, under the names of `table_summary`: counting repeated rows again would
    be a grouping by all columns, and counting orphans a join of all rows.
    """

    def __init__(
        self, tables: Tables, as_of: date, session: Any = None, counted: Counted = MappingProxyType({})
    ) -> None:
        super().__init__(tables)
        self.as_of, self.counted = as_of, counted
        self.ready: dict[str, ibis.Table] = {}
        self.session = session
        self._cached: list[str] = []
        self._named = count(1)

    def cached(self, rows: ibis.Table) -> ibis.Table:
        """The rows, computed once; given back when the fact is written."""
        name = f"c_{next(self._named)}"
        done = self.session.keep(name, rows)
        self._cached.append(name)
        return done

    def release(self) -> None:
        """Give back what a fact has cached on its way."""
        while self._cached:
            self.session.drop(self._cached.pop())


def ready(tables: Tables, name: str, as_of: date) -> ibis.Table | None:
    """What was prepared under this name for this date, if anything."""
    return tables.ready.get(name) if isinstance(tables, Prepared) and tables.as_of == as_of else None


def cached(tables: Tables, rows: ibis.Table) -> ibis.Table:
    """The rows, computed once, for an expression that uses them several times."""
    if isinstance(tables, Prepared) and tables.session is not None:
        return tables.cached(rows)
    return rows.cache()


def complete(table: ibis.Table, *, contract: Table, only: tuple[str, ...] = ()) -> ibis.Table:
    """The contract's columns, or some of them, in its types; optional ones that are not there become nulls."""
    columns = [contract.column(name) for name in only] or contract.columns
    return table.select(**{c.name: _column(table, c.name, TYPES[c.kind]) for c in columns})


def _column(table: ibis.Table, name: str, kind: str) -> ibis.Value:
    return table[name].cast(kind) if name in table.columns else ibis.null(kind)


def is_after(table: ibis.Table, as_of: date, *, contract: Table) -> ibis.BooleanValue:
    """Whether a row is dated later than the as-of date; an undated row is not."""
    if contract.dated_by is None:
        return ibis.literal(False)
    by = contract.column(contract.dated_by)
    limit = f"{as_of:%Y-%m}" if by.kind == "month" else as_of
    return (table[by.name] > limit).fill_null(False)


def use(tables: Tables, name: str, as_of: date) -> ibis.Table:
    """One table by the as-of rule.

    Rows dated after `as_of` are left out (`table_summary` counts them); a later date within a row that
    stays becomes null: on the as-of date it had not happened yet. All columns of the contract are there, dates as
    dates and numbers as float64.

    Examples
    --------
    >>> leads = ibis.memtable({"lead_id": ["a", "b"], "created_on": [date(2026, 1, 5), date(2026, 3, 1)]})
    >>> use({"leads": leads}, "leads", date(2026, 1, 31)).count().execute()
    1
    """
    if (done := ready(tables, name, as_of)) is not None:
        return done
    contract = TABLES[name]
    table = complete(tables[name], contract=contract)
    table = table.filter(~is_after(table, as_of, contract=contract))
    later = [c.name for c in contract.columns if c.kind == "date" and c.name != contract.dated_by]
    return table.mutate(**{c: (table[c] <= as_of).ifelse(table[c], ibis.null("date")) for c in later})


def gives(tables: Tables, table: str, column: str | None = None) -> bool:
    """Whether the client has this table, and in it this column."""
    return table in tables and (column is None or column in tables[table].columns)


def has_calendar(tables: Tables) -> bool:
    """Whether the customers' dates are real; made from a tenure in months, they are not."""
    return not gives(tables, "customers", SYNTHETIC)
