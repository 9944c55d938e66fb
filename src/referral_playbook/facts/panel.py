"""The panel: of a client with very many customers, those whose rows the row-by-row facts hold.

Counts, sums and moments are exact at any size, because the engine adds them up. Some methods need whole customers
beside each other (matched comparisons, lives of single customers, payments month by month). Their cost would grow with
the number of customers, and beyond some thousands their answers no longer change. So they get a simple random sample:
the customers whose ids have the lowest MD5 digests. The draw needs no seed, is the same on every engine, and keeps a
customer from one month to the next. Intervals that methods compute from it include the error of this sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis

from referral_playbook.facts import script
from referral_playbook.facts.asof import Prepared, gives, use
from referral_playbook.facts.catalogue import Fact
from referral_playbook.facts.customers import people
from referral_playbook.facts.purchases import FRIENDS_PAID, paid
from referral_playbook.facts.surveys import last_answers

PANEL = 10_000
"""Customers in the panel of a larger client: enough to put a share within one point, 19 times in 20."""
PERSON = {"surveys": "respondent_id", "touchpoints": "customer_id", "referrals": "referrer_id"}


def _digest(text: str) -> str:
    """The MD5 digest in hexadecimal digits, which DuckDB, PostgreSQL and Spark write alike."""
    raise NotImplementedError("the engine's own function is called")


_md5 = ibis.udf.scalar.builtin(_digest, name="md5")


def in_panel(ids: ibis.StringValue, limit: str) -> ibis.BooleanValue:
    """Whether an id is drawn: its digest is at most `limit`."""
    return _md5(ids) <= limit


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Which customers the row-by-row facts hold: `rows` of all `customers`, up to the highest digest, `limit`."""

    limit: str
    customers: int
    rows: int

    def described(self) -> dict[str, int]:
        """What facts.json says of it."""
        return {"customers": self.customers, "rows": self.rows}


def draw(tables: Prepared) -> Panel | None:
    """The panel of a client; None where every customer fits into the facts."""
    if not gives(tables, "customers"):
        return None
    everyone = people(tables, tables.as_of)
    size = int(everyone.count().to_pyarrow().as_py())
    if size <= script.EVERYONE_UP_TO:
        return None
    digests = everyone.select(digest=_md5(everyone.customer_id)).order_by("digest").limit(PANEL)
    highest = digests.aggregate(highest=digests.digest.max()).to_pyarrow()["highest"][0].as_py()
    return Panel(limit=highest, customers=size, rows=PANEL)


def panel_of(tables: Prepared, panel: Panel) -> Prepared:
    """The same tables with only the rows of the panel: its customers, and what they answered, got and referred.

    Referrers and respondents who are not among the customers are drawn at the same rate, by the same rule.
    """
    return only_people(tables, lambda rows, person: rows.filter(in_panel(rows[person], panel.limit)), prefix="p")


def only_people(tables: Prepared, those: Callable[[ibis.Table, str], ibis.Table], *, prefix: str) -> Prepared:
    """The same tables with only some people's rows, payments aside (`with_payments`).

    `those` gives, of rows and the column with the person, the rows of the people who are kept. The names under which
    the engine holds them begin with `prefix`.
    """
    as_of, session = tables.as_of, tables.session
    out = Prepared(tables, as_of, session)
    out.ready["people"] = session.keep(f"{prefix}_people", those(people(tables, as_of), "customer_id"))
    out.ready["customers"] = use(tables, "customers", as_of).semi_join(out.ready["people"], "customer_id")
    for name, person in PERSON.items():
        if gives(tables, name):
            out.ready[name] = session.keep(f"{prefix}_{name}", those(use(tables, name, as_of), person))
    if gives(tables, "surveys"):
        out.ready["last_answers"] = session.keep(
            f"{prefix}_answers", those(last_answers(tables, as_of), PERSON["surveys"])
        )
    return out


def with_payments(tables: Prepared, *groups: Prepared) -> None:
    """Give each group the payments of its people, and of the friends whom they referred; all from one pass."""
    if not gives(tables, "payments"):
        return
    as_of, session = tables.as_of, tables.session
    people_of = [group.ready["people"].select("customer_id") for group in groups]
    friends_of = [_friends(group) for group in groups] if gives(tables, "referrals", "friend_id") else []
    ids = ibis.union(*people_of, *friends_of, distinct=True)
    # by their ids, because there are fewer of them to draw than payments
    some = session.keep("b_paid", paid(tables, as_of).semi_join(ids, "customer_id"))
    for group, theirs in zip(groups, people_of, strict=True):
        group.ready["paid"] = some.semi_join(theirs, "customer_id")
    for group, friends in zip(groups, friends_of, strict=False):
        group.ready[FRIENDS_PAID] = some.semi_join(friends, "customer_id")


def _friends(group: Prepared) -> ibis.Table:
    return group.ready["referrals"].select(customer_id="friend_id").distinct()


def rows_of(fact: Fact, everyone: Prepared, panel: Panel | None, members: Prepared) -> ibis.Table:
    """The rows of a fact: of everyone, or of the panel where it has rows by customer and there is a panel."""
    if panel is None or not fact.rows_of:
        return fact.build(everyone, everyone.as_of)
    if not fact.beside_everyone:
        return fact.build(members, members.as_of)
    rows = fact.build(everyone, everyone.as_of)
    return rows.filter(in_panel(rows[fact.rows_of], panel.limit))
