"""The cascade and the concentration of referrals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.show import figures as draw
from referral_playbook.show.picture import axes
from tests.show.drawn import estimate


@given(st.floats(0.01, 0.95), st.integers(1, 1000))
@settings(max_examples=25, deadline=None)
def test_cascade_never_passes_its_ceiling(k, seeds):
    ax = draw.cascade(axes(), estimate(k, k, k, "count", "customer"), seeds, generations=30)
    total = ax.lines[0].get_ydata()
    assert total[0] == seeds
    assert all(total <= seeds / (1 - k) + 1e-6)
    assert "K is below 1" in ax.alt_text


@pytest.mark.parametrize("k", [0.02, 0.6, 0.95])
def test_cascade_has_room_above_its_end(k):
    ax = draw.cascade(axes(), estimate(k, k, k, "count", "customer"), 100)
    assert ax.get_ylim()[1] > 1.1 * max(ax.lines[0].get_ydata())
    assert ax.get_ylim()[1] > 100 / (1 - k) or k > 0.9


def test_cascade_of_the_method_text():
    assert "100 seeds become 250 customers" in draw.cascade(axes(), estimate(0.6, 0.5, 0.7, "count"), 100).alt_text


def test_cascade_whose_range_reaches_one_has_no_bound():
    said = draw.cascade(axes(), estimate(0.9, 0.7, 1.1, "count"), 10, generations=5).alt_text
    assert "(33 to no bound)" in said
    assert "without end" in draw.cascade(axes(), estimate(1.1, 0.7, 1.5, "count"), 10).alt_text


def test_concentration_counts_alike_from_people_and_from_counts():
    made = np.repeat([10, 2, 1], [1, 3, 6])
    each = draw.concentration(axes(), made).alt_text
    assert each == draw.concentration(axes(), [10, 2, 1], customers=[1, 3, 6]).alt_text
    assert "most active 10% of 10 advocates make 45% of 22 referrals" in each


def test_concentration_of_no_referrals_says_so():
    assert "No referrals" in draw.concentration(axes(), [0, 0]).alt_text
