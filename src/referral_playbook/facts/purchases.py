"""What customers paid: per customer, per month, per kind.

A refund (a negative amount, or the kind `refund` whatever its sign) lowers amount and margin and is not a
purchase. A contraction may be negative; it lowers the month's amount and is not a purchase then.
"""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, ready, use
from referral_playbook.facts.expressions import (
    a_year_before,
    exact,
    filled,
    month_index,
    months_between,
    named_months,
    total,
)

FRIENDS_PAID = "friends_paid"
"""Payments of the friends whom the panel referred, where there is a panel (see `panel.panel_of`)."""


def paid(tables: Tables, as_of: date) -> ibis.Table:
    """Payments with refunds signed, and the columns refund and purchase (both bool)."""
    if (done := ready(tables, "paid", as_of)) is not None:
        return done
    rows = use(tables, "payments", as_of)
    kind = filled(rows.kind)
    called = kind == "refund"
    rows = rows.mutate(
        kind=kind,
        refund=called | ((rows.amount < 0) & (kind != "contraction")),
        amount=called.ifelse(-rows.amount.abs(), rows.amount),
        margin=(called & (rows.amount > 0)).ifelse(-rows.margin, rows.margin),
    )
    return rows.mutate(purchase=~rows.refund & (rows.amount >= 0))


def purchase_summary(tables: Tables, as_of: date) -> ibis.Table:
    """The sufficient statistics of repeat purchase, a row per customer with payments.

    x is the number of purchase days after the first, t_x the months from the first to the last, T those from the
    first to the as-of date (both null where there are refunds only), mean_amount the mean of a repeat day.
    Fader, Hardie and Lee (2005), in months instead of weeks. A row per customer (of a panel, where there are very
    many), because times are counted in days: nearly every customer would be a cell of their own.
    """
    rows = paid(tables, as_of)
    bought = rows.filter(rows.purchase)
    each = rows.group_by("customer_id").aggregate(
        first=rows.paid_on.min(where=rows.purchase),
        last=rows.paid_on.max(where=rows.purchase),
        payments=rows.purchase.sum(),
        amount=total(rows.amount),
        margin=total(rows.margin),
        bought=exact(rows.amount).sum(where=rows.purchase),
    )
    # Apart, because sums by customer and day, added up by customer, take half as long again: most days have one row.
    days = (
        bought.select("customer_id", "paid_on").distinct().group_by("customer_id").aggregate(days=lambda t: t.count())
    )
    at_first = bought.join(each, ["customer_id", bought.paid_on == each["first"]])
    at_first = at_first.group_by("customer_id").aggregate(at_first=exact(at_first.amount).sum())
    each = each.left_join(days, "customer_id").drop("customer_id_right")
    return _repeats(each.left_join(at_first, "customer_id").drop("customer_id_right"), as_of)


def _repeats(each: ibis.Table, as_of: date) -> ibis.Table:
    days = each["days"].fill_null(0)
    x = ibis.greatest(days - 1, 0)
    return each.select(
        "customer_id",
        x=x,
        t_x=months_between(each["first"], each["last"]),
        T=months_between(each["first"], ibis.literal(as_of)),
        days=days,
        payments=each.payments,
        amount=each.amount,
        margin=each.margin,
        mean_amount=(each.bought - each.at_first).cast("float64") / x.nullif(0),
    )


def payment_flow(tables: Tables, as_of: date) -> ibis.Table:
    """Customers, payments, amount and margin by month and kind."""
    rows = paid(tables, as_of)
    rows = rows.mutate(month=month_index(rows.paid_on))
    counts = rows.group_by("month", "kind").aggregate(
        customers=rows.customer_id.nunique(),
        payments=rows.count(),
        amount=total(rows.amount),
        margin=total(rows.margin),
    )
    return named_months(counts)


def customer_months(tables: Tables, as_of: date) -> ibis.Table:
    """What each customer paid in each month.

    A refund is left out, for it undoes a payment and not a contract, unless it takes back one of several payments of
    the month, as a credit note does that corrects an invoice. payments counts the purchases that stand. period_months
    is the longest period that a payment of the month is for; null where the client does not say. A row
    per customer and month (of a panel, where there are very many), because the rhythm of one customer's payments
    decides which months a payment pays for.
    """
    rows = paid(tables, as_of)
    rows = rows.mutate(month=month_index(rows.paid_on))
    sums = rows.group_by("customer_id", "month").aggregate(
        sold=total(rows.amount, where=~rows.refund),
        sold_margin=total(rows.margin, where=~rows.refund),
        net=total(rows.amount),
        net_margin=total(rows.margin),
        least=exact(rows.amount).min(where=rows.purchase).cast("float64"),
        payments=rows.purchase.sum(),
        period_months=rows.period_months.max(where=~rows.refund),
    )
    sums = sums.filter(sums.sold.notnull())
    corrected = ((sums.payments > 1) & (sums.sold - sums.net >= sums.least) & (sums.net > 0)).fill_null(False)
    sums = sums.select(
        "customer_id",
        "month",
        amount=corrected.ifelse(sums.net, sums.sold),
        margin=corrected.ifelse(sums.net_margin, sums.sold_margin),
        payments=sums.payments - corrected.ifelse(1, 0),
        period_months=sums.period_months,
    )
    return named_months(sums)


def kind_months(tables: Tables, as_of: date) -> ibis.Table:
    """What each customer paid in each month under the kinds that change a contract: upsell, cross_sell, contraction.

    A row per customer, month and kind (of a panel, where there are very many), because it says which of the rises in
    `customer_months` were sold as what, so it has the same customers.
    """
    rows = paid(tables, as_of)
    rows = rows.filter(rows.kind.isin(["upsell", "cross_sell", "contraction"]) & ~rows.refund)
    rows = rows.mutate(month=month_index(rows.paid_on))
    return named_months(rows.group_by("customer_id", "month", "kind").aggregate(amount=total(rows.amount)))


def spending(tables: Tables, as_of: date) -> ibis.Table:
    """Per customer: payments (purchases), amount and margin in all and in the last 12 months, last_paid_on."""
    rows = paid(tables, as_of)
    recent = rows.paid_on > a_year_before(as_of)
    margin = total(rows.margin)
    return rows.group_by("customer_id").aggregate(
        payments=rows.purchase.sum(),
        amount_paid=total(rows.amount),
        margin_paid=margin,
        last_paid_on=rows.paid_on.max(where=rows.purchase),
        amount_last_12m=total(rows.amount, where=recent).fill_null(0),
        margin_last_12m=margin.isnull().ifelse(None, total(rows.margin, where=recent).fill_null(0)),
    )


def refunds(tables: Tables, as_of: date) -> ibis.Table:
    """Days on which a customer got money back: what was refunded and what had been paid, both up to that day.

    A row per customer and day with a refund, because it tells whether the conversion of one friend was undone within
    the hold period. Where there is a panel, only those of friends whom the panel referred.
    """
    rows = ready(tables, FRIENDS_PAID, as_of)
    rows = paid(tables, as_of) if rows is None else rows
    rows = rows.select("customer_id", "paid_on", "amount", "refund")
    given_back = rows.filter(rows.refund).select("customer_id", refunded_on="paid_on").distinct()
    theirs = rows.semi_join(given_back, "customer_id")
    both = given_back.join(theirs, ["customer_id", given_back.refunded_on >= theirs.paid_on])
    return both.group_by("customer_id", "refunded_on").aggregate(
        refunded=total(-both.amount, where=both.refund), paid=total(both.amount, where=~both.refund).fill_null(0)
    )
