"""Two clocks in one chart: each line is the median, each band 80% of the futures, and the words say the same."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest

from referral_playbook.show import figures as draw
from referral_playbook.show.picture import axes


def months(value, cash):
    rows = []
    for number, (v, c) in enumerate(zip(value, cash, strict=True), start=1):
        rows.append(
            {"month": number}
            | {f"value_p{q}": v + d for q, d in ((10, -50), (50, 0), (90, 80))}
            | {f"cash_p{q}": c + d for q, d in ((10, -20), (50, 0), (90, 30))}
        )
    return rows


RISING = months([-100, -20, 60, 140], [-120, -90, -30, 10])


@pytest.fixture
def drawn():
    made = []

    def drawing(rows, **how):
        made.append(draw.two_clocks(axes(), rows, currency="GBP", **how))
        return made[-1]

    yield drawing
    for ax in made:
        plt.close(ax.figure)


def test_both_medians_and_their_bands_are_drawn_as_given(drawn):
    ax = drawn(RISING)
    value, cash = ax.lines[:2]
    assert list(value.get_xdata()) == [1, 2, 3, 4]
    assert list(value.get_ydata()) == [-100, -20, 60, 140]
    assert list(cash.get_ydata()) == [-120, -90, -30, 10]
    assert value.get_linestyle() != cash.get_linestyle()  # not by colour alone
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (-150, 220)


def test_the_words_say_where_each_ends_and_from_when_it_stays_above_zero(drawn):
    assert drawn(RISING).alt_text == (
        "Against doing nothing: value of customers won £140 (£90 to £220) after 4 months, at or above zero from "
        "month 3; cash £10 (-£10 to £40) after 4 months, at or above zero from month 4."
    )


@pytest.mark.parametrize(
    ("cash", "words"),
    [
        ([0, 5, 10, 20], "at or above zero from the start"),
        ([-5, -10, -20, -1], "below zero at the end"),
        ([-5, 10, -20, 15], "at or above zero from month 4"),  # for good, not for the first time
        ([5, -10, 0, 0], "at or above zero from month 3"),
    ],
)
def test_the_month_is_the_one_from_which_the_line_stays_up(drawn, cash, words):
    assert drawn(months([1, 1, 1, 1], cash)).alt_text.endswith(f"after 4 months, {words}.")


def test_the_clients_date_is_a_line_of_its_own_and_the_legend_leaves_the_lines_free(drawn):
    ax = drawn(RISING, deadline=3, title="Both clocks")
    assert [3, 3] in [list(line.get_xdata()) for line in ax.lines]
    falling = drawn(months([0, -50, -90], [0, -80, -150]))
    assert ax.get_legend()._loc != falling.get_legend()._loc


def test_without_futures_the_picture_says_so(drawn):
    ax = drawn([])
    assert "an input that they need is not known" in ax.alt_text
    assert not ax.lines
