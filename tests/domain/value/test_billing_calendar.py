"""Due dates read from payments: terms, early and late payments, a course of ten months, and shops without any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.value.billing_calendar import billing_calendar

FIRST = 2024 * 12  # January 2024
JANUARY, APRIL, JUNE, SEPTEMBER = 0, 3, 5, 8


def paid(months_of_year, *, customers=10, years=3, moved=lambda who, month: month):
    """Everybody pays 100 in these months of every year."""
    rows = [
        (f"c{who}", moved(who, FIRST + 12 * year + month), 100.0)
        for who in range(customers)
        for year in range(years)
        for month in months_of_year
    ]
    return pd.DataFrame(rows, columns=["customer_id", "month", "amount"])


def test_three_terms_a_year_have_three_due_dates():
    calendar = billing_calendar(paid((JANUARY, APRIL, SEPTEMBER)))
    assert calendar.due == (JANUARY, APRIL, SEPTEMBER)
    assert calendar.describe() == (
        "Customers pay 3 times a year, in January, April and September; each payment counts until the next."
    )


def test_early_and_late_payments_belong_to_the_due_date_that_most_keep():
    """Two of ten pay in December for January, and one of them in October for September."""

    def moved(who, month):
        if month % 12 == JANUARY and who < 2:
            return month - 1
        return month + 1 if month % 12 == SEPTEMBER and who == 0 else month

    calendar = billing_calendar(paid((JANUARY, APRIL, SEPTEMBER), moved=moved))
    assert (calendar.due, calendar.late) == ((JANUARY, APRIL, SEPTEMBER), (0, 0, 1))
    december, january = FIRST + 23, FIRST + 24
    assert len(set(calendar.number(np.array([december, january])))) == 1
    assert calendar.month(calendar.number(np.array([december]))) == [january]
    # Until October is over, nobody is late for September.
    assert calendar.month(np.array([calendar.last_over(FIRST + 32)])) == [FIRST + 24 + APRIL]
    assert calendar.month(np.array([calendar.last_over(FIRST + 33)])) == [FIRST + 24 + SEPTEMBER]


def test_a_course_of_ten_months_has_ten_due_dates():
    months = [m for m in range(12) if m not in (6, 7)]
    calendar = billing_calendar(paid(months))
    assert calendar.due == tuple(months)
    assert "July and August are paid for by the payments of the others" in calendar.describe()
    june = calendar.number(np.array([FIRST + JUNE]))
    assert calendar.month(june + 1) == [FIRST + SEPTEMBER]


@pytest.mark.parametrize(
    ("months", "years"),
    [(range(12), 3), ((SEPTEMBER,), 3), (range(2, 9), 1)],
    ids=["every month", "once a year", "less than a year on record"],
)
def test_other_payments_have_no_due_dates_of_their_own(months, years):
    assert billing_calendar(paid(months, years=years)) is None


def test_buyers_of_two_long_seasons_have_no_due_dates():
    """Open from March to June and from September to December; a customer buys once a season, in any month of it."""
    rng = np.random.default_rng(3)
    rows = paid((2, 8), customers=60, moved=lambda who, month: month + int(rng.integers(4)))
    assert billing_calendar(rows) is None
