"""Axes speak the unit of what they show, and leave room for names."""

from __future__ import annotations

import math
from itertools import pairwise

import matplotlib.pyplot as plt
import pytest

from referral_playbook.contract.evidence import undefined
from referral_playbook.show.figures import axis
from referral_playbook.show.picture import axes
from tests.show.drawn import LONG, estimate


def ticks(unit, low, high, **how):
    ax = axes()
    ax.set_xlim(low, high)
    axis.by_unit(ax.xaxis, unit, **how)
    ax.figure.canvas.draw()
    found = [t.get_text() for t in ax.get_xticklabels()]
    places = ax.get_xticks()
    plt.close(ax.figure)
    return found, [p for p in places if low <= p <= high]


@pytest.mark.parametrize(
    ("unit", "low", "high", "expected"),
    [
        ("share", 0.0, 1.0, ["0%", "20%", "40%", "60%", "80%", "100%"]),
        ("GBP", -200.0, 400.0, ["-£200", "-£100", "£0", "£100", "£200", "£300", "£400"]),
        ("months", 0.0, 18.0, ["0", "3", "6", "9", "12", "15", "18"]),
        ("months", 0.0, 36.0, ["0", "6", "12", "18", "24", "30", "36"]),
        ("count", 0.0, 3.0, ["0", "1", "2", "3"]),
        ("times", 0.0, 2.0, ["0", "0.5", "1", "1.5", "2"]),
    ],
)
def test_ticks_are_written_in_the_unit(unit, low, high, expected):
    found, _ = ticks(unit, low, high)
    assert found == expected


@pytest.mark.parametrize("high", [1.0, 7.0, 23.0, 118.0, 5_000.0])
def test_nobody_has_half_a_referral_and_ticks_are_few(high):
    for unit in ("count", "months"):
        _, places = ticks(unit, 0.0, high, most=5)
        assert all(float(p).is_integer() for p in places)
        assert len(places) <= 7


@pytest.mark.parametrize(
    ("unit", "per", "words"),
    [
        ("share", "answer", "share per answer"),
        ("GBP", "new customer", "GBP per new customer"),
        ("count", "month", "per month"),
        ("referrals", "", "referrals"),
        ("count", "", ""),
    ],
)
def test_the_words_of_an_axis(unit, per, words):
    assert axis.describe_unit(estimate(unit=unit, per=per)) == words


def test_rows_stand_in_their_order_with_room_above_and_below():
    ax = axes()
    axis.rows(ax, ["first", "second", LONG], width=20)
    bottom, top = ax.get_ylim()
    assert bottom > 2 > 0 > top  # the first row is on top
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names[:2] == ["first", "second"]
    assert max(map(len, names[2].split("\n"))) <= 21
    plt.close(ax.figure)


def test_a_span_of_an_open_range_has_no_end_and_one_of_an_undefined_estimate_is_refused():
    assert axis.span(estimate(0.5, 0.4, 0.6)) == (0.4, 0.5, 0.6)
    low, value, high = axis.span(estimate(3.0, 1.0, 4.0).as_(high=None, reason="may never break even"))
    assert (low, value, math.isinf(high)) == (1.0, 3.0, True)
    with pytest.raises(ValueError, match="no place on an axis: no survey"):
        axis.span(undefined("no survey", unit="share", per="answer"))


def test_an_open_range_ends_in_an_arrow_and_a_closed_one_in_its_limit():
    ax = axes()
    axis.extent(ax, 0, estimate(0.5, 0.4, 0.6), 1.0, colour="C0", width=4)
    axis.extent(ax, 1, estimate(0.5, 0.4, 0.6).as_(high=None, reason="open"), 1.0, colour="C0", width=4)
    bars = [list(line.get_xdata()) for line in ax.lines]
    assert bars == [[0.4, 0.6], [0.5], [0.4, 1.0], [0.5], [1.0]]
    assert ax.lines[-1].get_marker() == ">"
    plt.close(ax.figure)


def test_what_cannot_be_drawn_is_said_in_the_picture():
    ax = axes()
    assert axis.nothing(ax, "No referral has a date.") == "No referral has a date."
    assert not ax.axison
    assert [t.get_text() for t in ax.texts] == ["No referral has a date."]
    plt.close(ax.figure)


def test_a_rule_stands_at_its_value_with_its_name_on_top():
    ax = axes()
    axis.rule(ax, 0.4, "threshold 40%")
    axis.beside(ax, 2.0, "58%", color="red")
    assert list(ax.lines[0].get_xdata()) == [0.4, 0.4]
    assert [t.get_text() for t in ax.texts] == ["threshold 40%", "58%"]
    assert ax.texts[1].get_color() == "red"
    plt.close(ax.figure)


def test_a_long_title_is_cut_to_two_lines():
    ax = axes()
    axis.titled(ax, "word " * 80)
    assert ax.get_title(loc="left").count("\n") + ax.get_title().count("\n") <= 1
    plt.close(ax.figure)


def test_a_picture_grows_until_names_of_several_lines_have_room():
    names = ["referrals a month without the programme (measured)"] * 10
    ax = axes(height=2.5)
    axis.rows(ax, names)
    ax.figure.draw_without_rendering()
    labels = [text.get_window_extent() for text in ax.get_yticklabels()]
    assert ax.figure.get_size_inches().tolist() == [5.0, pytest.approx(1 + 10 * 3 * axis.LINE)]
    assert min(upper.y0 - lower.y1 for upper, lower in pairwise(labels)) > -1
    roomy = axes(height=4.0)
    axis.rows(roomy, ["short"] * 10)
    assert roomy.figure.get_size_inches().tolist() == [5.0, 4.0]
