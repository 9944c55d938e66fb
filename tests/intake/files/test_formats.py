"""Formats of dates and numbers: every one that fits is found, and what is not decided by the values stays open."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files.formats import are_numbers, bare, date_fits, guess_dates, guess_marks


@pytest.mark.parametrize(
    ("values", "form", "sure"),
    [
        (["03.01.2026", "28.02.2026"], "%d.%m.%Y", "certain"),
        (["3.1.26", "28.2.26"], "%d.%m.%y", "certain"),
        (["31/01/2026", "01/02/2026"], "%d/%m/%Y", "certain"),
        (["01/31/2026", "02/01/2026"], "%m/%d/%Y", "certain"),
        (["2026-01-31", "2026-02-01"], None, "certain"),
        (["2026-01-31 08:15", "2026-02-01 09:00"], "iso", "certain"),
        (["2026-01-31T08:15:00.000Z"], "iso", "certain"),
        (["05/31/2026 11:59 PM", "06/01/2026 9:05 AM"], "%m/%d/%Y %I:%M %p", "certain"),
        (["2026-05-01 10:00:00 +0200"], "%Y-%m-%d %H:%M:%S %z", "certain"),
        (["2026/09/27 3:00:00 PM GMT+3", "2026/10/28 4:00:00 PM GMT+2"], "%Y/%m/%d %I:%M:%S %p %z", "certain"),
        (["1777629600", "1777716000"], "epoch", "certain"),
        (["20260131", "20260201"], "%Y%m%d", "certain"),
        (["Jan 31, 2026"], "%b %d, %Y", "certain"),
        (["31 Jan 2026"], "%d %b %Y", "certain"),
    ],
)
def test_a_form_that_alone_fits_is_found(values, form, sure):
    guess = guess_dates(values)
    assert (guess.value, guess.sure) == (form, sure)


def test_day_and_month_that_could_be_either_stay_open_with_both_readings():
    guess = guess_dates(["03/04/2026", "05/06/2026"])
    assert (guess.value, guess.sure) == (None, "open")
    assert dict(guess.options) == {
        "%d/%m/%Y": "the day stands first: 03/04/2026 is 3 April 2026",
        "%m/%d/%Y": "the month stands first: 03/04/2026 is 4 March 2026",
    }


def test_one_mistake_does_not_hide_the_form_and_is_counted():
    guess = guess_dates(["03.01.2026", "31.02.2026", "28.02.2026", "15.03.2026", "16.03.2026"])
    assert (guess.value, guess.sure) == ("%d.%m.%Y", "likely")
    assert "4 of 5" in guess.evidence


def test_a_value_that_is_no_date_in_one_form_makes_the_other_likely():
    guess = guess_dates(["05/03/2026", "05/04/2026", "05/04/2026 ".strip(), "05/14/2026", "06/01/2026"])
    assert (guess.value, guess.sure) == ("%m/%d/%Y", "likely")


@pytest.mark.parametrize("values", [["Basis", "Plus"], ["12,50", "3,00"], ["1001", "1002"], []])
def test_what_is_no_date_has_no_form(values):
    assert date_fits(values) == []
    assert guess_dates(values) is None


@pytest.mark.parametrize(
    ("values", "decimal", "thousands", "sure"),
    [
        (["1.234,50", "12,00"], ",", ".", "certain"),
        (["1,234.50", "12.00"], ".", ",", "certain"),
        (["1 234,50"], ",", " ", "certain"),
        (["1'234.50"], ".", "'", "certain"),
        (["12.5", "7"], ".", None, "certain"),
        (["7", "12"], ".", None, "certain"),
        (["0.125", "1.250"], ".", None, "certain"),
        (["1.234.567", "2.500"], ",", ".", "certain"),
        (["1.234", "2.500"], None, None, "open"),
        (["1,234", "2,500"], None, None, "open"),
        (["12,50", "12.50"], None, None, "open"),
    ],
)
def test_the_marks_of_numbers(values, decimal, thousands, sure):
    guess, group = guess_marks(values)
    assert (guess.value, group, guess.sure) == (decimal, thousands, sure)


def test_open_marks_say_what_each_would_mean():
    guess, _ = guess_marks(["1.234"])
    assert guess.options == (((".", None), "1.234 is a little more than 1"), ((",", "."), "1.234 is 1,234"))


@pytest.mark.parametrize(
    ("value", "number"),
    [("€ 12,50", "12,50"), ("12,50 EUR", "12,50"), ("(12.00)", "-12.00"), ("12.00-", "-12.00"), ("-3", "-3")],
)
def test_a_number_without_its_currency_and_with_its_sign(value, number):
    assert bare(value) == number


def test_numbers_with_a_mistake_are_numbers_and_words_are_not():
    assert are_numbers(["1", "2", "3", "abc"])
    assert not are_numbers(["1", "2", "abc", "def"])
    assert not are_numbers(["03.01.2026", "28.02.2026"])
