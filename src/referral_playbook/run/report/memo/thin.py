"""The memo of a client with too little data: what is missing, what to bring, what can be said already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from referral_playbook.contract.evidence import Basis, Status
from referral_playbook.contract.exports import in_plain_words
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.contract.quantities import quantities, title
from referral_playbook.contract.writing.formatting import interval, share
from referral_playbook.contract.writing.wording import counted
from referral_playbook.run.report.memo.blocks import Block, Bullets, Text
from referral_playbook.run.report.memo.findings import Findings, text_of
from referral_playbook.run.report.memo.front_page import first_actions
from referral_playbook.run.report.memo.words import distinct, sentence, sentences
from referral_playbook.show.words import clean, name

DECISIVE = ("referrals_per_month", "customer_value", "value_result", "very_disappointed_share")
"""Numbers without which there is no decision."""
MISSING, BRING, SAID = 5, 5, 3
"""At most so many lines of each, so that all of it stands on one page."""


def thin_page(findings: Findings) -> list[Block]:
    """The blocks of the one page below the decision."""
    blocks = (_missing(findings), _bring(findings), _said(findings), first_actions(findings))
    return [block for block in blocks if block is not None]


def _missing(findings: Findings) -> Bullets | None:
    """The reasons for which numbers are not known, those that hold up the decision first.

    A reason that the decision gives, in the sentence above, is not given again.
    """
    above = " ".join(clean(str(row.get("why") or "")) for row in findings.rows(Step.CLIENT_REPORT, "decision"))
    groups: dict[str, list[str]] = {}
    for row in findings.rows(Step.CLIENT_REPORT, "missing"):
        groups.setdefault(clean(str(row.get("why") or "")), []).append(str(row.get("number") or row.get("what") or ""))
    groups = {why: group for why, group in groups.items() if not _said_elsewhere(why, groups)}
    ordered = sorted(groups.items(), key=lambda group: (not _decides(group[1]), -len(group[1])))
    items = distinct(_line("" if why in above else why, numbers) for why, numbers in ordered[:MISSING])
    return Bullets("What is missing", tuple(items)) if items else None


def _said_elsewhere(why: str, groups: Mapping[str, list[str]]) -> bool:
    """Whether a reason is made of reasons that stand there by themselves."""
    parts = why.split("; ")
    return len(parts) > 1 and all(part in groups for part in parts)


def _decides(numbers: Sequence[str]) -> bool:
    return any(number in DECISIVE for number in numbers)


def _line(why: str, numbers: Sequence[str]) -> str:
    """What is not known and why, and how much waits for it."""
    key = next((number for number in numbers if number in DECISIVE), numbers[0])
    what = title(key) if key in quantities() else name(key)
    line = sentence(": ".join(filter(None, (clean(what), why))))
    if _decides(numbers):
        return f"{line} The decision waits for this."
    return line if len(numbers) == 1 else f"{line} {counted(len(numbers), 'number')} wait for this."


def _bring(findings: Findings) -> Bullets | None:
    rows = findings.rows(Step.INTAKE, "exports_to_bring")
    once: dict[str, str] = {}
    for text in (in_plain_words(text_of(row, "bring")) for row in rows):
        once.setdefault(re.split(r"[,:]", text)[0] if text.startswith("the list of") else text, text)
    items = distinct(map(sentence, once.values()))[:BRING]
    return Bullets("What to bring", tuple(items)) if items else None


def _said(findings: Findings) -> Block | None:
    """The headlines of the steps that could reach a verdict."""
    skipped = (Step.INTAKE, Step.CLIENT_REPORT)
    results = [findings.results[step] for step in STEPS if step in findings.results and step not in skipped]
    decided = [r for r in results if r.verdict.status is not Status.NOT_ENOUGH_DATA]
    items = distinct((*_by_referral(findings), *(sentence(sentences(r.headline, 1)) for r in decided)))[:SAID]
    if not items and (asked := _answers(findings)):
        return asked
    if not items:
        return Text("Nothing can be said yet: no step had enough data to reach a verdict.")
    return Bullets("What can be said already", tuple(items))


def _by_referral(findings: Findings) -> list[str]:
    """The share of customers who came by referral, where it is measured: what no verdict says."""
    came = findings.estimate(Step.PMF_CHECK, "organic_referral_share")
    if came is None or not came.defined or came.basis is not Basis.MEASURED:
        return []
    return [f"{interval(came)} of the {counted(came.n or 0, 'customer')} whose source is known came by referral."]


def _answers(findings: Findings) -> Bullets | None:
    """What a survey alone says, too little to decide on."""
    ellis = findings.estimate(Step.PMF_CHECK, "very_disappointed_share")
    nps = findings.estimate(Step.PMF_CHECK, "nps")
    items = []
    if ellis is not None:
        people = counted(ellis.n or 0, "answer")
        items.append(
            f"{interval(ellis)} would be very disappointed without you ({people}; usual threshold {share(0.4)})."
        )
    if nps is not None:
        items.append(f"The net promoter score is {interval(nps)}.")
    return Bullets("What can be said already", tuple(items)) if items else None
