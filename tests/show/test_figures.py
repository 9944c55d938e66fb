"""All figures together: words, stable bytes, room for every text, labels that a phone can show."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest

from referral_playbook.show import figures as draw
from referral_playbook.show.layout import lay_out
from referral_playbook.show.picture import axes, picture
from referral_playbook.show.style import house
from referral_playbook.show.svg import Canvas
from tests.show.drawn import LONG, ROWS, curve, estimate

MONTHS = [f"2026-{i:02d}" for i in range(1, 13)]


GALLERY = {
    "gate": lambda: draw.gate(axes(height=1.6), estimate(), 0.4, name=LONG),
    "forest": lambda: draw.forest(axes(height=3), {LONG: estimate(), "b": estimate(0.2, 0.1, 0.3)}, threshold=0.4),
    "survival": lambda: draw.survival(axes(height=3.8), {LONG: curve(), "b": curve(0.2), "c": curve(0.3)}),
    "funnel": lambda: draw.funnel(
        axes(height=3), {"customers": 12000, LONG: 5400}, rates={LONG: estimate(per="customer aware of the programme")}
    ),
    "waterfall": lambda: draw.waterfall(axes(), {"start": 9e5, "contraction": -9e4, "cross-sell": 4e4}, currency="GBP"),
    "dots": lambda: draw.quantile_dotplot(
        axes(), [-3e3, 4e2, 4e2, 8e3, 3e4], threshold=0, unit="GBP", does="make money", xlabel="result"
    ),
    "tornado": lambda: draw.tornado(axes(), ROWS, base=100, unit="GBP", threshold=0),
    "two_clocks": lambda: draw.two_clocks(
        axes(height=2.3),
        [
            {
                "month": m,
                "value_p10": -90,
                "value_p50": 5 * m - 40,
                "value_p90": 9 * m,
                "cash_p10": -95,
                "cash_p50": 3 * m - 50,
                "cash_p90": 4 * m,
            }
            for m in range(1, 25)
        ],
        currency="GBP",
    ),
    "band": lambda: draw.band(axes(), MONTHS, [9] * 12, [6] * 12, [8] * 12, [11] * 12),
    "ladder": lambda: draw.ladder(
        axes(),
        [{"name": LONG, "referrals": i, "cost": 25, "probability": estimate()} for i in (1, 3, 6)],
        currency="GBP",
    ),
    "cascade": lambda: draw.cascade(axes(), estimate(0.6, 0.5, 0.7, "count"), 100),
    "cascade_small": lambda: draw.cascade(axes(), estimate(0.022, 0.015, 0.033, "count"), 100),
    "concentration": lambda: draw.concentration(axes(), [10, 1, 1, 1, 1, 3, 1, 1, 1, 2]),
    "bars": lambda: draw.bars(axes(), {LONG: 2296, "b": 12}, unit="leads", pareto=True, title=LONG),
    "spidergram": lambda: draw.spidergram(axes(polar=True, height=4), ["a", LONG, "c"], [1, 2, 3], [3, 2, 1]),
    "heatmap": lambda: draw.heatmap(axes(), np.eye(3), rows=[LONG, "b", "c"], columns=[LONG, "b", "c"], unit="share"),
}


def test_every_figure_is_in_the_gallery():
    drawn = {"dots": "quantile_dotplot", "cascade_small": "cascade"}
    assert {drawn.get(name, name) for name in GALLERY} == set(draw.__all__)


@pytest.mark.parametrize("name", GALLERY)
def test_every_figure_has_words_with_numbers_and_the_same_bytes_twice(name):
    first, second = picture(GALLERY[name]()), picture(GALLERY[name]())
    assert first.svg == second.svg
    assert any(c.isdigit() for c in first.alt)
    assert len(first.alt) > 30
    assert len(first.svg) < 150_000


def _seen(axis):
    """Tick labels within the view: those outside are not drawn."""
    low, high = sorted(axis.get_view_interval())
    room = 1e-9 * (high - low)
    places = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
    return [text for at, text in places if low - room <= at <= high + room]


@pytest.mark.parametrize("name", GALLERY)
def test_no_text_is_cut_by_the_edge_or_lies_on_another(name):
    ax = GALLERY[name]()
    figure = ax.figure
    with house():
        renderer = Canvas(figure, StringIO(), name).get_renderer()
        lay_out(figure, renderer)
        figure.draw(renderer)
        legends = [text for legend in figure.legends for text in legend.get_texts()]
        written = [*ax.texts, *_seen(ax.xaxis), *_seen(ax.yaxis), ax.xaxis.label, ax.yaxis.label, *legends]
        titles = [ax._left_title, ax.title]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in [*written, *titles] if t.get_text().strip()]
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in boxes:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1
        assert inside, f"{text!r} is cut: {box}"
    for i, (text, box) in enumerate(boxes):
        for other, place in boxes[i + 1 :]:
            over = min(box.x1, place.x1) - max(box.x0, place.x0), min(box.y1, place.y1) - max(box.y0, place.y0)
            assert not (over[0] > 1.5 and over[1] > 1.5), f"{text!r} lies on {other!r}"


PHONE = 358


@pytest.mark.parametrize("name", GALLERY)
def test_no_label_is_under_nine_pixels_on_a_phone(name):
    ax = GALLERY[name]()
    figure = ax.figure
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label, ax._left_title]
    texts += [text for legend in figure.legends for text in legend.get_texts()]
    shrink = min(1.0, PHONE / (figure.get_size_inches()[0] * 96))
    assert min(text.get_fontsize() for text in texts if text.get_text()) * 96 / 72 * shrink >= 9
