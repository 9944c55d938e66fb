"""The house style: drawing neither reads nor leaves settings behind, and labels can always be drawn."""

from __future__ import annotations

import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.show.figures import bars
from referral_playbook.show.picture import picture
from referral_playbook.show.style import PREPARED, axes, figure, house, label, prepare_axes, settings


def test_the_session_gets_its_own_settings_back() -> None:
    with mpl.rc_context({"axes.titlesize": 41.0}):
        with house():
            assert mpl.rcParams["axes.titlesize"] == settings()["axes.titlesize"] != 41.0
        assert mpl.rcParams["axes.titlesize"] == 41.0


def test_drawing_does_not_choose_where_it_is_shown() -> None:
    before = mpl.rcParams["backend"]
    with house():
        assert mpl.rcParams["backend"] == before


def test_axes_have_the_size_asked_for() -> None:
    ax = axes(width=4.0, height=1.5)
    assert ax.figure.get_size_inches().tolist() == [4.0, 1.5]
    assert axes(polar=True).name == "polar"


def test_axes_made_in_advance_give_the_same_picture_and_are_handed_out_once() -> None:
    def drawn() -> str:
        return picture(bars(axes(height=2), {"north": 3, "south": 20}, unit="leads", title="Leads")).svg

    PREPARED.clear()
    fresh = drawn()
    prepare_axes(1)
    (ready,) = PREPARED
    assert axes(polar=True) is not ready
    assert drawn() == fresh
    assert not PREPARED
    assert ready.figure.get_size_inches().tolist() == [5.0, 2.0]


def test_a_figure_returns_its_axes_with_its_words_cleaned() -> None:
    @figure
    def line(ax, y):  # type: ignore[no-untyped-def]
        ax.plot([0, 1], [0, y])
        return f"A line\x00up to {y}."

    ax = axes()
    drawn = line(ax, 3)
    assert drawn is ax
    assert drawn.alt_text == "A line up to 3."
    assert list(drawn.lines[0].get_ydata()) == [0, 3]


@given(st.text(max_size=200), st.integers(8, 40), st.integers(1, 4))
def test_a_label_never_has_more_lines_or_wider_ones_than_there_is_room_for(text: str, width: int, lines: int) -> None:
    rows = label(text, width, lines=lines).split("\n")
    assert len(rows) <= lines
    assert all(len(row) <= width for row in rows)


@pytest.mark.parametrize(("text", "drawn"), [("Zoë & Söhne", "Zoë & Söhne"), ("東京 10%", "□□ 10%")])
def test_signs_that_the_font_lacks_become_boxes(text: str, drawn: str) -> None:
    assert label(text) == drawn


def test_a_long_label_ends_in_an_ellipsis() -> None:
    assert label("one two three four five six", 9, lines=2).endswith("…")
