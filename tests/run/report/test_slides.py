"""How slides are set: columns by their text, numbers to the right, names of categories outside the plot."""

from __future__ import annotations

import pytest

from referral_playbook.run.report import slides
from referral_playbook.run.report.memo.blocks import Grid

pptx = pytest.importorskip("pptx")
pytest.importorskip("pptx.enum.chart")


def test_columns_share_the_width_by_their_longest_text():
    shares = slides.column_shares([("List", "Customers", "What"), ("Ask", "22", "word " * 30)])
    assert sum(shares) == pytest.approx(1)
    assert shares[2] > 3 * shares[0]


def test_numbers_of_a_table_are_set_to_the_right():
    show = pptx.Presentation()
    grid = Grid("c", ("List", "Customers"), (("Ask", "22"),), (1,))
    (shape,) = [s for s in slides.table_slide(show, "T", grid, "notes").shapes if s.has_table]
    right = pptx.enum.text.PP_ALIGN.RIGHT
    sides = [shape.table.cell(1, c).text_frame.paragraphs[0].alignment == right for c in (0, 1)]
    assert sides == [False, True]


def test_a_slide_without_numbers_says_so():
    show = pptx.Presentation()
    slide = slides.table_slide(show, "T", None, "notes")
    assert any(slides.NOT_IN_RUN in s.text_frame.text for s in slide.shapes if s.has_text_frame)


def test_charts_keep_names_outside_the_plot_and_thousands_readable():
    show = pptx.Presentation()
    slides.chart_slide(show, "T", "LINE", ["1", "2"], {"a": [1.0, -2000.0], "b": [3.0, 4.0]}, "notes")
    (chart,) = [s.chart for s in show.slides[0].shapes if s.has_chart]
    assert chart.category_axis.tick_label_position == pptx.enum.chart.XL_TICK_LABEL_POSITION.LOW
    assert chart.value_axis.tick_labels.number_format == "#,##0"
