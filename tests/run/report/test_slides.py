"""How slides are set: columns by their text, numbers to the right, names of categories outside the plot."""

from __future__ import annotations

import pytest

from referral_playbook.run.report import slides
from referral_playbook.run.report.memo.blocks import Card, Grid

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


def test_large_numbers_stand_above_their_range_and_where_they_come_from():
    show = pptx.Presentation()
    cards = [
        Card("Value result", "£2,100", "-£600 to £5,200", "assumed", "by month 12"),
        Card("Pay-back", "Not known", "", ""),
    ]
    slides.cards_slide(show, "T", cards, "notes")
    (shape,) = [s for s in show.slides[0].shapes if s.has_table]
    column = [[shape.table.cell(r, c).text for r in range(4)] for c in range(2)]
    assert column == [
        ["Value result", "£2,100", "-£600 to £5,200", "assumed, by month 12"],
        ["Pay-back", "Not known", "", ""],
    ]
    size = [shape.table.cell(r, 0).text_frame.paragraphs[0].font.size.pt for r in range(4)]
    assert size[1] == max(size)


def test_every_slide_has_its_title_and_what_to_say():
    show = pptx.Presentation()
    slide = slides.text_slide(show, "The decision", ["Go.", "It pays."], "Pause here.")
    assert slide.shapes.title.text == "The decision"
    assert slide.notes_slide.notes_text_frame.text == "Pause here."
    assert [p.text for s in slide.shapes if s != slide.shapes.title for p in s.text_frame.paragraphs] == [
        "Go.",
        "It pays.",
    ]


def test_a_chart_carries_its_numbers():
    show = pptx.Presentation()
    slides.chart_slide(show, "T", "BAR_CLUSTERED", ["x", "y"], {"low": [1.004, 2.0], "high": [3.0, 4.0]}, "notes")
    (chart,) = [s.chart for s in show.slides[0].shapes if s.has_chart]
    assert list(chart.plots[0].categories) == ["x", "y"]
    assert {s.name: list(s.values) for s in chart.series} == {"low": [1.0, 2.0], "high": [3.0, 4.0]}
    assert chart.category_axis.reverse_order  # the first on top


def test_without_categories_there_is_no_empty_chart():
    show = pptx.Presentation()
    slides.chart_slide(show, "T", "LINE", [], {}, "notes")
    assert slides.NOT_IN_RUN in [s.text_frame.text for s in show.slides[0].shapes if s.has_text_frame]
