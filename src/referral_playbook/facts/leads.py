"""Enquiries, won or not, by where they came from."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, use
from referral_playbook.facts.expressions import EMPTY, days_between, filled, month_index, named_months, total


def lead_sources(tables: Tables, as_of: date) -> ibis.Table:
    """Leads, won leads and their value by month, source and whether given or received.

    'unknown' is what the client wrote, '(empty)' where nothing was written: they stay apart.
    """
    rows = use(tables, "leads", as_of)
    rows = rows.mutate(
        month=month_index(rows.created_on),
        source=filled(rows.source, EMPTY),
        given_or_received=filled(rows.given_or_received),
    )
    counts = rows.group_by("month", "source", "given_or_received").aggregate(
        leads=rows.count(), won=rows.won_on.count(), value=total(rows["value"], where=rows.won_on.notnull())
    )
    return named_months(counts)


def won_deals(tables: Tables, as_of: date) -> ibis.Table:
    """Won deals by source, whether given or received, and value, compressed; a value that nobody wrote down is null."""
    rows = use(tables, "leads", as_of)
    rows = rows.filter(rows.won_on.notnull())
    rows = rows.mutate(source=filled(rows.source, EMPTY), given_or_received=filled(rows.given_or_received))
    return rows.group_by("source", "given_or_received", "value").aggregate(deals=rows.count())


def lead_waits(tables: Tables, as_of: date) -> ibis.Table:
    """Won leads by the days from the enquiry to the win: how long one must wait before a lead counts as lost."""
    rows = use(tables, "leads", as_of)
    rows = rows.filter(rows.won_on.notnull())
    days = ibis.greatest(days_between(rows.created_on, rows.won_on).cast("int64"), 0)
    rows = rows.mutate(days=days, given_or_received=filled(rows.given_or_received))
    return rows.group_by("given_or_received", "days").aggregate(won=rows.count())
