"""meeting.pptx: eight slides from the same results as the memo, with charts that can be edited and speaker notes."""

from __future__ import annotations

from typing import Any

from referral_playbook.contract.names import Step
from referral_playbook.contract.quantities import title as title_of
from referral_playbook.contract.writing.dates import day
from referral_playbook.run.report.look import refuse_missing
from referral_playbook.run.report.memo.blocks import Bullets, Cards, Grid
from referral_playbook.run.report.memo.economics import answers, gate
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import (
    action_row,
    actions,
    decision,
    four_numbers,
    what_would_change,
)
from referral_playbook.run.report.memo.month import lists
from referral_playbook.run.report.office import saved
from referral_playbook.run.report.slides import (
    NOT_IN_RUN,
    SOFT,
    cards_slide,
    chart_slide,
    table_slide,
    text_slide,
    write_lines,
)
from referral_playbook.show.labels import heading_of, label_of
from referral_playbook.show.words import clean, name

FILE = "meeting.pptx"


def deck(findings: Findings) -> bytes:
    """The deck as bytes; the same results give the same bytes.

    A missing optional dependency raises LookError.
    """
    refuse_missing("deck")
    show = _presentation()
    choice, even = decision(findings), _sources(findings, Step.BREAK_EVEN)
    notes = f"{clean(findings.client)}, data up to {day(findings.as_of)}. Source: the memo, page 1."
    slide = text_slide(show, choice.headline, [choice.why], notes)
    where = f"{choice.words}. {clean(findings.client)}. Data up to {day(findings.as_of)}."
    write_lines(slide, [where], top=6.3, size=16, colour=SOFT)
    _numbers_slide(show, findings, even)
    _clocks_slide(show, findings, even)
    table_slide(show, "What it takes to break even", answers(findings), even)
    _drivers_slide(show, findings, even)
    table_slide(show, _tests_title(findings), gate(findings), even)
    asks = _sources(findings, Step.ASK_AND_FOLLOW_UP)
    table_slide(show, "Each customer stands on one list this month", lists(findings), asks)
    _actions_slide(show, findings)
    return saved(show, f"{clean(findings.client)}: referral programme", findings.as_of)


def _presentation() -> Any:
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    return show


def _numbers_slide(show: Any, findings: Findings, notes: str) -> None:
    title, cards = "Four numbers, each against doing nothing", four_numbers(findings)
    if isinstance(cards, Cards):
        cards_slide(show, title, cards.cards, notes)
    else:
        text_slide(show, title, [NOT_IN_RUN], notes)


def _clocks_slide(show: Any, findings: Findings, sources: str) -> None:
    rows = findings.rows(Step.BREAK_EVEN, "months")
    series = {
        "Value of customers won": [row["value_p50"] for row in rows],
        "Cash": [row["cash_p50"] for row in rows],
    }
    notes = "The median of all simulated futures, cumulative, against doing nothing. " + sources
    unit = f" ({findings.currency})" if findings.currency else ""
    months = [str(row["month"]) for row in rows]
    chart_slide(show, f"Value comes first, cash later{unit}, by month", "LINE", months, series, notes)


def _drivers_slide(show: Any, findings: Findings, sources: str) -> None:
    rows = [r for r in findings.rows(Step.BREAK_EVEN, "tornado") if r.get("low_result") is not None][:7]
    series = {
        "Input at its low end": [row["low_result"] for row in rows],
        "Input at its high end": [row["high_result"] for row in rows],
    }
    labels = [heading_of(str(row["input"])) for row in rows]
    title = f"The {label_of(str(rows[0]['input']))} moves the result most" if labels else "What moves the result"
    notes = f"Each input alone moves the value result between the two bars. {sources}"
    chart_slide(show, title, "BAR_CLUSTERED", labels, series, notes)


def _tests_title(findings: Findings) -> str:
    """How many of the tests were passed."""
    outcomes = [row.get("passed") for row in findings.rows(Step.BREAK_EVEN, "gate")]
    if not outcomes:
        return "The tests that decide"
    passed = sum(map(bool, outcomes))
    return f"{passed or 'None'} of the {len(outcomes)} tests {'are' if passed > 1 else 'is'} passed"


def _actions_slide(show: Any, findings: Findings) -> None:
    rows = tuple(action_row(action, findings.as_of) for action in actions(findings)[:5])
    grid = Grid("", ("Action", "Owner", "By"), rows) if rows else None
    change = what_would_change(findings)
    turns = " ".join(change.items) if isinstance(change, Bullets) else "No single input would."
    table_slide(show, "What to do next", grid, f"What would change the decision: {turns}")


def _sources(findings: Findings, step: str) -> str:
    """Basis and source of a step's numbers, for the notes."""
    result = findings.result(step)
    if result is None:
        return f"{name(step)} was not run."
    sourced = {key: e for key, e in result.estimates.items() if e.defined and e.source}
    notes = [f"{title_of(key)}: {e.basis.value}, {clean(e.source)}" for key, e in sourced.items()]
    return f"Source: working papers, {name(step).lower()}.\n" + "\n".join(notes[:12])
