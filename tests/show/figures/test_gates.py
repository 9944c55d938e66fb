"""The gate and the forest: where a range lies against its threshold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import undefined
from referral_playbook.show import figures as draw
from referral_playbook.show.picture import axes
from tests.show.drawn import LONG, estimate


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.40, 0.75, "the whole range passes"),
        (0.39, 0.75, "lies across"),
        (0.10, 0.39, "the whole range fails"),
    ],
)
def test_gate_says_where_the_range_lies(low, high, says):
    ax = draw.gate(axes(height=1.6), estimate((low + high) / 2, low, high), 0.40, name="Delight")
    assert says in ax.alt_text
    assert "against a threshold of 40%" in ax.alt_text
    assert list(ax.lines[0].get_xdata()) == [low, high]
    left, right = ax.get_xlim()
    assert left <= min(low, 0.4)
    assert right >= max(high, 0.4)


def test_gate_of_what_is_not_known_says_why():
    ax = draw.gate(axes(), undefined("no survey", unit="share", per="answer"), 0.4, name="Delight")
    assert ax.alt_text == "Delight is not known: no survey."


def test_a_range_that_is_open_above_ends_in_an_arrow():
    endless = replace(estimate(45, 30, 60, "count", "plan"), high=None, reason="it may never")
    ax = draw.gate(axes(height=1.6), endless, 100, name="Needed")
    assert [line.get_marker() for line in ax.lines[:3]][-1] == ">"
    assert "45 (30 or more, no upper limit)" in ax.alt_text
    assert "across" in ax.alt_text


def test_forest_draws_each_range_and_keeps_a_row_for_what_is_not_known():
    rows = {"SMB": estimate(), LONG: estimate(0.2, 0.1, 0.3), "x": undefined("none", unit="share", per="answer")}
    ax = draw.forest(axes(height=3), rows, threshold=0.4)
    assert [list(line.get_xdata()) for line in ax.lines[:4:2]] == [[0.39, 0.75], [0.1, 0.3]]
    assert len(ax.get_yticks()) == 3
    assert "x not known" in ax.alt_text
    assert f"{LONG} 20% (10% to 30%)" in ax.alt_text


def test_forest_refuses_two_denominators_on_one_axis():
    with pytest.raises(ValueError, match="denominators"):
        draw.forest(axes(), {"a": estimate(), "b": estimate(per="customer")})
