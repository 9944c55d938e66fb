"""Days and months in words, in the locale of the numbers."""

from __future__ import annotations

from datetime import date

import pytest

from referral_playbook.contract.writing.dates import day, month
from referral_playbook.contract.writing.formatting import NOT_KNOWN


@pytest.mark.parametrize(
    ("when", "written"),
    [
        (date(2026, 1, 1), "1 Jan 2026"),
        ("2024-02-29", "29 Feb 2024"),
        ("2026-09-30T23:59:59", "30 Sept 2026"),
        ("2026-04", "Apr 2026"),
        (None, NOT_KNOWN),
        (float("nan"), NOT_KNOWN),
    ],
)
def test_a_day_is_written_in_words_or_said_not_to_be_known(when, written):
    assert day(when) == written


def test_a_month_is_written_without_a_day():
    assert [month(f"2026-{m:02d}") for m in (1, 5, 12)] == ["Jan 2026", "May 2026", "Dec 2026"]


def test_a_day_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="day"):
        day("2026-02-30")
