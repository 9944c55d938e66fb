"""report.docx: the memo as a Word document, from the same blocks as the page, for those who edit it further."""

from __future__ import annotations

import io
from typing import Any

from referral_playbook.contract.writing.dates import day
from referral_playbook.run.report.look import refuse_missing
from referral_playbook.run.report.memo.blocks import Block, Bullets, Cards, Chart, Grid, Text
from referral_playbook.run.report.memo.findings import Findings
from referral_playbook.run.report.memo.front_page import decision
from referral_playbook.run.report.memo.memo import contents
from referral_playbook.run.report.office import saved
from referral_playbook.show.words import clean

FILE = "report.docx"


def memo_docx(findings: Findings) -> bytes:
    """The memo as bytes of a Word document; the same results give the same bytes.

    A missing optional dependency raises LookError.
    """
    refuse_missing("docx")
    from docx import Document

    paper: Any = Document()
    choice = decision(findings)
    first, sections = contents(findings)
    paper.add_heading(clean(findings.client), level=0)
    paper.add_paragraph(f"Referral programme. Data up to {day(findings.as_of)}")
    paper.add_heading(choice.headline, level=1)
    paper.add_paragraph(f"{choice.words}. {choice.why}")
    for block in first:
        _write(paper, block)
    for section in sections:
        paper.add_heading(section.title, level=1)
        for block in section.blocks:
            _write(paper, block)
    return saved(paper, f"{clean(findings.client)}: referral memo", findings.as_of)


def _write(paper: Any, block: Block) -> None:
    if isinstance(block, Text):
        paper.add_paragraph(block.text)
    elif isinstance(block, Bullets):
        paper.add_heading(block.heading, level=2)
        for item in block.items:
            paper.add_paragraph(item, style="List Bullet")
    elif isinstance(block, Cards):
        rows = tuple((c.label, c.value, c.range or c.note, c.basis) for c in block.cards)
        _table(paper, Grid("Four numbers against doing nothing", ("Number", "Value", "Range", "Basis"), rows))
    elif isinstance(block, Grid):
        _table(paper, block)
    elif isinstance(block, Chart):
        _picture(paper, block)


def _table(paper: Any, grid: Grid) -> None:
    """A table with its caption as a heading and its first row repeated on every page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paper.add_heading(grid.caption, level=2)
    lines = (grid.headings, *grid.rows)
    table = paper.add_table(rows=len(lines), cols=len(grid.headings), style="Light List Accent 1")
    for r, row in enumerate(lines):
        for c, text in enumerate(row):
            cell = table.cell(r, c)
            cell.text = text
            if c in grid.numeric:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _picture(paper: Any, chart: Chart) -> None:
    """A chart with its alt text, and what to see in it below."""
    from docx.shared import Inches

    picture = paper.add_picture(io.BytesIO(chart.png()), width=Inches(5))
    picture._inline.docPr.set("descr", chart.picture.alt)
    paper.add_paragraph(chart.caption)
