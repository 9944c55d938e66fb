"""Cells of a table that came apart into value, low and high."""

from __future__ import annotations

import pytest

from referral_playbook.run.report.memo.cells import NONE, plain, ranged


@pytest.mark.parametrize(
    ("row", "unit", "text"),
    [
        ({"x": 0.4, "x_low": 0.3, "x_high": 0.5}, "share", "40% (30% to 50%)"),
        ({"x": 0.4, "x_low": None, "x_high": 0.5}, "share", "40%"),
        ({"x": 683.0}, "GBP", "£683"),
        ({"x": 0.0}, "count", "0"),
        ({}, "share", NONE),
    ],
)
def test_a_value_is_written_with_the_range_that_the_row_has(row, unit, text):
    assert ranged(row, "x", unit) == text


def test_a_limit_on_the_wrong_side_of_its_value_by_rounding_is_moved_to_it():
    assert ranged({"x": 0.5, "x_low": 0.5000001, "x_high": 0.6}, "x", "share").startswith("50% (50%")


def test_no_number_is_a_dash_and_nought_is_a_number():
    assert (plain(None), plain(0), plain(3, "months")) == (NONE, "0", "3 months")
