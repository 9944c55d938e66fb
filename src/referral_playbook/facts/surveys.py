"""What customers answered: the last answer of each respondent to each question."""

from __future__ import annotations

from datetime import date

import ibis

from referral_playbook.facts.asof import Tables, gives, ready, use
from referral_playbook.facts.customers import people
from referral_playbook.facts.expressions import filled, number, stripped

ASKED = ["respondent_id", "question"]


def answers(tables: Tables, as_of: date) -> ibis.Table:
    """All answers; those to the PMF question in small letters, as the contract writes them."""
    rows = use(tables, "surveys", as_of)
    answer_text = stripped(rows.answer)
    return rows.mutate(answer=(rows.question == "pmf").ifelse(answer_text.lower(), answer_text))


def last_answers(tables: Tables, as_of: date) -> ibis.Table:
    """One row per respondent and question; of two answers on one day, the higher counts."""
    if (done := ready(tables, "last_answers", as_of)) is not None:
        return done
    rows = answers(tables, as_of)
    counts = rows.group_by(*ASKED).aggregate(answers=rows.count())
    twice = counts.filter(counts.answers > 1)
    # Only who answered a question twice is sorted, because sorting all would take longer than everything else here.
    rows = rows.anti_join(twice, ASKED).union(_latest(rows.semi_join(twice, ASKED)))
    return _with_segment(rows, tables, as_of)


def _latest(rows: ibis.Table) -> ibis.Table:
    latest = ibis.window(
        group_by=ASKED,
        order_by=[
            rows.asked_on.desc(),
            number(rows.answer).desc(nulls_first=False),
            rows.answer.desc(),
            rows.segment.desc(nulls_first=False),
            rows.incentive.desc(nulls_first=False),
        ],
    )
    rows = rows.mutate(place=ibis.row_number().over(latest))
    return rows.filter(rows.place == 0).drop("place")


def _with_segment(rows: ibis.Table, tables: Tables, as_of: date) -> ibis.Table:
    """The segment that the survey gives, else that of the customer."""
    if not gives(tables, "customers"):
        return rows.mutate(price=ibis.null("float64"))
    them = people(tables, as_of).select(respondent_id="customer_id", of_customer="segment", price="monthly_amount")
    rows = rows.left_join(them, "respondent_id").drop("respondent_id_right")
    return rows.mutate(segment=rows.segment.nullif("").fill_null(rows.of_customer)).drop("of_customer")


def survey_counts(tables: Tables, as_of: date) -> ibis.Table:
    """Answers by question, answer, segment and incentive."""
    rows = last_answers(tables, as_of)
    rows = rows.mutate(segment=filled(rows.segment), incentive=filled(rows.incentive))
    return rows.group_by("question", "answer", "segment", "incentive").aggregate(answers=rows.count())


def value_multiples(tables: Tables, as_of: date) -> ibis.Table:
    """What a month is worth to a respondent over what they pay; null where the price is not above 0.

    A row per respondent (of a panel, where there are very many), because lists name whose price is a reason to offer
    more.
    """
    rows = last_answers(tables, as_of)
    rows = rows.filter(rows.question == "value")
    rows = rows.mutate(worth=number(rows.answer), segment=filled(rows.segment))
    price = (rows.price > 0).ifelse(rows.price, ibis.null("float64"))
    return rows.select("respondent_id", "segment", "worth", "price", multiple=rows.worth / price)


def survey_comments(tables: Tables, as_of: date) -> ibis.Table:
    """What respondents wrote: every answer with a comment, the question and the answer as a number where it is one.

    A row per comment (of a panel, where there are very many), because themes are read from the words of each.
    """
    rows = answers(tables, as_of)
    rows = rows.filter(stripped(rows.comment).nullif("").notnull())
    return rows.select(
        "respondent_id", "asked_on", "question", "answer", score=number(rows.answer), comment=stripped(rows.comment)
    )


def opinions(tables: Tables, as_of: date) -> ibis.Table:
    """Per respondent: the last nps, pmf and csat."""
    rows = last_answers(tables, as_of)
    score = number(rows.answer)
    return rows.group_by(customer_id=rows.respondent_id).aggregate(
        nps=score.max(where=rows.question == "nps"),
        pmf=rows.answer.max(where=rows.question == "pmf"),
        csat=score.max(where=rows.question == "csat"),
    )
