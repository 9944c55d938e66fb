"""Who referred whom, how far each referral came and how long it took."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, gives, use
from referral_playbook.facts.customers import people
from referral_playbook.facts.expressions import days_between, filled, month_of, months_between, total

STAGES = (
    ("referred to qualified", "referred_on", "qualified_on"),
    ("referred to converted", "referred_on", "converted_on"),
    ("qualified to converted", "qualified_on", "converted_on"),
    ("converted to rewarded", "converted_on", "rewarded_on"),
)


def referrals(tables: Tables, as_of: date) -> ibis.Table:
    """Every referral as it stood on the as-of date, with its days to qualified and to converted."""
    rows = use(tables, "referrals", as_of)
    return rows.mutate(
        days_to_qualified=days_between(rows.referred_on, rows.qualified_on).cast("float64"),
        days_to_converted=days_between(rows.referred_on, rows.converted_on).cast("float64"),
    )


def referral_funnel(tables: Tables, as_of: date) -> ibis.Table:
    """Referrals by type of referrer, channel, month and arm, and how many came to each stage.

    `converted_unqualified` counts conversions without a recorded qualification: with it, a step can tell a
    client who does not record that stage from one whose referrals fail there.
    """
    rows = use(tables, "referrals", as_of)
    columns = {c: filled(rows[c]) for c in ("referrer_type", "channel", "arm")}
    rows = rows.mutate(month=month_of(rows.referred_on), **columns)
    skipped = rows.converted_on.notnull() & rows.qualified_on.isnull()
    return rows.group_by("referrer_type", "channel", "month", "arm").aggregate(
        referrals=rows.count(),
        invited=rows.invited_on.count(),
        qualified=rows.qualified_on.count(),
        converted=rows.converted_on.count(),
        converted_unqualified=skipped.sum(),
        reward=total(rows.reward),
    )


def cycle_time(tables: Tables, as_of: date) -> ibis.Table:
    """Days from stage to stage: how many referrals, median and 90th percentile."""
    rows = use(tables, "referrals", as_of)
    spans = ibis.union(*(_span(rows, *stage) for stage in STAGES))
    spans = spans.filter(spans.took.notnull())
    return spans.group_by("stage").aggregate(
        n=spans.count(), median_days=spans.took.quantile(0.5), p90_days=spans.took.quantile(0.9)
    )


def _span(rows: ibis.Table, stage: str, start: str, end: str) -> ibis.Table:
    return rows.select(stage=ibis.literal(stage), took=days_between(rows[start], rows[end]).cast("float64"))


def by_customers(tables: Tables, as_of: date) -> ibis.Table:
    """The referrals that customers made: of type customer or of none, and by an id among the customers."""
    rows = use(tables, "referrals", as_of)
    rows = rows.filter(rows.referrer_type.nullif("").fill_null("customer") == "customer")
    if not gives(tables, "customers"):
        return rows
    them = people(tables, as_of)
    return rows.semi_join(them, rows.referrer_id == them.customer_id)


def advocacy(tables: Tables, as_of: date) -> ibis.Table:
    """Per customer who referred: referrals made, and how many of them qualified and converted."""
    rows = by_customers(tables, as_of)
    return rows.group_by(customer_id=rows.referrer_id).aggregate(
        counted=rows.count(), qualified=rows.qualified_on.count(), converted=rows.converted_on.count()
    )


def advocate_months(tables: Tables, as_of: date) -> ibis.Table:
    """Referrals by advocate and month; months without one have no row."""
    rows = by_customers(tables, as_of)
    rows = rows.mutate(month=month_of(rows.referred_on))
    return rows.group_by("referrer_id", "month").aggregate(referrals=rows.count())


def advocate_counts(tables: Tables, as_of: date) -> ibis.Table:
    """How many customers made 0, 1, 2, ... referrals; the client's own count goes before ours.

    Customers whose number is not known (no count, no table of referrals) have a row with null.
    """
    rows = people(tables, as_of)
    if gives(tables, "referrals"):
        made = advocacy(tables, as_of)
        rows = rows.left_join(made, "customer_id")
        rows = rows.mutate(referrals_made=rows.referrals_made.fill_null(rows.counted.fill_null(0)))
    return rows.group_by(referrals=rows.referrals_made).aggregate(customers=rows.count())


def first_referral(tables: Tables, as_of: date) -> ibis.Table:
    """Whole months from joining to the first referral, compressed; without one, to leaving or the as-of date.

    A referral after leaving does not count as one of a customer; one before joining counts at month 0.
    """
    rows = people(tables, as_of)
    made = by_customers(tables, as_of)
    first = made.group_by(customer_id=made.referrer_id).aggregate(first_on=made.referred_on.min())
    rows = rows.left_join(first, "customer_id")
    until = rows.left_on.fill_null(ibis.literal(as_of))
    event = (rows.first_on <= until).fill_null(False)
    end = ibis.greatest(event.ifelse(rows.first_on, until), rows.joined_on)
    rows = rows.mutate(referred=event, months=months_between(rows.joined_on, end).floor().cast("int64"))
    return rows.group_by("months", "referred").aggregate(customers=rows.count())
