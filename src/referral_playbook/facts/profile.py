"""One row a customer, with what every table says about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, gives
from referral_playbook.facts.customers import people
from referral_playbook.facts.purchases import spending
from referral_playbook.facts.referrals import advocacy
from referral_playbook.facts.surveys import opinions
from referral_playbook.facts.touchpoints import care

OWN = (
    "customer_id",
    "joined_on",
    "left_on",
    "left",
    "tenure_months",
    "segment",
    "region",
    "source",
    "referred",
    "referred_by",
    "monthly_amount",
    "amount_usable",
    "total_amount",
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one table adds: columns with their types, and what a customer without a row in it has."""

    table: str
    build: Callable[[Tables, date], ibis.Table]
    columns: dict[str, str]
    nothing: dict[str, object] = field(default_factory=dict)


PARTS = (
    Part(
        table="referrals",
        build=advocacy,
        columns={"counted": "int64", "qualified": "int64", "converted": "int64"},
        nothing={"counted": 0, "qualified": 0, "converted": 0},
    ),
    Part(table="surveys", build=opinions, columns={"nps": "float64", "pmf": "string", "csat": "float64"}),
    Part(
        table="touchpoints",
        build=care,
        columns={
            "open_complaint": "boolean",
            "last_ask_on": "date",
            "asks": "int64",
            "kind_acts": "int64",
            "last_kind_act_on": "date",
            "last_touch_on": "date",
        },
        nothing={"open_complaint": False, "asks": 0, "kind_acts": 0},
    ),
    Part(
        table="payments",
        build=spending,
        columns={
            "payments": "int64",
            "amount_paid": "float64",
            "margin_paid": "float64",
            "last_paid_on": "date",
            "amount_last_12m": "float64",
            "margin_last_12m": "float64",
        },
        nothing={"payments": 0, "amount_paid": 0.0, "amount_last_12m": 0.0},
    ),
)


def customer_profile(tables: Tables, as_of: date) -> ibis.Table:
    """Every customer with tenure, source, money, referrals, last answers, touchpoints and payments.

    What a table would have said is null where the client lacks it, and 0 only where the table is there and
    says nothing about the customer.

    A row per customer (of a panel, where there are very many), because comparisons match whole customers, and the rules
    of the lists read one customer's answers, gifts and asks together: no counts by cell can stand for that.
    """
    joined = people(tables, as_of).select(*OWN, "referrals_made")
    for part in PARTS:
        if gives(tables, part.table):
            joined = joined.left_join(part.build(tables, as_of), "customer_id", rname=_key(part))
    added = {name: column for part in PARTS for name, column in _added(joined, part, tables).items()}
    made = joined.referrals_made.fill_null(added.pop("counted"))
    return joined.select(*OWN, referrals_made=made, **added)


def _key(part: Part) -> str:
    """The name of a part's own customer_id beside that of the customers."""
    return f"{{name}}_{part.table}"


def _added(joined: ibis.Table, part: Part, tables: Tables) -> dict[str, ibis.Value]:
    """The columns that one table adds; in one select of all of them, for Ibis takes its time over each step."""
    if not gives(tables, part.table):
        return {name: ibis.null(kind) for name, kind in part.columns.items()}
    nothing = dict(part.nothing)
    if gives(tables, part.table, "margin"):
        nothing |= {"margin_paid": 0.0, "margin_last_12m": 0.0}
    absent = joined[_key(part).format(name="customer_id")].isnull()
    return {
        name: absent.ifelse(ibis.literal(nothing[name]), joined[name]) if name in nothing else joined[name]
        for name in part.columns
    }
