"""Layout: charts stand where matplotlib's constrained layout puts them; test_figures looks for cut text."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from referral_playbook.show.figures import band, bars, cascade, forest, gate, heatmap, spidergram, survival, tornado
from referral_playbook.show.layout import lay_out
from referral_playbook.show.style import axes, house
from referral_playbook.show.svg import Canvas

from .drawn import ROWS, curve, estimate

MONTHS = ["2026-08", "2026-09", "2026-10"]
CHARTS = {
    "bars": lambda ax: bars(ax, {"Enterprise customers": 3000.0, "b": 20.0}, unit="GBP", title="Margin by segment"),
    "gate": lambda ax: gate(ax, estimate(), 0.4, name="Very disappointed"),
    "forest": lambda ax: forest(
        ax, {"north": estimate(), "south": estimate(0.3, 0.1, 0.4)}, threshold=0.4, title="By region"
    ),
    "survival": lambda ax: survival(ax, {"all": curve(), "referred": curve(0.05)}),
    "cascade": lambda ax: cascade(ax, estimate(0.6, 0.5, 0.7, "count", "customer"), 100, title="Generations"),
    "band": lambda ax: band(ax, MONTHS, [4, 9, 3], [6, 6, 6], [8, 8, 8], [11, 11, 11], title="Referrals"),
    "tornado": lambda ax: tornado(ax, ROWS, base=100, unit="GBP", title="What moves the result"),
    "heatmap": lambda ax: heatmap(ax, [[4, 9]], rows=["SMB"], columns=["North", "South"], unit="customers"),
}


def _laid_out(chart, *, ours):
    """The figure of a chart, after our layout or after matplotlib's, and its renderer."""
    with house():
        figure = CHARTS[chart](axes(height=2.4)).figure
        renderer = Canvas(figure, StringIO(), chart).get_renderer()
        if ours:
            lay_out(figure, renderer)
        else:
            figure.get_layout_engine().execute(figure)
        figure.draw(renderer)
    return figure, renderer


def _boxes(figure, renderer):
    """Where the axes and everything that is written around them are, in points."""
    (ax,) = figure.axes
    texts = [part for part in [*ax.get_children(), ax.xaxis.label, ax.yaxis.label] if isinstance(part, Text)]
    names = [text for text in texts if text.get_text()] + figure.legends
    return np.array([ax.bbox.extents, *(part.get_window_extent(renderer).extents for part in names)])


@pytest.mark.parametrize("chart", CHARTS)
def test_charts_stand_where_matplotlib_would_put_them(chart) -> None:
    ours, theirs = (_boxes(*_laid_out(chart, ours=ours)) for ours in (True, False))
    assert ours == pytest.approx(theirs, abs=1.5)


def test_the_name_of_an_axis_keeps_its_distance_from_the_labels_in_a_larger_picture() -> None:
    figure, renderer = _laid_out("cascade", ours=True)
    (ax,) = figure.axes

    def gap():
        labels = min(text.get_window_extent(renderer).x0 for text in ax.get_yticklabels())
        return labels - ax.yaxis.label.get_window_extent(renderer).x1

    before = gap()
    figure.set_size_inches(10, 6)
    assert gap() == pytest.approx(before) == pytest.approx(ax.yaxis.labelpad, abs=0.1)


def test_webs_and_axes_without_room_are_left_to_matplotlib() -> None:
    with house():
        web = spidergram(axes(polar=True), ["a", "b", "c"], [1, 2, 3], [2, 4, 9]).figure
        narrow = bars(axes(width=0.8), {"Enterprise customers": 3.0}, unit="GBP").figure
        for figure in (web, narrow):
            lay_out(figure, Canvas(figure, StringIO(), "x").get_renderer())
    assert isinstance(web.get_layout_engine(), ConstrainedLayoutEngine)
    assert isinstance(narrow.get_layout_engine(), ConstrainedLayoutEngine)


def test_axes_that_were_laid_out_stay_where_they_are() -> None:
    figure, renderer = _laid_out("bars", ours=True)
    before = _boxes(figure, renderer)
    figure.draw_without_rendering()
    assert _boxes(figure, renderer) == pytest.approx(before)
