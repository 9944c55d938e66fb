"""Who referred whom, how far each referral came and how long it took."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, gives, ready, use
from referral_playbook.facts.cohorts import GROUPS, groupings
from referral_playbook.facts.customers import people
from referral_playbook.facts.expressions import (
    days_between,
    filled,
    month_index,
    months_between,
    named_months,
    stripped,
    total,
)

DAYS = ("invited_on", "referred_on", "qualified_on", "converted_on", "rewarded_on")


def referrals(tables: Tables, as_of: date) -> ibis.Table:
    """Every referral as it stood on the as-of date, with its days to qualified and to converted.

    Also whether the friend had been named before (named_before) and, of a friend who is a customer, friend_joined_on
    and friend_left_on. A row per referral (of a panel, where there are very many), because the rules that flag a
    referral compare it with the advocate's others.
    """
    rows = use(tables, "referrals", as_of)
    rows = rows.mutate(
        days_to_qualified=days_between(rows.referred_on, rows.qualified_on).cast("float64"),
        days_to_converted=days_between(rows.referred_on, rows.converted_on).cast("float64"),
        friend=compared(rows.friend_id),
    )
    by_date = ibis.window(group_by="friend", order_by=[rows.referred_on, rows.referral_id])
    rows = rows.mutate(named_before=rows.friend.nullif("").notnull() & (ibis.row_number().over(by_date) > 0))
    return _with_friend(rows, tables, as_of).drop("friend")


def compared(ids: ibis.StringValue) -> ibis.StringValue:
    """Ids as they are compared: without blanks around them; e-mail addresses in small letters."""
    bare = stripped(ids)
    return bare.contains("@").ifelse(bare.lower(), bare)


def _with_friend(rows: ibis.Table, tables: Tables, as_of: date) -> ibis.Table:
    """When the friend joined and left as a customer; null where they are none, or there are no customers."""
    if not gives(tables, "customers"):
        return rows.mutate(friend_joined_on=ibis.null("date"), friend_left_on=ibis.null("date"))
    them = people(tables, as_of)
    them = them.select("joined_on", "left_on", friend=compared(them.customer_id))
    them = them.semi_join(rows, "friend")  # most customers were not referred, and need not be grouped
    them = them.group_by("friend").aggregate(friend_joined_on=them.joined_on.min(), friend_left_on=them.left_on.min())
    return rows.left_join(them, "friend").drop("friend_right")


def referral_funnel(tables: Tables, as_of: date) -> ibis.Table:
    """Referrals by type of referrer, channel, month and arm, and how many came to each stage.

    `converted_unqualified` counts conversions without a recorded qualification: with it, a step can tell a
    client who does not record that stage from one whose referrals fail there.
    """
    rows = use(tables, "referrals", as_of)
    columns = {c: filled(rows[c]) for c in ("referrer_type", "channel", "arm")}
    rows = rows.mutate(month=month_index(rows.referred_on), **columns)
    skipped = rows.converted_on.notnull() & rows.qualified_on.isnull()
    counts = rows.group_by("referrer_type", "channel", "month", "arm").aggregate(
        referrals=rows.count(),
        invited=rows.invited_on.count(),
        qualified=rows.qualified_on.count(),
        converted=rows.converted_on.count(),
        converted_unqualified=skipped.sum(),
        reward=total(rows.reward),
    )
    return named_months(counts)


def referral_months(tables: Tables, as_of: date) -> ibis.Table:
    """How many referrals were invited, made, qualified, converted and rewarded in each month, whoever made them."""
    rows = use(tables, "referrals", as_of)
    cells = rows.group_by(**{day: month_index(rows[day]) for day in DAYS}).aggregate(referrals=rows.count())
    events = ibis.union(*(cells.select("referrals", event=ibis.literal(day), month=cells[day]) for day in DAYS))
    events = events.filter(events.month.notnull())
    counts = {day: events.referrals.sum(where=events.event == day).fill_null(0) for day in DAYS}
    return named_months(events.group_by("month").aggregate(**counts))


def referral_groups(tables: Tables, as_of: date) -> ibis.Table:
    """Referrals of customers by month: of everyone (by is "all"), and by the customer's segment and region."""
    rows = use(tables, "referrals", as_of)
    them = people(tables, as_of).select("customer_id", "segment", "region")
    made = rows.select("referrer_id", month=month_index(rows.referred_on)).join(them, [("referrer_id", "customer_id")])
    cells = made.group_by("month", *GROUPS).aggregate(referrals=made.count())
    every = ibis.union(
        *(cells.select("month", "referrals", by=ibis.literal(by), group=group) for by, group in groupings(cells))
    )
    return named_months(every.group_by("by", "group", "month").aggregate(referrals=every.referrals.sum()))


def reward_states(tables: Tables, as_of: date) -> ibis.Table:
    """Referrals by whether they converted and were rewarded, with the sum of the rewards noted for them."""
    rows = use(tables, "referrals", as_of)
    rows = rows.mutate(converted=rows.converted_on.notnull(), rewarded=rows.rewarded_on.notnull())
    noted = rows.reward > 0
    return rows.group_by("converted", "rewarded").aggregate(
        referrals=rows.count(), noted=noted.sum().fill_null(0), reward=total(rows.reward, where=noted)
    )


def by_customers(tables: Tables, as_of: date) -> ibis.Table:
    """The referrals that customers made: of type customer or of none, and by an id among the customers."""
    if (done := ready(tables, "by_customers", as_of)) is not None:
        return done
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
    """Referrals by advocate and month; months without one have no row.

    A row per advocate and month (of a panel, where there are very many), because goals ask how one advocate's months
    differ.
    """
    rows = by_customers(tables, as_of)
    rows = rows.mutate(month=month_index(rows.referred_on))
    return named_months(rows.group_by("referrer_id", "month").aggregate(referrals=rows.count()))


def advocate_counts(tables: Tables, as_of: date) -> ibis.Table:
    """How many customers, there still and gone, made 0, 1, 2, ... referrals; the client's own count goes before ours.

    Customers whose number is not known (no count, no table of referrals) have a row with null.
    """
    rows = people(tables, as_of)
    if gives(tables, "referrals"):
        made = advocacy(tables, as_of)
        rows = rows.left_join(made, "customer_id")
        rows = rows.mutate(referrals_made=rows.referrals_made.fill_null(rows.counted.fill_null(0)))
    return rows.group_by("left", referrals=rows.referrals_made).aggregate(customers=rows.count())


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
