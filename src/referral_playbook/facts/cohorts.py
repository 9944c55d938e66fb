"""Customers along the calendar: the flow of each month, the triangle of cohorts by age."""

from __future__ import annotations

from datetime import date, timedelta

import ibis

from referral_playbook.facts.asof import Tables
from referral_playbook.facts.customers import people
from referral_playbook.facts.expressions import filled, index_of, month_index, month_text, named_months, whole_months


def period_flow(tables: Tables, as_of: date) -> ibis.Table:
    """Customers at the start of each month, joined, left and at its end: start + joined - left = end.

    Every month from the first joining to the as-of date has a row, also where nothing happened.
    """
    rows = people(tables, as_of)
    both = {"joined_in": month_index(rows.joined_on), "left_in": month_index(rows.left_on)}
    cells = rows.group_by(**both).aggregate(customers=rows.count())
    joined = cells.group_by(at="joined_in").aggregate(joined=cells.customers.sum())
    gone = cells.filter(cells.left_in.notnull()).group_by(at="left_in").aggregate(left=lambda t: t.customers.sum())
    flow = _months(cells, as_of).left_join(joined, "at").drop("at_right").left_join(gone, "at").drop("at_right")
    flow = flow.mutate(joined=flow.joined.fill_null(0), left=flow["left"].fill_null(0))
    so_far = ibis.window(order_by="at", preceding=None, following=0)
    flow = flow.mutate(end=(flow.joined - flow["left"]).sum().over(so_far))
    start = flow.end - flow.joined + flow["left"]
    return flow.select(month=month_text(flow["at"]), start=start, joined=flow.joined, left=flow["left"], end=flow.end)


def _months(cells: ibis.Table, as_of: date) -> ibis.Table:
    ends = cells.aggregate(first=cells.joined_in.min().cast("int64"), last=ibis.literal(index_of(as_of) + 1, "int64"))
    return ends.select(at=ibis.range(ends["first"], ends["last"]).unnest())


GROUPS = ("segment", "region")


def customer_flow(tables: Tables, as_of: date) -> ibis.Table:
    """Customers who joined and who left in each month: of everyone (by is "all"), and by segment and by region."""
    rows = people(tables, as_of)
    words = {name: filled(rows[name]) for name in GROUPS}
    both = {"joined_in": month_index(rows.joined_on), "left_in": month_index(rows.left_on)}
    seen = rows.group_by(**both, **words).aggregate(customers=rows.count())
    none = ibis.literal(0, "int64")
    came = seen.select(*GROUPS, month="joined_in", joined="customers", left=none)
    gone = seen.filter(seen.left_in.notnull()).select(*GROUPS, month="left_in", joined=none, left="customers")
    cells = came.union(gone)
    every = ibis.union(
        *(cells.select("month", "joined", "left", by=ibis.literal(by), group=group) for by, group in groupings(cells))
    )
    counts = every.group_by("by", "group", "month").aggregate(joined=every.joined.sum(), left=every["left"].sum())
    return named_months(counts)


def groupings(rows: ibis.Table) -> list[tuple[str, ibis.StringValue]]:
    """Everyone as one group, then the segments, then the regions: the name of the grouping and the group."""
    return [("all", ibis.literal("all")), *((by, filled(rows[by])) for by in GROUPS)]


def cohort_triangle(tables: Tables, as_of: date) -> ibis.Table:
    """Of the customers who joined in a month, how many stayed at least so many whole months.

    An age is there only when the whole cohort could have reached it by the as-of date, so that no
    customer is counted as lost for want of time. Every cohort has age 0, where all are active.
    """
    rows = people(tables, as_of)
    stayed = whole_months(rows.joined_on, rows.left_on).cast("int64")
    cells = rows.group_by("left", at=month_index(rows.joined_on).cast("int64"), stayed=stayed).aggregate(
        customers=rows.count()
    )
    grid = _ages(cells.group_by("at").aggregate(customers=cells.customers.sum()), as_of)
    lost = cells.filter(cells["left"]).select("at", "stayed", lost="customers")
    pairs = grid.left_join(lost, [grid["at"] == lost["at"], lost.stayed < grid.age_months]).drop("at_right")
    seen = pairs.group_by("at", "age_months", "customers").aggregate(lost=pairs.lost.sum().fill_null(0))
    active = seen.customers - seen.lost
    return seen.select(
        cohort=month_text(seen["at"]), age_months=seen.age_months, customers=seen.customers, active=active
    )


def _ages(cohorts: ibis.Table, as_of: date) -> ibis.Table:
    over = index_of(as_of + timedelta(days=1)) - 1  # the last month that is complete on the as-of date
    oldest = ibis.greatest(ibis.literal(over, "int64") - cohorts["at"], ibis.literal(0, "int64"))
    return cohorts.mutate(age_months=ibis.range(ibis.literal(0, "int64"), oldest + 1).unnest())
