"""Slides of the meeting deck: how a title, a text, large numbers, a table and a native chart are set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from referral_playbook.run.report.memo.blocks import Card, Grid

ACCENT, INK, SOFT, WASH, LINE = "0B4F80", "1B1F24", "535A63", "F6F7F9", "D9DDE2"
COLOURS = ("0072B2", "D55E00")
"""Of the series of a chart: they differ for people who are colour-blind, and in grey print."""
LEFT, WIDTH, TOP, BOTTOM = 0.6, 12.1, 1.75, 6.9
"""Inches of the part of a slide that is written on."""
NOT_IN_RUN = "This run has no numbers for this slide. The working papers say what is missing."


def empty_slide(show: Any, title: str, notes: str) -> Any:
    """A slide with a title across its width and speaker notes."""
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Inches

    slide = show.slides.add_slide(show.slide_layouts[5])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Inches(LEFT), Inches(0.4), Inches(WIDTH), Inches(1.15)
    head.text_frame.word_wrap, head.text_frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    head.text = title
    for paragraph in head.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        _font(paragraph.font, 28, ACCENT, bold=True)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def write_lines(slide: Any, lines: Sequence[str], *, top: float = TOP, size: int = 22, colour: str = INK) -> None:
    """Paragraphs across the slide, from `top` inches downwards."""
    from pptx.util import Inches, Pt

    box = slide.shapes.add_textbox(Inches(LEFT), Inches(top), Inches(WIDTH), Inches(BOTTOM - top)).text_frame
    box.word_wrap = True
    for i, line in enumerate(lines):
        paragraph = box.paragraphs[0] if i == 0 else box.add_paragraph()
        paragraph.text, paragraph.space_after = line, Pt(10)
        _font(paragraph.font, size, colour)


def text_slide(show: Any, title: str, lines: Sequence[str], notes: str) -> Any:
    """A slide of a title and a few lines."""
    slide = empty_slide(show, title, notes)
    write_lines(slide, lines)
    return slide


def cards_slide(show: Any, title: str, cards: Sequence[Card], notes: str) -> None:
    """Large numbers side by side in a table of one row each: label, value, range, basis."""
    from pptx.util import Inches, Pt

    slide = empty_slide(show, title, notes)
    place = (Inches(LEFT), Inches(TOP), Inches(WIDTH), Inches(3.2))
    shape = slide.shapes.add_table(4, len(cards), *place)
    _plain(shape)
    for column, card in enumerate(cards):
        origin = ", ".join(filter(None, (card.basis, card.note)))
        for row, (text, size) in enumerate(((card.label, 18), (card.value, 34), (card.range, 18), (origin, 16))):
            cell = shape.table.cell(row, column)
            cell.text = text
            cell.fill.background()
            cell.margin_left = cell.margin_right = Pt(4)
            for paragraph in cell.text_frame.paragraphs:
                _font(paragraph.font, size, SOFT if row in (2, 3) else INK, bold=row < 2)


def table_slide(show: Any, title: str, grid: Grid | None, notes: str) -> Any:
    """A table whose columns are as wide as their text asks for; numbers are set to the right."""
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    if grid is None:
        return text_slide(show, title, [NOT_IN_RUN], notes)
    slide = empty_slide(show, title, notes)
    lines = (grid.headings, *grid.rows)
    place = (Inches(LEFT), Inches(TOP), Inches(WIDTH), Inches(0.45 * len(lines)))
    shape = slide.shapes.add_table(len(lines), len(grid.headings), *place)
    _plain(shape)
    for column, share in enumerate(column_shares(lines)):
        shape.table.columns[column].width = Inches(WIDTH * share)
    for r, row in enumerate(lines):
        for c, text in enumerate(row):
            cell = shape.table.cell(r, c)
            cell.text = text
            cell.fill.solid()
            cell.fill.fore_color.rgb = _rgb(ACCENT if r == 0 else WASH if r % 2 else "FFFFFF")
            for paragraph in cell.text_frame.paragraphs:
                _font(paragraph.font, 16, "FFFFFF" if r == 0 else INK, bold=r == 0)
                paragraph.alignment = PP_ALIGN.RIGHT if c in grid.numeric else PP_ALIGN.LEFT
    return slide


def column_shares(lines: Sequence[Sequence[str]]) -> list[float]:
    """Width of each column as a share of the table: by its longest cell, short ones with room for their words.

    Examples
    --------
    >>> column_shares([("Test", "Result"), ("Cash", "x" * 60)])
    [0.1875, 0.8125]
    """
    longest = [min(max(max(len(text) for text in column), 12), 52) for column in zip(*lines, strict=True)]
    return [length / sum(longest) for length in longest]


def chart_slide(
    show: Any, title: str, kind: str, categories: Sequence[str], series: dict[str, list[float]], notes: str
) -> None:
    """A slide with a native chart, whose numbers open in a spreadsheet."""
    if not categories:
        text_slide(show, title, [NOT_IN_RUN], notes)
        return
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    data: Any = CategoryChartData(number_format="#,##0")  # type: ignore[no-untyped-call]
    data.categories = categories
    for label, values in series.items():
        data.add_series(label, [round(float(x), 2) for x in values])
    where = (Inches(LEFT), Inches(1.7), Inches(WIDTH), Inches(5.3))
    chart = empty_slide(show, title, notes).shapes.add_chart(getattr(XL_CHART_TYPE, kind), *where, data).chart
    _set_chart(chart, bars=kind.startswith("BAR"))


def _set_chart(chart: Any, *, bars: bool) -> None:
    """Names of categories outside the plot, thousands with their comma, and colours that everybody can tell apart."""
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Pt

    chart.has_legend, chart.legend.position = True, XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout, chart.font.size = False, Pt(14)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.value_axis.tick_labels.number_format, chart.value_axis.tick_labels.number_format_is_linked = "#,##0", False
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb(LINE)
    plot = chart.plots[0]
    for series, colour in zip(plot.series, COLOURS, strict=False):
        look = series.format.fill if bars else series.format.line
        if bars:
            look.solid()
            look.fore_color.rgb = _rgb(colour)
        else:
            look.color.rgb, look.width, series.smooth = _rgb(colour), Pt(3), False
    if bars:
        chart.category_axis.reverse_order = True
        plot.gap_width, plot.overlap = 60, 0


def _plain(shape: Any) -> None:
    """A table without the banding of the theme."""
    shape.table.first_row = shape.table.horz_banding = False


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _font(font: Any, size: int, colour: str, *, bold: bool = False) -> None:
    from pptx.util import Pt

    font.size, font.bold = Pt(size), bold
    font.color.rgb = _rgb(colour)
