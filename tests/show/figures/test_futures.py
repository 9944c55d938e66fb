"""The quantile dotplot: one dot for each future, on its side of the line."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from referral_playbook.show import figures as draw
from referral_playbook.show.palette import BLUE
from referral_playbook.show.picture import axes

MONEY = {"unit": "GBP", "does": "make money", "xlabel": "result"}


def _dots(ax):
    """Filled (good) and hollow (bad) dots of a quantile dotplot, as offsets."""
    filled, hollow = ax.collections[:2]
    return np.asarray(filled.get_offsets()), np.asarray(hollow.get_offsets())


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=50), st.floats(-1e5, 1e5))
@settings(max_examples=40, deadline=None)
def test_dotplot_has_a_dot_for_each_future_on_its_side_of_the_threshold(futures, threshold):
    ax = draw.quantile_dotplot(axes(), futures, threshold=threshold, **MONEY)
    filled, hollow = _dots(ax)
    assert len(filled) == sum(f >= threshold for f in futures)
    assert len({tuple(np.round(d, 9)) for d in np.vstack([filled, hollow])}) == len(futures)
    edge = ax.lines[0].get_xdata()[0]
    assert all(filled[:, 0] > edge)
    assert all(hollow[:, 0] < edge)
    assert f"Of {len(futures)} equally likely futures, {len(filled)} make money" in ax.alt_text
    bottom, top = ax.get_ylim()
    assert all(bottom < y < top for y in np.r_[filled[:, 1], hollow[:, 1]])


def test_without_futures_it_says_why_there_is_nothing_to_draw():
    assert "No futures can be drawn" in draw.quantile_dotplot(axes(), [], threshold=0, **MONEY).alt_text


def test_blue_is_what_is_good():
    ax = draw.quantile_dotplot(axes(), [1, 2], threshold=0, **MONEY)
    assert to_hex(ax.collections[0].get_facecolor()[0]) == BLUE.lower()
