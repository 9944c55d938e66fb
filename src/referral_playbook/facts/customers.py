"""Who the customers are, how long they stay, where they came from."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, has_calendar, ready, use
from referral_playbook.facts.expressions import EMPTY, NONE, filled, month_index, months_between, named_months


def people(tables: Tables, as_of: date) -> ibis.Table:
    """Customers with what follows from their own row: left, tenure_months, source, referred, amount_usable.

    A customer who left before joining left on the day of joining (`amount_faults` counts them).
    """
    if (done := ready(tables, "people", as_of)) is not None:
        return done
    rows = use(tables, "customers", as_of)
    rows = rows.mutate(left_on=(rows.left_on < rows.joined_on).ifelse(rows.joined_on, rows.left_on))
    return rows.mutate(
        left=rows.left_on.notnull(),
        tenure_months=_tenure(rows, as_of, given=not has_calendar(tables)),
        source=filled(rows.source, EMPTY),
        referred=_referred(rows),
        amount_usable=rows.monthly_amount >= 0,
    )


def _tenure(rows: ibis.Table, as_of: date, *, given: bool) -> ibis.FloatingValue:
    """Months to leaving or to the as-of date; where the client gave the tenure itself, that."""
    by_dates = months_between(rows.joined_on, rows.left_on.fill_null(ibis.literal(as_of)))
    return rows["tenure_months"].cast("float64").fill_null(by_dates) if given else by_dates


def _referred(rows: ibis.Table) -> ibis.BooleanValue:
    """True, false, or null where nobody wrote down where the customer came from."""
    source = filled(rows.source, EMPTY).lower()
    came_by_referral = rows.referred_by.nullif("").notnull() | (source == "referral")
    return ibis.cases(
        (came_by_referral, True),
        (source.isin(["unknown", EMPTY]), ibis.null("boolean")),
        else_=False,
    )


def customer_life(tables: Tables, as_of: date) -> ibis.Table:
    """How long customers stayed, compressed: whole months of tenure and whether they then left."""
    rows = people(tables, as_of)
    rows = rows.mutate(segment=filled(rows.segment, NONE), months=rows.tenure_months.floor().cast("int64"))
    return rows.group_by("segment", "referred", "months", "left").aggregate(customers=rows.count())


def lives(tables: Tables, as_of: date) -> ibis.Table:
    """How long customers stayed, by segment, to the day: months as a customer, and whether they then left.

    As many rows as there are lengths of life, so survival curves and renewals are exact without a row per customer.
    """
    rows = people(tables, as_of)
    return rows.group_by("segment", "left", months=rows.tenure_months).aggregate(customers=rows.count())


def acquisition(tables: Tables, as_of: date) -> ibis.Table:
    """Customers by month of joining, source, segment, region and whether referred.

    The month is null where the dates were made from a tenure.
    """
    rows = people(tables, as_of)
    month = month_index(rows.joined_on) if has_calendar(tables) else ibis.null("int64")
    rows = rows.mutate(month=month, segment=filled(rows.segment), region=filled(rows.region))
    counts = rows.group_by("month", "source", "segment", "region", "referred").aggregate(customers=rows.count())
    return named_months(counts)
