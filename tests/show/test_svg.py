"""SVG of a figure: text as single paths where matplotlib puts it, one renderer for layout and drawing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from io import StringIO

import numpy as np
import pytest

from referral_playbook.show.style import axes, house
from referral_playbook.show.svg import Canvas, as_svg

TEXT = re.compile(r"translate\(([\d.-]+) ([\d.-]+)\)(?: rotate\(([\d.-]+)\))? scale\(([\d.e-]+) ")


def _drawn():
    with house():
        ax = axes(width=4, height=2)
        ax.set(xlabel="months", ylabel="share", xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        ax.text(0.5, 0.5, "two\nlines", fontsize=10, color="#ff0000", alpha=0.5)
        return ax, as_svg(ax.figure, "An empty frame & its labels")


def test_each_line_of_text_is_one_path_and_nothing_is_grouped_or_commented() -> None:
    _, svg = _drawn()
    assert len(TEXT.findall(svg)) == 4
    assert "<use" not in svg
    assert "<!--" not in svg
    assert "<g" not in svg
    assert ET.fromstring(svg.encode()).find("{*}title").text == "An empty frame & its labels"


def test_text_stands_where_it_was_put_in_its_colour_and_size() -> None:
    ax, svg = _drawn()
    lines = [line for line in svg.splitlines() if "#ff0000" in line]
    (x, upper, turned, scale), (_, lower, *_) = (TEXT.search(line).groups() for line in lines)
    point = ax.transData.transform((0.5, 0.5))
    assert (float(x), 144 - float(lower)) == pytest.approx(tuple(point), abs=0.01)
    assert 10 < float(lower) - float(upper) < 15, "a line of 10 points and its gap"
    assert (turned, scale) == (None, "0.01")
    assert all('opacity="0.5"' in line for line in lines)


def test_the_label_of_the_y_axis_is_turned() -> None:
    _, svg = _drawn()
    assert [turned for *_, turned, _ in TEXT.findall(svg)].count("-90") == 1


def test_layout_and_drawing_share_a_renderer_in_points() -> None:
    with house():
        figure = axes(width=4, height=2).figure
        canvas = Canvas(figure, StringIO(), "A frame")
    assert figure.canvas is canvas
    assert canvas.get_renderer() is canvas.get_renderer()
    assert np.allclose(figure.bbox.size, (288, 144))
