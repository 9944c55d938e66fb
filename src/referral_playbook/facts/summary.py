"""What the tables hold and what is odd in them: rows, dates, orphans, duplicates, unusable amounts."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.contract.tables import TABLES, Table
from referral_playbook.facts.asof import Tables, complete, gives, has_calendar, is_after, use
from referral_playbook.facts.expressions import total

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
    customers); duplicates are used rows beyond the first with the same key, or without a key the same in all.
    """
    known = [TABLES[name] for name in TABLES if name in tables]
    return _stacked([_summary(tables, contract, as_of) for contract in known])


def _summary(tables: Tables, contract: Table, as_of: date) -> ibis.Table:
    every = complete(tables[contract.name], contract=contract)
    every = every.mutate(used=~is_after(every, as_of, contract=contract))
    day = _day(every, contract, dated=contract.name != "customers" or has_calendar(tables))
    row = every.aggregate(
        rows=every.count(),
        rows_after_as_of=(~every.used).sum().fill_null(0),
        first=day.min(where=every.used),
        last=day.max(where=every.used),
    )
    row = row.cross_join(_orphans(tables, contract, as_of)).cross_join(_duplicates(tables, contract, as_of))
    return row.select(ibis.literal(contract.name).name("table"), *row.columns)


def _day(used: ibis.Table, contract: Table, *, dated: bool) -> ibis.DateValue:
    if contract.dated_by is None or not dated:
        return ibis.null("date")
    column = used[contract.dated_by]
    return (column + "-01").cast("date") if contract.column(contract.dated_by).kind == "month" else column


def _orphans(tables: Tables, contract: Table, as_of: date) -> ibis.Table:
    column = REFERS_TO_CUSTOMER.get(contract.name)
    rows = use(tables, contract.name, as_of)
    if column is None or not gives(tables, "customers"):
        return rows.aggregate(n=rows.count()).select(orphans=ibis.null("int64"))
    rows = rows.filter(rows[column].nullif("").notnull())
    if contract.name == "referrals":
        rows = rows.filter(rows.referrer_type.nullif("").fill_null("customer") == "customer")
    them = use(tables, "customers", as_of)
    strangers = rows.anti_join(them, rows[column] == them.customer_id)
    return strangers.aggregate(orphans=strangers.count())


def _duplicates(tables: Tables, contract: Table, as_of: date) -> ibis.Table:
    rows = use(tables, contract.name, as_of)
    if contract.key:
        return rows.aggregate(duplicates=rows.count() - rows[contract.key].nunique())
    same = rows.group_by(list(contract.names)).aggregate(n=rows.count())
    return same.aggregate(duplicates=same.n.sum().fill_null(0) - same.count())


def amount_faults(tables: Tables, as_of: date) -> ibis.Table:
    """Values that cannot be used as they stand: how many rows, and their sum where they are money.

    The rows stay. A negative monthly_amount has `amount_usable` false in customer_profile; a customer who
    left before joining counts as having left at once; a refund with a positive amount is taken as negative.
    """
    found = []
    if gives(tables, "customers"):
        rows = use(tables, "customers", as_of)
        found += [
            _fault("customers", "monthly_amount", "negative", rows.filter(rows.monthly_amount < 0)),
            _fault("customers", "left_on", "before joined_on", rows.filter(rows.left_on < rows.joined_on)),
        ]
    if gives(tables, "payments"):
        rows = use(tables, "payments", as_of)
        positive = rows.filter((rows.kind == "refund") & (rows.amount > 0))
        found.append(_fault("payments", "amount", "refund above 0", positive))
        if gives(tables, "payments", "margin"):
            found.append(_fault("payments", "margin", "missing", rows.filter(rows.margin.isnull())))
    return _stacked(found)


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
