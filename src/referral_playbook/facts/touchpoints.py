"""Contacts with customers: how they were served, when they were last asked or given something."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, use
from referral_playbook.facts.expressions import days_between, filled, month_index, named_months

KIND_ACTS = ("kind_act", "delight", "review")


def touchpoints(tables: Tables, as_of: date) -> ibis.Table:
    """Every contact as the client's table has it.

    A row per contact (of a panel, where there are very many), because lists ask when and how each customer was last
    contacted, and programme reviews compare the customers who were asked with the others.
    """
    return use(tables, "touchpoints", as_of)


def service(tables: Tables, as_of: date) -> ibis.Table:
    """By kind and channel: contacts, how many were resolved and in how many days, how many scored 4 or more."""
    rows = use(tables, "touchpoints", as_of)
    rows = rows.mutate(channel=filled(rows.channel), took=days_between(rows["on"], rows.resolved_on).cast("float64"))
    return rows.group_by("kind", "channel").aggregate(
        contacts=rows.count(),
        resolved=rows.resolved_on.count(),
        median_days=rows.took.quantile(0.5),
        p90_days=rows.took.quantile(0.9),
        scored=rows.score.count(),
        top2=(rows.score >= 4).sum().fill_null(0),
    )


def touchpoint_months(tables: Tables, as_of: date) -> ibis.Table:
    """Contacts by month, kind and channel."""
    rows = use(tables, "touchpoints", as_of)
    rows = rows.mutate(month=month_index(rows["on"]), channel=filled(rows.channel))
    return named_months(rows.group_by("month", "kind", "channel").aggregate(contacts=rows.count()))


def care(tables: Tables, as_of: date) -> ibis.Table:
    """Per customer: asks, kind acts, the last of each, and whether a complaint is open.

    A complaint is open until a date says that it was resolved.
    """
    rows = use(tables, "touchpoints", as_of)
    ask, kind_act = rows.kind == "ask", rows.kind.isin(KIND_ACTS)
    is_open = (rows.kind == "complaint") & rows.resolved_on.isnull()
    return rows.group_by("customer_id").aggregate(
        open_complaint=is_open.any(),
        last_ask_on=rows["on"].max(where=ask),
        asks=ask.sum(),
        kind_acts=kind_act.sum(),
        last_kind_act_on=rows["on"].max(where=kind_act),
        last_touch_on=rows["on"].max(),
    )
