"""Page 1: the decision and why, four numbers, both clocks, the next actions, and what would change the decision."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from referral_playbook.contract.estimate import Estimate
from referral_playbook.contract.evidence import Action, Status
from referral_playbook.contract.names import STEPS, Step
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import quantity, times, whole, written
from referral_playbook.run.report.memo.blocks import Block, Bullets, Card, Cards, Chart, Grid
from referral_playbook.run.report.memo.findings import Findings, Row, text_of
from referral_playbook.run.report.memo.words import distinct, range_of, sentence, sentences
from referral_playbook.show.labels import label_of
from referral_playbook.show.words import STATUS, clean

ON_PAGE_ONE, IN_ALL = 5, 9
"""How many actions stand on page 1, and in the whole memo."""
NUMBERS = {
    "extra_conversions": "Extra customers",
    "value_result": "Value result",
    "peak_cash_need": "Peak cash need",
    "cash_payback_month": "Cash pay-back",
}


@dataclass(frozen=True)
class Decision:
    """The verdict in words, with the sentence that says what to do and the one that says why."""

    status: str
    words: str
    headline: str
    why: str


def decision(findings: Findings) -> Decision:
    """The decision of the run: of the client report, or of break-even where no report was made."""
    result = findings.result(Step.CLIENT_REPORT) or findings.result(Step.BREAK_EVEN)
    stated = findings.rows(Step.CLIENT_REPORT, "decision")
    if result is None:
        return Decision(
            Status.NOT_ENOUGH_DATA,
            STATUS[Status.NOT_ENOUGH_DATA],
            "No decision was reached.",
            "Neither the break-even step nor the client report was run.",
        )
    row: Row = stated[0] if stated else {}
    headline = str(row.get("sentence") or row.get("decision") or result.headline)
    why = str(row.get("why") or row.get("reason") or result.verdict.reason)
    status = result.verdict.status
    return Decision(status.value, STATUS[status], sentence(sentences(headline, 1)), sentence(sentences(why, 1)))


def front_page(findings: Findings) -> list[Block]:
    """The blocks of page 1 below the decision; a part whose numbers are absent is left out."""
    blocks = (four_numbers(findings), clocks(findings), first_actions(findings), what_would_change(findings))
    return [block for block in blocks if block is not None]


def four_numbers(findings: Findings) -> Cards | None:
    """Extra customers, value result, peak cash need and pay-back, against doing nothing."""
    if not any(findings.estimate(Step.BREAK_EVEN, key) for key in NUMBERS):
        return None
    return Cards(tuple(_card(findings, key) for key in NUMBERS))


def _card(findings: Findings, key: str) -> Card:
    estimate = findings.estimate(Step.BREAK_EVEN, key)
    if estimate is None:
        why = findings.why_not(Step.BREAK_EVEN, key)
        never = re.search(r"within (\d+) months", why) if key == "cash_payback_month" else None
        value = f"Not in {never.group(1)} months" if never else "Not known"
        return Card(NUMBERS[key], value, "", "", sentence(why) or "This run did not compute it.")
    value, span = _written(key, estimate)
    return Card(NUMBERS[key], value, span, estimate.basis.value, _by(estimate))


def _by(estimate: Estimate) -> str:
    """The date that a number is for: "by month 12"; nothing where it has none."""
    found = re.search(r"by month \d+", estimate.per)
    return found.group() if found else ""


def _written(key: str, estimate: Estimate) -> tuple[str, str]:
    if key == "extra_conversions":
        return (
            f"About {whole(estimate.value)}",
            f"{whole(estimate.low)} to {'no upper limit' if estimate.high is None else whole(estimate.high)}",
        )
    if key == "cash_payback_month":
        high = "later or never" if estimate.high is None else whole(estimate.high)
        return f"Month {whole(estimate.value)}", f"month {whole(estimate.low)} to {high}"
    return quantity(estimate), range_of(estimate)


def clocks(findings: Findings) -> Chart | None:
    """Value and cash by month against doing nothing."""
    rows = findings.rows(Step.BREAK_EVEN, "months")
    if not rows or not findings.currency:
        return None
    return findings.chart("clocks", _clocks_caption(rows))


def _clocks_caption(rows: Sequence[Row]) -> str:
    lowest = min(rows, key=lambda row: row["cash_p50"])
    text = "Value counts the whole margin of an extra customer on joining. Cash counts money when it arrives."
    if lowest is rows[-1]:
        return f"{text} In the median case cash still falls at the end of the {len(rows)} months."
    return f"{text} In the median case cash is lowest in month {whole(lowest['month'])}."


def actions(findings: Findings) -> list[Action]:
    """At most nine actions of the run, none twice: those of the client report, or of all steps by date."""
    report = findings.result(Step.CLIENT_REPORT)
    if report and report.actions and len(report.actions) <= IN_ALL:
        return list(report.actions)
    every = [action for step in STEPS if (result := findings.result(step)) for action in result.actions]
    once = {clean(action.what).casefold(): action for action in reversed(every)}
    ordered = sorted(once.values(), key=lambda a: (a.due_on(findings.as_of) or date.max, every.index(a)))
    return ordered[:IN_ALL]


def first_actions(findings: Findings) -> Grid | None:
    """The actions to start with, each with its owner and date."""
    rows = [action_row(action, findings.as_of) for action in actions(findings)[:ON_PAGE_ONE]]
    return Grid("What to do next", ("Action", "Owner", "By"), tuple(rows)) if rows else None


def action_row(action: Action, as_of: date) -> tuple[str, str, str]:
    """What to do, who does it, and by when."""
    due = action.due_on(as_of)
    return sentence(action.what), clean(action.owner), day(due) if due else "no date"


def what_would_change(findings: Findings) -> Bullets | None:
    """At most three things that would change the decision."""
    stated = [text_of(row, "what", "change", "text") for row in findings.rows(Step.CLIENT_REPORT, "would_change")]
    found = stated or [text for row in findings.rows(Step.BREAK_EVEN, "flips") if (text := _flip(row))]
    items = distinct(sentence(text) for text in found)[:3]
    return Bullets("What would change the decision", tuple(items)) if items else None


def _flip(row: Row) -> str:
    """One input and the value at which the decision turns."""
    if row.get("value") is None:
        return ""
    unit = str(row.get("unit") or "count")
    write = times if unit == "times" else lambda x: written(x, unit)
    now = f" (now {write(float(row['now']))})" if row.get("now") is not None else ""
    return f"the {label_of(str(row['input']))} at {write(float(row['value']))}{now} would turn the decision"
