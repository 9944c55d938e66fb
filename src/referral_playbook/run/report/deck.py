"""meeting.pptx: eight slides from the same results as the memo, with charts that can be edited and speaker notes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from referral_playbook.contract.names import Step
from referral_playbook.contract.quantities import title as title_of
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
from referral_playbook.run.report.memo.labels import heading_of
from referral_playbook.run.report.memo.month import lists
from referral_playbook.show.dates import day
from referral_playbook.show.words import clean, name

FILE = "meeting.pptx"
SLIDES = 8
EPOCH = (1980, 1, 1, 0, 0, 0)
NOT_IN_RUN = "This run has no numbers for this slide; the working papers say what is missing."


class DeckError(RuntimeError):
    """python-pptx is not installed."""


def deck(findings: Findings) -> bytes:
    """The deck as bytes; the same results give the same bytes.

    Raises
    ------
    DeckError
        The optional dependency is missing.
    """
    show = _presentation()
    choice = decision(findings)
    _text_slide(
        show,
        f"{choice.words}: {choice.headline}",
        [choice.why],
        f"{clean(findings.client)}, data up to {day(findings.as_of)}. Source: the memo, page 1.",
    )
    _numbers_slide(show, findings)
    _clocks_slide(show, findings)
    _table_slide(show, "What it takes to break even", answers(findings), _sources(findings, Step.BREAK_EVEN))
    _drivers_slide(show, findings)
    _table_slide(show, "Three tests decide", gate(findings), _sources(findings, Step.BREAK_EVEN))
    _table_slide(show, "This month's lists", lists(findings), _sources(findings, Step.ASK_AND_FOLLOW_UP))
    _actions_slide(show, findings)
    return _saved(show, findings)


def _presentation() -> Any:
    try:
        from pptx import Presentation
        from pptx.util import Inches
    except ImportError as error:
        raise DeckError("The deck needs python-pptx: pip install 'referral-playbook[deck]'") from error
    show = Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    return show


def _slide(show: Any, title: str, notes: str) -> Any:
    """A slide with a title across its width and speaker notes."""
    from pptx.util import Inches, Pt

    slide = show.slides.add_slide(show.slide_layouts[5])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Inches(0.6), Inches(0.35), Inches(12.1), Inches(1.2)
    head.text = title
    head.text_frame.word_wrap = True
    for paragraph in head.text_frame.paragraphs:
        paragraph.font.size, paragraph.font.bold = Pt(28), True
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def _text_slide(show: Any, title: str, lines: Sequence[str], notes: str) -> None:
    from pptx.util import Inches, Pt

    slide = _slide(show, title, notes)
    box = slide.shapes.add_textbox(Inches(0.6), Inches(1.8), Inches(12.1), Inches(5)).text_frame
    box.word_wrap = True
    for i, line in enumerate(lines):
        paragraph = box.paragraphs[0] if i == 0 else box.add_paragraph()
        paragraph.text, paragraph.font.size, paragraph.space_after = line, Pt(20), Pt(10)


def _numbers_slide(show: Any, findings: Findings) -> None:
    title, cards = "Four numbers against doing nothing", four_numbers(findings)
    if not isinstance(cards, Cards):
        _text_slide(show, title, [NOT_IN_RUN], NOT_IN_RUN)
        return
    rows = tuple((c.label, c.value, c.range or c.note, c.basis) for c in cards.cards)
    grid = Grid(title, ("Number", "Value", "Range", "Basis"), rows)
    _table_slide(show, title, grid, _sources(findings, Step.BREAK_EVEN))


def _table_slide(show: Any, title: str, grid: Grid | None, notes: str) -> None:
    from pptx.util import Inches, Pt

    if grid is None:
        _text_slide(show, title, [NOT_IN_RUN], notes)
        return
    slide = _slide(show, title, notes)
    height = Inches(0.5 * (len(grid.rows) + 1))
    shape = slide.shapes.add_table(
        len(grid.rows) + 1, len(grid.headings), Inches(0.6), Inches(1.8), Inches(12.1), height
    )
    for r, row in enumerate((grid.headings, *grid.rows)):
        for c, text in enumerate(row):
            cell = shape.table.cell(r, c)
            cell.text = text
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(16)


def _clocks_slide(show: Any, findings: Findings) -> None:
    rows = findings.rows(Step.BREAK_EVEN, "months")
    series = {
        "Value of customers won": [row["value_p50"] for row in rows],
        "Cash": [row["cash_p50"] for row in rows],
    }
    notes = "The middle of 100,000 futures, cumulative, against doing nothing. " + _sources(findings, Step.BREAK_EVEN)
    _chart_slide(show, "Value and cash by month", "LINE", [str(row["month"]) for row in rows], series, notes)


def _drivers_slide(show: Any, findings: Findings) -> None:
    rows = [r for r in findings.rows(Step.BREAK_EVEN, "tornado") if r.get("low_result") is not None][:7]
    series = {
        "Input at its low end": [row["low_result"] for row in rows],
        "Input at its high end": [row["high_result"] for row in rows],
    }
    notes = f"Each input alone moves the value result between the two bars. {_sources(findings, Step.BREAK_EVEN)}"
    labels = [heading_of(str(row["input"])) for row in rows]
    _chart_slide(show, "What moves the result", "BAR_CLUSTERED", labels, series, notes)


def _chart_slide(
    show: Any, title: str, kind: str, categories: Sequence[str], series: dict[str, list[float]], notes: str
) -> None:
    """A slide with a native chart, whose numbers open in a spreadsheet."""
    if not categories:
        _text_slide(show, title, [NOT_IN_RUN], notes)
        return
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Inches, Pt

    data: Any = CategoryChartData(number_format="#,##0")  # type: ignore[no-untyped-call]
    data.categories = categories
    for label, values in series.items():
        data.add_series(label, [round(float(x), 2) for x in values])
    where = (Inches(0.6), Inches(1.7), Inches(12.1), Inches(5.3))
    chart = _slide(show, title, notes).shapes.add_chart(getattr(XL_CHART_TYPE, kind), *where, data).chart
    chart.has_legend, chart.legend.position = True, XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout, chart.font.size = False, Pt(14)


def _actions_slide(show: Any, findings: Findings) -> None:
    rows = tuple(action_row(action, findings.as_of) for action in actions(findings)[:5])
    grid = Grid("", ("Action", "Owner", "By"), rows) if rows else None
    change = what_would_change(findings)
    turns = " ".join(change.items) if isinstance(change, Bullets) else ""
    _table_slide(show, "What to do next", grid, f"What would change the decision: {turns or 'nothing was found.'}")


def _sources(findings: Findings, step: str) -> str:
    """Basis and source of a step's numbers, for the notes."""
    result = findings.result(step)
    if result is None:
        return f"{name(step)} was not run."
    sourced = {key: e for key, e in result.estimates.items() if e.defined and e.source}
    notes = [f"{title_of(key)}: {e.basis.value}, {clean(e.source)}" for key, e in sourced.items()]
    return f"Source: working papers, {name(step).lower()}.\n" + "\n".join(notes[:12])


def _saved(show: Any, findings: Findings) -> bytes:
    """Save without a clock; the workbooks inside the charts are written again without theirs."""
    as_of = findings.as_of
    moment = datetime(as_of.year, as_of.month, as_of.day)
    core = show.core_properties
    core.title, core.author = f"{clean(findings.client)}: referral programme", "referral-playbook"
    core.created = core.modified = moment
    out = io.BytesIO()
    show.save(out)
    return _still(out.getvalue(), moment)


def _still(content: bytes, moment: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in sorted(old.namelist()):
            part = old.read(entry)
            if entry.endswith(".xlsx"):
                part = _still(part, moment)
            elif entry == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z?", moment.isoformat().encode() + b"Z", part)
            new.writestr(zipfile.ZipInfo(entry, date_time=EPOCH), part, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
