"""What the tables hold and what is odd in them: rows, dates, orphans, duplicates, unusable amounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import ibis

from referral_playbook.contract.tables import TABLES, Table
from referral_playbook.facts.asof import Prepared, Tables, complete, gives, has_calendar, is_after, use
from referral_playbook.facts.expressions import total

SHAPE = {
    "table": "string",
    "rows": "int64",
    "rows_after_as_of": "int64",
    "first": "date",
    "last": "date",
    "orphans": "int64",
    "duplicates": "int64",
}
REFERS_TO_CUSTOMER = {
    "payments": "customer_id",
    "surveys": "respondent_id",
    "referrals": "referrer_id",
    "touchpoints": "customer_id",
    "customers": "referred_by",
}


def table_summary(tables: Tables, as_of: date) -> ibis.Table:
    """A row per table: rows as in the file, how many are after the as-of date, first and last day used.

    orphans are used rows whose id is not among the customers (null where the table has no such id or there are no
    customers); duplicates are used rows beyond the first with the same key, or without a key the same in all. What
    intake has counted (`Prepared.counted`) is null here: `described.with_counted` puts it in as the rows are written.
    """
    contracts = [TABLES[name] for name in TABLES if name in tables]
    parts = [part for contract in contracts for part in _parts(tables, contract, as_of)]
    every = _stacked(parts)
    if len(parts) == len(contracts):  # one row per table already
        return every
    return every.group_by("table").aggregate(**{name: every[name].max() for name in SHAPE if name != "table"})


def _parts(tables: Tables, contract: Table, as_of: date) -> Iterator[ibis.Table]:
    """What is said of one table, piece by piece: stacked, for joins of one row each cost more than all the rest."""
    known = tables.counted.get(contract.name, {}) if isinstance(tables, Prepared) else {}
    there = contract.name in REFERS_TO_CUSTOMER and gives(tables, "customers")
    yield _counts(tables, contract, as_of, count_keys=bool(contract.key) and "duplicates" not in known)
    if there and "orphans" not in known:
        yield _orphans(tables, contract, as_of)
    if not contract.key and "duplicates" not in known:
        yield _repeated(tables, contract, as_of)


def _row(rows: ibis.Table, contract: Table, /, **values: ibis.Value) -> ibis.Table:
    """One row of the fact, with what is counted in these rows; null in the other columns."""
    values["table"] = ibis.literal(contract.name)
    shaped = {c: values[c].cast(kind) if c in values else ibis.null(kind) for c, kind in SHAPE.items()}
    return rows.aggregate(**shaped)


def _counts(tables: Tables, contract: Table, as_of: date, *, count_keys: bool) -> ibis.Table:
    wanted = tuple(name for name in (contract.key, contract.dated_by) if name)
    every = complete(tables[contract.name], contract=contract, only=wanted) if wanted else tables[contract.name]
    late = is_after(every, as_of, contract=contract)
    values: dict[str, ibis.Value] = {}
    if count_keys and contract.key:
        values["duplicates"] = every.count(where=~late) - every[contract.key].nunique(where=~late)
    if contract.dated_by and (contract.name != "customers" or has_calendar(tables)):
        day = _day(every, contract, contract.dated_by)
        values |= {"first": day.min(where=~late), "last": day.max(where=~late)}
    return _row(every, contract, rows=every.count(), rows_after_as_of=every.count(where=late), **values)


def _day(every: ibis.Table, contract: Table, dated_by: str) -> ibis.DateValue:
    column = every[dated_by]
    return (column + "-01").cast("date") if contract.column(dated_by).kind == "month" else column


def _orphans(tables: Tables, contract: Table, as_of: date) -> ibis.Table:
    column = REFERS_TO_CUSTOMER[contract.name]
    rows = use(tables, contract.name, as_of)
    rows = rows.filter(rows[column].nullif("").notnull())
    if contract.name == "referrals":
        rows = rows.filter(rows.referrer_type.nullif("").fill_null("customer") == "customer")
    them = use(tables, "customers", as_of)
    strangers = rows.anti_join(them, rows[column] == them.customer_id)
    return _row(strangers, contract, orphans=strangers.count())


def _repeated(tables: Tables, contract: Table, as_of: date) -> ibis.Table:
    rows = use(tables, contract.name, as_of)
    same = rows.group_by([name for name in contract.names if gives(tables, contract.name, name)]).aggregate(
        n=rows.count()
    )
    beyond = same.n.sum().fill_null(0) - same.count()
    return _row(same, contract, duplicates=beyond)


def amount_faults(tables: Tables, as_of: date) -> ibis.Table:
    """Values that cannot be used as they stand: how many rows, and their sum where they are money.

    The rows stay. A negative monthly_amount has `amount_usable` false in customer_profile; a customer who
    left before joining counts as having left at once; a refund with a positive amount is taken as negative.
    """
    summaries = []
    if gives(tables, "customers"):
        rows = use(tables, "customers", as_of)
        summaries += [
            _fault("customers", "monthly_amount", "negative", rows.filter(rows.monthly_amount < 0)),
            _fault("customers", "left_on", "before joined_on", rows.filter(rows.left_on < rows.joined_on)),
        ]
    if gives(tables, "payments"):
        rows = use(tables, "payments", as_of)
        positive = rows.filter((rows.kind == "refund") & (rows.amount > 0))
        summaries.append(_fault("payments", "amount", "refund above 0", positive))
        if gives(tables, "payments", "margin"):
            summaries.append(_fault("payments", "margin", "missing", rows.filter(rows.margin.isnull())))
    return _stacked(summaries)


def _fault(table: str, column: str, fault: str, rows: ibis.Table) -> ibis.Table:
    money = column in ("monthly_amount", "amount")
    return rows.aggregate(
        table=ibis.literal(table),
        column=ibis.literal(column),
        fault=ibis.literal(fault),
        rows=rows.count(),
        amount=total(rows[column]) if money else ibis.null("float64"),
    )


def _stacked(rows: list[ibis.Table]) -> ibis.Table:
    return ibis.union(*rows) if len(rows) > 1 else rows[0]
