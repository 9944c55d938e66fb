"""The offer and its test: what is paid to whom, what it may cost at most, and what tests have shown."""

from __future__ import annotations

from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.formatting import at_most, interval, money
from referral_playbook.run.report.memo.blocks import Bullets, Grid, Section, Text, section
from referral_playbook.run.report.memo.cells import plain, spanned
from referral_playbook.run.report.memo.economics import pilot
from referral_playbook.run.report.memo.findings import Findings, Row
from referral_playbook.run.report.memo.words import sentence
from referral_playbook.show.words import clean

PAID = {
    "conversion": "when the new customer buys",
    "lead": "for every qualified referral",
    "hold": "once the new customer has stayed for the holding period",
}
"""When a reward is paid, by its trigger."""


def offer(findings: Findings) -> Section | None:
    """The section on the offer; None where no offer was looked at."""
    blocks = (_terms(findings), _worth(findings), arms(findings), _conclusions(findings), pilot(findings))
    return section("offer", "The offer and its test", blocks, Step.VALUE_EXCHANGE, Step.PROGRAMME_REVIEW)


def _terms(findings: Findings) -> Text | None:
    rows = findings.rows(Step.VALUE_EXCHANGE, "offer")
    if not rows or not findings.currency:
        return None
    row = rows[0]
    paid = [
        f"{money(row[side], findings.currency)} to the {who}"
        for side, who in (("advocate", "advocate"), ("friend", "new customer"))
        if row.get(side)
    ]
    if not paid:
        return Text("The plan pays no reward.")
    when = PAID.get(str(row["trigger"]), clean(str(row["trigger"])))
    return Text(f"The offer is {clean(str(row['name']))}: {' and '.join(paid)}, paid {when}.")


def _worth(findings: Findings) -> Text | None:
    worth = findings.estimate(Step.VALUE_EXCHANGE, "unit_value_per_qualified_referral")
    ceiling = findings.estimate(Step.VALUE_EXCHANGE, "reward_ceiling")
    sentences = []
    if worth is not None:
        sentences.append(f"A qualified referral is worth {interval(worth)} after rewards.")
    if ceiling is not None and ceiling.value is not None and ceiling.value <= 0:
        sentences.append("No reward pays: the ceiling is at or below zero.")
    elif ceiling is not None:
        sentences.append(f"Both sides together may receive at most {at_most(ceiling)} per {clean(ceiling.per)}.")
    return Text(" ".join(sentences)) if sentences else None


def arms(findings: Findings) -> Grid | None:
    """What each offer of the test has achieved."""
    rows = findings.rows(Step.PROGRAMME_REVIEW, "arms")
    if not rows:
        return None
    headings = ("Offer", "Customers", "Responses", "Rate")
    caption = "The test so far. A response is what the test counted, such as a customer who referred"
    return Grid(caption, headings, tuple(map(_arm, rows)), (1, 2, 3))


def _arm(row: Row) -> tuple[str, ...]:
    rate = spanned(row.get("rate"), row.get("low"), row.get("high"), "share")
    return sentence(str(row["arm"])).rstrip("."), plain(row.get("users")), plain(row.get("conversions")), rate


def _conclusions(findings: Findings) -> Bullets | None:
    rows = findings.rows(Step.PROGRAMME_REVIEW, "contrasts")
    items = tuple(sentence(str(row["conclusion"])) for row in rows if row.get("conclusion"))[:4]
    return Bullets("What the test shows", items) if items else None
