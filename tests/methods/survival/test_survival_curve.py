"""Waits counted by hand, and what is read off a curve: shares, medians and areas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.methods.survival.survival_curve import SurvivalCurve, tally
from tests.oracles.surveys import restricted_mean

waits = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(0, 3)), min_size=1, max_size=20)


@given(waits)
@settings(max_examples=60, deadline=None)
def test_waits_are_counted_as_a_loop_counts_them(rows: list[tuple[int, bool, int]]) -> None:
    found = tally(
        *(list(column) for column in zip(*[(t, e) for t, e, _ in rows], strict=True)), weights=[w for *_, w in rows]
    )
    there = sorted({t for t, _, w in rows if w})
    assert found.times.tolist() == there
    for i, time in enumerate(there):
        assert found.at_risk[i] == sum(w for t, _, w in rows if t >= time)
        assert found.events[i] == sum(w for t, e, w in rows if t == time and e)
        assert found.censored[i] == sum(w for t, e, w in rows if t == time and not e)
    assert found.n == sum(w for *_, w in rows)


@pytest.mark.parametrize(
    ("durations", "events", "weights", "match"),
    [
        ([1, 2], [True], None, "one duration, event and weight a row"),
        ([-1], [True], None, "durations are 0 or more"),
        ([math.nan], [True], None, "not a finite number"),
        ([1], [True], [0.5], "whole numbers"),
        ([1], [True], [-1], "whole numbers"),
    ],
)
def test_rows_that_cannot_be_counted_are_refused(durations, events, weights, match) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=match):
        tally(durations, events, weights=weights)


def curve(last: float = 0.25) -> SurvivalCurve:
    """Eight customers: two leave at 1, two at 3, and those left at 5 down to `last`."""
    survival = np.array([0.75, 0.5, last])
    return SurvivalCurve(
        times=np.array([1.0, 3.0, 5.0]),
        survival=survival,
        low=survival * 0.5,
        high=np.minimum(1.0, survival + 0.2),
        at_risk=np.array([8.0, 6.0, 4.0]),
        events=np.array([2.0, 2.0, 8 * (0.5 - last)]),
        confidence=0.95,
        unit="month",
    )


@pytest.mark.parametrize(("time", "share"), [(0.5, 1.0), (1, 0.75), (2.9, 0.75), (3, 0.5), (5, 0.25)])
def test_the_share_holds_from_one_event_to_the_next(time: float, share: float) -> None:
    assert curve().at(time).value == share


def test_beyond_what_was_followed_nothing_is_known_unless_nobody_is_left() -> None:
    assert not curve().at(6).defined
    assert "the longest is 5" in curve().at(6).reason
    assert curve(last=0.0).at(6).value == 0.0


def test_the_median_is_where_the_curve_reaches_a_half() -> None:
    found = curve().quantile()
    assert (found.low, found.value, found.high) == (1.0, 3.0, 5.0)
    assert found.unit == "month"
    assert not curve().quantile(0.9).defined


def test_an_upper_limit_that_was_not_reached_is_the_time_followed_and_says_so() -> None:
    found = curve().quantile(0.7)
    assert (found.value, found.high) == (5.0, 5.0)
    assert "upper limit is beyond the 5 months followed" in found.source


def test_the_restricted_mean_is_the_area_of_the_steps() -> None:
    found = restricted_mean(curve(), 4)
    assert found.value == pytest.approx(1 * 1 + 2 * 0.75 + 1 * 0.5)
    # Greenwood: the area after each event, squared, times d / (n (n - d)).
    spread = (2 * 0.75 + 0.5) ** 2 * 2 / (8 * 6) + 0.5**2 * 2 / (6 * 4)
    assert found.low == pytest.approx(found.value - 1.959964 * math.sqrt(spread), rel=1e-5)
    assert found.high == pytest.approx(min(4, found.value + 1.959964 * math.sqrt(spread)), rel=1e-5)


def test_before_the_first_event_no_spread_is_known() -> None:
    assert "no event within 1 month" in restricted_mean(curve(), 1).reason
