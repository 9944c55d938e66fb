"""report.html: the memo, made from the results of a run and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.files import write_whole
from referral_playbook.contract.names import Step
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.wording import listed
from referral_playbook.run.report.look import USUAL, Look, rendered
from referral_playbook.run.report.memo.blocks import Block, Section, Text
from referral_playbook.run.report.memo.changes import changes
from referral_playbook.run.report.memo.customers import customers
from referral_playbook.run.report.memo.decided import decided
from referral_playbook.run.report.memo.economics import economics
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import Decision, decision, front_page
from referral_playbook.run.report.memo.month import month
from referral_playbook.run.report.memo.offer import offer
from referral_playbook.run.report.memo.programme import programme
from referral_playbook.run.report.memo.thin import thin_page
from referral_playbook.run.report.section import anchor
from referral_playbook.show.words import clean, name

SECTIONS = (changes, decided, programme, economics, customers, offer, month)
"""The parts after page 1, in their order; each gives None where a run has nothing for it."""
SAID_FIRST = ("record_reaches_as_of", "monthly_amounts_agree", "monthly_amounts_above_zero")
"""Checks of step 00 that the memo begins with where they fail: much rests on what they say."""


def write_memo(run_folder: Path, look: Look = USUAL) -> Path:
    """Write ``report.html`` from the results of a run; the same results give the same bytes.

    ValueError says that there is no result to report.
    """
    page = memo_html(Findings.read(run_folder), look)
    return write_whole(run_folder / "report.html", page)


def memo_html(findings: Findings, look: Look = USUAL) -> str:
    """The memo as one HTML page that loads nothing and runs nothing."""
    first, sections = contents(findings)
    return page(findings.client, day(findings.as_of), decision(findings), first, sections, look)


def page(
    client: str, as_of: str, choice: Decision, first: Sequence[Block], sections: Sequence[Section], look: Look = USUAL
) -> str:
    """A memo with these contents."""
    return rendered(
        "memo.html.j2",
        "memo.css",
        client=clean(client),
        as_of=as_of,
        decision=choice,
        first=first,
        sections=sections,
        look=look,
        anchor=anchor,
        name=name,
    )


def contents(findings: Findings) -> tuple[list[Block], list[Section]]:
    """The blocks of page 1, and the sections that follow; none follow where the data are not enough."""
    if findings.status is Status.NOT_ENOUGH_DATA:
        return failures(findings) + data_doubts(findings) + thin_page(findings), []
    sections = [part for make in SECTIONS if (part := make(findings)) is not None]
    return failures(findings) + data_doubts(findings) + front_page(findings), sections


def data_doubts(findings: Findings) -> list[Block]:
    """A paragraph that says so where the record ends too early, or payments contradict the monthly amounts."""
    intake = findings.results.get(Step.INTAKE)
    checks = intake.checks if intake else ()
    return [Text(c.text) for c in checks if c.name in SAID_FIRST and c.passed is False]


def failures(findings: Findings) -> list[Block]:
    """A paragraph that says which steps failed; none where all of them ran."""
    if not findings.failed:
        return []
    steps = listed([f'"{name(step)}"' for step in findings.failed])
    many = "These steps" if len(findings.failed) > 1 else "This step"
    return [Text(f"{many} failed, so this memo does without: {steps}. The working papers say why.")]
