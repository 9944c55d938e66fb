"""Whom a team could put on this month's lists, of a client with very many customers.

The engine picks the customers who come first by any of the orders that lists follow: open complaints and detractors by
what they pay, promoters by what was given last, by tenure and by what they pay, and all others by what they pay. The
steps apply their rules to these customers, whose rows lie in ``facts/lists``; how many there are in all is counted
from the panel.
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis

from referral_playbook.facts.asof import Prepared, cached, gives
from referral_playbook.facts.customers import people
from referral_playbook.facts.expressions import number
from referral_playbook.facts.panel import only_people
from referral_playbook.facts.surveys import last_answers
from referral_playbook.facts.touchpoints import care

FOLDER = "lists"
FACTS_OF_LISTS = (
    "customer_profile", "touchpoints", "purchase_summary", "customer_months", "kind_months", "value_multiples",
    "referrals",
)  # fmt: skip
FIRST = 500
"""Customers by each order: more than a team can contact in a month."""
PROMOTER_FROM, DETRACTOR_TO = 9, 6


def candidates(tables: Prepared) -> ibis.Table:
    """The ids of the customers who come first by any order, each once."""
    rows = cached(tables, _today(tables))
    firsts = [rows.filter(who).order_by([*order, "customer_id"]).limit(FIRST) for who, order in _orders(rows)]
    return ibis.union(*(first.select("customer_id") for first in firsts), distinct=True)


def _today(tables: Prepared) -> ibis.Table:
    """Customers who have not left: what they pay, their last NPS answer, an open complaint, the last gift."""
    as_of = tables.as_of
    them = people(tables, as_of)
    amount = them.monthly_amount.fill_null(them.total_amount).fill_null(0.0)
    rows = them.filter(~them.left).select("customer_id", "tenure_months", amount=amount)
    columns = {"nps": ibis.null("float64")}
    if gives(tables, "surveys"):
        answers = last_answers(tables, as_of).filter(lambda t: t.question == "nps")
        answers = answers.select(customer_id="respondent_id", nps=number(answers.answer))
        rows, columns = rows.left_join(answers, "customer_id").drop("customer_id_right"), {}
    rows = rows.mutate(**columns)
    done = {"complains": ibis.literal(False), "given_on": ibis.null("date")}
    if gives(tables, "touchpoints"):
        seen = care(tables, as_of).select("customer_id", complains="open_complaint", given_on="last_kind_act_on")
        rows, done = rows.left_join(seen, "customer_id").drop("customer_id_right"), {}
    return rows.mutate(**done)


def _orders(rows: ibis.Table) -> Iterator[tuple[ibis.BooleanValue, list[ibis.Value]]]:
    """Who comes into question, and who of them comes first."""
    complains = rows.complains.fill_null(False)
    promoter = (rows.nps >= PROMOTER_FROM).fill_null(False) & ~complains
    detractor = (rows.nps <= DETRACTOR_TO).fill_null(False)
    by_amount, by_tenure = [ibis.desc(rows.amount)], [ibis.desc(rows.tenure_months)]
    yield complains, by_amount
    yield detractor, by_amount
    yield promoter & rows.given_on.notnull(), [ibis.desc(rows.given_on)]
    yield promoter, by_tenure
    yield promoter, by_amount
    yield ~complains & ~detractor, by_amount


def listed(tables: Prepared) -> Prepared:
    """The same tables with only the rows of those candidates."""
    ids = tables.session.keep("l_ids", candidates(tables))
    return only_people(tables, lambda rows, person: rows.semi_join(ids, [(person, "customer_id")]), prefix="l")
