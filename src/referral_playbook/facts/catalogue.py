"""Every fact: its name, the tables it needs, the function that makes it, the columns that order its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import ibis

from referral_playbook.facts import (
    cohorts,
    customers,
    leads,
    profile,
    purchases,
    referrals,
    summary,
    surveys,
    touchpoints,
    tree,
)
from referral_playbook.facts.asof import Tables, gives, has_calendar, use

Column = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact.

    Parameters
    ----------
    name : str
        Also the name of its Parquet file.
    build : callable
        ``(tables, as_of) -> ibis.Table``.
    needs : tuple of str
        Tables that must be there, all of them.
    any_of : tuple of (table, column)
        Of these at least one must be there; none are asked for when empty.
    keys : tuple of str
        Columns by which the rows are ordered; none where the order of the file means something.
    calendar : bool
        Whether it needs real dates of joining and leaving, not ones made from a tenure.
    rows_of : str
        The column with the person, of a fact that has rows by customer: beyond `panel.EVERYONE_UP_TO` customers it
        holds the rows of the panel. Empty for facts that are counts and sums, which are always of everyone.
    beside_everyone : bool
        Whether its rows also say something that everyone's rows decide, so that the panel is taken last.
    """

    name: str
    build: Callable[[Tables, date], ibis.Table]
    needs: tuple[str, ...] = ()
    any_of: tuple[Column | tuple[str], ...] = ()
    keys: tuple[str, ...] = ()
    calendar: bool = False
    rows_of: str = ""
    beside_everyone: bool = False


def why_absent(fact: Fact, tables: Tables) -> str | None:
    """Why this client cannot have a fact, or None where it can."""
    missing = [name for name in fact.needs if not gives(tables, name)]
    if missing:
        return f"the client has no table {' and no table '.join(missing)}"
    if fact.any_of and not any(gives(tables, *column) for column in fact.any_of):
        return f"the client has none of {', '.join('.'.join(column) for column in fact.any_of)}"
    if fact.calendar and not has_calendar(tables):
        return "the customers' dates were made from a tenure: they say how long, not when"
    return None


def _as_it_is(name: str) -> Fact:
    return Fact(name=name, build=partial(_table, name), needs=(name,))


def _table(name: str, tables: Tables, as_of: date) -> ibis.Table:
    return use(tables, name, as_of)


_WHO = ("segment", "referred")
_REFERRALS, _COUNT = ("referrals",), ("customers", "referrals_made")

FACTS: tuple[Fact, ...] = (
    Fact(name="table_summary", build=summary.table_summary, keys=("table",)),
    Fact(
        name="amount_faults",
        build=summary.amount_faults,
        any_of=(("customers",), ("payments",)),
        keys=("table", "column", "fault"),
    ),
    Fact(
        name="customer_profile",
        build=profile.customer_profile,
        needs=("customers",),
        keys=("customer_id",),
        rows_of="customer_id",
    ),
    Fact(
        name="customer_life",
        build=customers.customer_life,
        needs=("customers",),
        keys=(*_WHO, "months", "left"),
    ),
    Fact(name="lives", build=customers.lives, needs=("customers",), keys=("segment", "months", "left")),
    Fact(
        name="acquisition",
        build=customers.acquisition,
        needs=("customers",),
        keys=("month", "source", "segment", "region", "referred"),
    ),
    Fact(name="period_flow", build=cohorts.period_flow, needs=("customers",), keys=("month",), calendar=True),
    Fact(
        name="customer_flow",
        build=cohorts.customer_flow,
        needs=("customers",),
        keys=("by", "group", "month"),
        calendar=True,
    ),
    Fact(
        name="cohort_triangle",
        build=cohorts.cohort_triangle,
        needs=("customers",),
        keys=("cohort", "age_months"),
        calendar=True,
    ),
    Fact(
        name="survey_counts",
        build=surveys.survey_counts,
        needs=("surveys",),
        keys=("question", "answer", "segment", "incentive"),
    ),
    Fact(name="survey_months", build=surveys.survey_months, needs=("surveys",), keys=("month", "question")),
    Fact(
        name="survey_comments",
        build=surveys.survey_comments,
        needs=("surveys",),
        keys=("respondent_id", "asked_on", "question", "answer", "comment"),
        rows_of="respondent_id",
    ),
    Fact(
        name="value_multiples",
        build=surveys.value_multiples,
        needs=("surveys",),
        keys=("respondent_id",),
        rows_of="respondent_id",
    ),
    Fact(name="service", build=touchpoints.service, needs=("touchpoints",), keys=("kind", "channel")),
    Fact(
        name="touchpoint_months",
        build=touchpoints.touchpoint_months,
        needs=("touchpoints",),
        keys=("month", "kind", "channel"),
    ),
    Fact(
        name="touchpoints",
        build=partial(_table, "touchpoints"),
        needs=("touchpoints",),
        keys=("customer_id", "on", "kind", "channel", "resolved_on", "score"),
        rows_of="customer_id",
    ),
    Fact(
        name="purchase_summary",
        build=purchases.purchase_summary,
        needs=("payments",),
        keys=("customer_id",),
        rows_of="customer_id",
    ),
    Fact(name="payment_flow", build=purchases.payment_flow, needs=("payments",), keys=("month", "kind")),
    Fact(
        name="customer_months",
        build=purchases.customer_months,
        needs=("payments",),
        keys=("customer_id", "month"),
        rows_of="customer_id",
    ),
    Fact(
        name="kind_months",
        build=purchases.kind_months,
        needs=("payments",),
        keys=("customer_id", "month", "kind"),
        rows_of="customer_id",
    ),
    Fact(
        name="refunds",
        build=purchases.refunds,
        needs=("payments",),
        keys=("customer_id", "refunded_on"),
        rows_of="customer_id",
    ),
    Fact(
        name="referrals",
        build=referrals.referrals,
        needs=_REFERRALS,
        keys=("referral_id",),
        rows_of="referrer_id",
        beside_everyone=True,
    ),
    Fact(
        name="referral_funnel",
        build=referrals.referral_funnel,
        needs=_REFERRALS,
        keys=("referrer_type", "channel", "month", "arm"),
    ),
    Fact(name="referral_months", build=referrals.referral_months, needs=_REFERRALS, keys=("month",)),
    Fact(
        name="referral_groups",
        build=referrals.referral_groups,
        needs=("customers", "referrals"),
        keys=("by", "group", "month"),
        calendar=True,
    ),
    Fact(name="reward_states", build=referrals.reward_states, needs=_REFERRALS, keys=("converted", "rewarded")),
    Fact(name="cycle_time", build=referrals.cycle_time, needs=_REFERRALS, keys=("stage",)),
    Fact(
        name="referral_edges",
        build=tree.referral_edges,
        keys=("friend_id",),
        rows_of="friend_id",
        beside_everyone=True,
        any_of=(("referrals", "friend_id"), ("customers", "referred_by")),
    ),
    Fact(
        name="advocate_months",
        build=referrals.advocate_months,
        needs=_REFERRALS,
        keys=("referrer_id", "month"),
        rows_of="referrer_id",
    ),
    Fact(
        name="advocate_counts",
        build=referrals.advocate_counts,
        needs=("customers",),
        keys=("referrals", "left"),
        any_of=(_REFERRALS, _COUNT),
    ),
    Fact(
        name="first_referral",
        build=referrals.first_referral,
        needs=("customers", "referrals"),
        keys=("months", "referred"),
        calendar=True,
    ),
    Fact(
        name="lead_sources",
        build=leads.lead_sources,
        needs=("leads",),
        keys=("month", "source", "given_or_received"),
    ),
    Fact(
        name="won_deals",
        build=leads.won_deals,
        needs=("leads",),
        keys=("source", "given_or_received", "value"),
    ),
    *map(_as_it_is, ("costs", "arms", "rewards", "exchanges", "friction", "effort", "goals")),
)
