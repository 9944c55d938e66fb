"""The quantile dotplot: one dot for each future, on its side of the line."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from referral_playbook.show import figures as draw
from referral_playbook.show.palette import BLUE
from referral_playbook.show.picture import axes


def _dots(ax):
    """Filled (good) and hollow (late) dots of a quantile dotplot, as offsets."""
    filled, hollow = ax.collections[:2]
    return np.asarray(filled.get_offsets()), np.asarray(hollow.get_offsets())


months = st.lists(st.integers(1, 36) | st.just(math.inf), min_size=1, max_size=50)


@given(months, st.integers(1, 36))
@settings(max_examples=40, deadline=None)
def test_dotplot_has_a_dot_for_each_future_and_counts_those_in_time(futures, deadline):
    ax = draw.quantile_dotplot(axes(), futures, deadline=deadline)
    filled, hollow = _dots(ax)
    in_time = sum(f <= deadline for f in futures)
    assert (len(filled), len(hollow)) == (in_time, len(futures) - in_time)
    assert f"Of {len(futures)} equally likely futures, {in_time} break even by month {deadline}" in ax.alt_text
    assert f"{sum(map(math.isinf, futures))} never" in ax.alt_text
    edge = ax.lines[0].get_xdata()[0]
    assert all(filled[:, 0] < edge)
    assert all(hollow[:, 0] > edge)
    assert len({tuple(np.round(d, 9)) for d in np.vstack([filled, hollow])}) == len(futures)


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=50), st.floats(-1e5, 1e5))
@settings(max_examples=40, deadline=None)
def test_dotplot_of_money_parts_at_the_threshold(futures, threshold):
    ax = draw.quantile_dotplot(axes(), futures, threshold=threshold, unit="GBP", does="make money")
    filled, hollow = _dots(ax)
    assert len(filled) == sum(f >= threshold for f in futures)
    assert f"{len(filled)} make money" in ax.alt_text
    bottom, top = ax.get_ylim()
    assert all(bottom < y < top for y in np.r_[filled[:, 1], hollow[:, 1]])


@pytest.mark.parametrize("how", [{}, {"deadline": 3, "threshold": 2}])
def test_dotplot_needs_one_line(how):
    with pytest.raises(ValueError, match="either a deadline or a threshold"):
        draw.quantile_dotplot(axes(), [1, 2], **how)


def test_blue_is_what_is_good():
    ax = draw.quantile_dotplot(axes(), [1, 2], deadline=5)
    assert to_hex(ax.collections[0].get_facecolor()[0]) == BLUE.lower()
