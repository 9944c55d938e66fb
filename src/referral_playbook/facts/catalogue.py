"""Every fact: its name, the tables it needs, the function that makes it, the columns that order its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

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
    """One fact, whose name is also that of its Parquet file and of the function that builds it.

    All tables that it `needs` must be there, and one of `any_of` where any are named; a `calendar` fact needs real
    dates of joining and leaving, not ones made from a tenure. Rows are ordered by `keys`; without any, the order of the
    file means something. `rows_of` is the column with the person, of a fact that has rows by customer: beyond
    `script.EVERYONE_UP_TO` customers it holds the rows of the panel. It is empty for counts and sums, which are always
    of everyone. Rows that also say something that everyone's rows decide (`beside_everyone`) are taken from the panel
    last.
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
        return f"there is no table of {' or of '.join(missing)}"
    if fact.any_of and not any(gives(tables, *column) for column in fact.any_of):
        return f"the client has none of {', '.join('.'.join(column) for column in fact.any_of)}"
    if fact.calendar and not has_calendar(tables):
        return "the customers' dates were made from a tenure: they say how long, not when"
    return None


def _fact(build: Callable[[Tables, date], ibis.Table], *needs: str, keys: tuple[str, ...], **more: Any) -> Fact:
    """The fact that a function of its name makes from the tables that it needs."""
    return Fact(name=build.__name__, build=build, needs=needs, keys=keys, **more)


def _as_it_is(name: str, **more: Any) -> Fact:
    """A table of the client's, up to the as-of date."""
    return Fact(name=name, build=partial(_table, name), needs=(name,), **more)


def _table(name: str, tables: Tables, as_of: date) -> ibis.Table:
    return use(tables, name, as_of)


_ID = "customer_id"
_FRIENDS = (("referrals", "friend_id"), ("customers", "referred_by"))
_COUNTED = (("referrals",), ("customers", "referrals_made"))

FACTS: tuple[Fact, ...] = (
    _fact(summary.table_summary, keys=("table",)),
    _fact(summary.amount_faults, keys=("table", "column", "fault"), any_of=(("customers",), ("payments",))),
    _fact(profile.customer_profile, "customers", keys=(_ID,), rows_of=_ID),
    _fact(customers.customer_life, "customers", keys=("segment", "referred", "months", "left")),
    _fact(customers.lives, "customers", keys=("segment", "months", "left")),
    _fact(customers.acquisition, "customers", keys=("month", "source", "segment", "region", "referred")),
    _fact(cohorts.period_flow, "customers", keys=("month",), calendar=True),
    _fact(cohorts.customer_flow, "customers", keys=("by", "group", "month"), calendar=True),
    _fact(cohorts.cohort_triangle, "customers", keys=("cohort", "age_months"), calendar=True),
    _fact(surveys.survey_counts, "surveys", keys=("question", "answer", "segment", "incentive")),
    _fact(
        surveys.survey_comments,
        "surveys",
        keys=("respondent_id", "asked_on", "question", "answer", "comment"),
        rows_of="respondent_id",
    ),
    _fact(surveys.value_multiples, "surveys", keys=("respondent_id",), rows_of="respondent_id"),
    _fact(touchpoints.service, "touchpoints", keys=("kind", "channel")),
    _fact(touchpoints.touchpoint_months, "touchpoints", keys=("month", "kind", "channel")),
    _fact(
        touchpoints.touchpoints,
        "touchpoints",
        keys=(_ID, "on", "kind", "channel", "resolved_on", "score"),
        rows_of=_ID,
    ),
    _fact(purchases.purchase_summary, "payments", keys=(_ID,), rows_of=_ID),
    _fact(purchases.payment_flow, "payments", keys=("month", "kind")),
    _fact(purchases.customer_months, "payments", keys=(_ID, "month"), rows_of=_ID),
    _fact(purchases.kind_months, "payments", keys=(_ID, "month", "kind"), rows_of=_ID),
    _fact(purchases.refunds, "payments", keys=(_ID, "refunded_on"), rows_of=_ID),
    _fact(referrals.referrals, "referrals", keys=("referral_id",), rows_of="referrer_id", beside_everyone=True),
    _fact(referrals.referral_funnel, "referrals", keys=("referrer_type", "channel", "month", "arm")),
    _fact(referrals.referral_months, "referrals", keys=("month",)),
    _fact(referrals.referral_groups, "customers", "referrals", keys=("by", "group", "month"), calendar=True),
    _fact(referrals.reward_states, "referrals", keys=("converted", "rewarded")),
    _fact(tree.referral_edges, keys=("friend_id",), rows_of="friend_id", beside_everyone=True, any_of=_FRIENDS),
    _fact(referrals.advocate_months, "referrals", keys=("referrer_id", "month"), rows_of="referrer_id"),
    _fact(referrals.advocate_counts, "customers", keys=("referrals", "left"), any_of=_COUNTED),
    _fact(referrals.first_referral, "customers", "referrals", keys=("months", "referred"), calendar=True),
    _fact(leads.lead_sources, "leads", keys=("month", "source", "given_or_received")),
    _fact(leads.won_deals, "leads", keys=("source", "given_or_received", "value")),
    _fact(leads.lead_waits, "leads", keys=("given_or_received", "days")),
    *map(_as_it_is, ("costs", "arms", "rewards", "exchanges", "friction", "effort", "goals")),
)
