"""The small expressions that all facts are made of: months, days, money, words for nothing.

Written so that every engine gives the same numbers: days between *dates* only (engines disagree on
timestamps), money added as decimals (a sum of floats depends on the order of rows and threads).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

DAYS_PER_MONTH = 30.4375
NONE = "(none)"
EMPTY = "(empty)"


def filled(column: ibis.StringValue, word: str = NONE) -> ibis.StringValue:
    """Text with a word where there is nothing, so that no group-by loses the row."""
    return column.nullif("").fill_null(word)


def month_index(day: Any) -> Any:
    """Months since the year 0 as an integer: differences are whole calendar months."""
    return day.year() * 12 + day.month() - 1


def index_of(day: date) -> int:
    """`month_index` of a Python date.

    Examples
    --------
    >>> index_of(date(2026, 1, 31)) - index_of(date(2025, 12, 1))
    1
    """
    return day.year * 12 + day.month - 1


def month_text(index: Any) -> Any:
    """``YYYY-MM`` of a month index."""
    digits = (((index // 12) * 100) + (index % 12) + 1).cast("int64").cast("string")
    return digits.substr(0, 4) + "-" + digits.substr(4, 2)


def named_months(cells: ibis.Table) -> ibis.Table:
    """Counts by month, whose column `month` is an index, with ``YYYY-MM`` in its place (null for null).

    Rows are counted by the index, because text made for every row would cost more than the counting.
    """
    return cells.mutate(month=month_text(cells.month))


def days_between(start: Any, end: Any) -> Any:
    """Whole days from `start` to `end`, both dates."""
    return end.delta(start, unit="day")


def months_between(start: Any, end: Any) -> Any:
    """Months of 30.4375 days from `start` to `end`, a float."""
    return days_between(start, end).cast("float64") / DAYS_PER_MONTH


def whole_months(start: Any, end: Any) -> Any:
    """Whole calendar months from `start` to `end`: 15 January to 15 February is 1, to 14 February 0."""
    short = (end.day() < start.day()).ifelse(1, 0)
    return month_index(end) - month_index(start) - short


def exact(amount: Any) -> Any:
    """Money to six decimals: its sum does not depend on the order of rows, as a sum of floats does."""
    return amount.cast("decimal(24, 6)")


def total(amount: Any, *, where: Any = None) -> Any:
    """The sum of money, the same in any order; null where there is none."""
    return exact(amount).sum(where=where).cast("float64")


def a_year_before(day: date) -> date:
    """The same day a year earlier; 29 February becomes 28.

    Examples
    --------
    >>> a_year_before(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def stripped(text: ibis.StringValue) -> ibis.StringValue:
    """Text without blanks around it. Not `strip()`: on Spark, Ibis 12 has it take the letters n, r, t, v too."""
    return text.re_replace("^[ \t\r\n]+|[ \t\r\n]+$", "")


def number(text: ibis.StringValue) -> ibis.FloatingValue:
    """Text as a number, null where it is none (a cast alone would stop some engines)."""
    bare = stripped(text)
    return bare.re_search(r"^[-+]?[0-9]+([.][0-9]+)?$").ifelse(bare, ibis.null("string")).cast("float64")
