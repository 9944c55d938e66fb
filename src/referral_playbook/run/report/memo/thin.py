"""The memo of a client with too little data: what is missing, what to bring, what can be said already."""

from __future__ import annotations

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.contract.quantities import quantities, title
from referral_playbook.run.report.memo.blocks import Block, Bullets, Text
from referral_playbook.run.report.memo.findings import Findings, Row, text_of
from referral_playbook.run.report.memo.front_page import first_actions
from referral_playbook.run.report.memo.words import distinct, sentence, sentences
from referral_playbook.show.words import clean, name

MISSING, BRING, SAID = 6, 5, 5
"""At most so many lines of each, so that all of it stands on one page."""


def thin_page(findings: Findings) -> list[Block]:
    """The blocks of the one page below the decision."""
    blocks = (_missing(findings), _bring(findings), _said(findings), first_actions(findings))
    return [block for block in blocks if block is not None]


def _missing(findings: Findings) -> Bullets | None:
    rows = findings.rows(Step.CLIENT_REPORT, "missing")
    items = distinct(sentence(_lack(row)) for row in rows)
    shown = items[:MISSING]
    if len(items) > MISSING:
        shown.append(f"{len(items) - MISSING} more are in the working papers.")
    return Bullets("What is missing", tuple(shown)) if shown else None


def _lack(row: Row) -> str:
    """What is not known and why, in one line."""
    if row.get("text"):
        return clean(str(row["text"]))
    what, why = _title(clean(str(row.get("number") or row.get("what") or ""))), clean(str(row.get("why") or ""))
    return f"{what}: {why}" if what and why else what or why


def _title(number: str) -> str:
    return title(number) if number in quantities() else name(number)


def _bring(findings: Findings) -> Bullets | None:
    rows = findings.rows(Step.CLIENT_REPORT, "bring") or findings.rows(Step.INTAKE, "exports_to_bring")
    items = distinct(sentence(text_of(row, "bring", "what", "text")) for row in rows)[:BRING]
    return Bullets("What to bring", tuple(items)) if items else None


def _said(findings: Findings) -> Block | None:
    """The headlines of the steps that could reach a verdict."""
    skipped = (Step.INTAKE, Step.CLIENT_REPORT)
    results = [findings.results[step] for step in STEPS if step in findings.results and step not in skipped]
    told = [r for r in results if r.verdict.status is not Status.NOT_ENOUGH_DATA]
    items = distinct(sentence(sentences(result.headline, 1)) for result in told)[:SAID]
    if not items:
        return Text("Nothing can be said yet: no step had enough data to reach a verdict.")
    return Bullets("What can be said already", tuple(items))
