"""The small expressions of the facts, each against plain Python over many values."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import ibis
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.facts import expressions as ex

DAYS = [date(2023, 12, 31) + timedelta(days=n) for n in (0, 1, 28, 31, 59, 60, 61, 91, 366, 425)]
PAIRS = [(a, b) for a in DAYS for b in DAYS]


@pytest.fixture(scope="module")
def pairs():
    return ibis.memtable(pd.DataFrame(PAIRS, columns=["a", "b"]), schema={"a": "date", "b": "date"})


def values(table, expression):
    return table.select(x=expression).to_pandas()["x"].tolist()


def whole_months(start, end):
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def test_days_and_months_between_dates(pairs):
    assert values(pairs, ex.days_between(pairs.a, pairs.b)) == [(b - a).days for a, b in PAIRS]
    assert values(pairs, ex.months_between(pairs.a, pairs.b)) == pytest.approx(
        [(b - a).days / 30.4375 for a, b in PAIRS]
    )
    assert values(pairs, ex.whole_months(pairs.a, pairs.b)) == [whole_months(a, b) for a, b in PAIRS]


def test_an_index_of_months_and_back(pairs):
    assert values(pairs, ex.month_index(pairs.b)) == [ex.index_of(b) for _, b in PAIRS]
    assert values(pairs, ex.month_text(ex.month_index(pairs.b))) == [f"{b:%Y-%m}" for _, b in PAIRS]


def test_named_months_keep_a_month_that_is_not_known():
    cells = ibis.memtable(
        {"month": [2024 * 12, None, 2024 * 12 + 11], "n": [1, 2, 3]}, schema={"month": "int64", "n": "int64"}
    )
    rows = ex.named_months(cells).order_by("n").to_pandas()
    assert rows["month"].tolist()[::2] == ["2024-01", "2024-12"]
    assert pd.isna(rows["month"][1])


def test_nothing_and_empty_text_get_a_word():
    table = ibis.memtable({"t": ["a", "", None]}, schema={"t": "string"})
    assert values(table, ex.filled(table.t)) == ["a", ex.NONE, ex.NONE]
    assert values(table, ex.filled(table.t, ex.EMPTY)) == ["a", ex.EMPTY, ex.EMPTY]


TEXTS = ["1", " 2.5 ", "-3", "+4", "1e5", "1,000", "", None, ".5", "5.", "x", "\t7\n", "1 2", "NaN", "inf"]


def test_text_is_a_number_only_where_it_is_written_plainly():
    table = ibis.memtable(pd.DataFrame({"n": range(len(TEXTS)), "t": TEXTS}), schema={"n": "int64", "t": "string"})
    found = table.select("n", x=ex.number(table.t)).order_by("n").to_pandas()["x"]
    plain = {"1": 1.0, " 2.5 ": 2.5, "-3": -3.0, "+4": 4.0, "\t7\n": 7.0}
    assert [None if pd.isna(x) else x for x in found] == [plain.get(t) for t in TEXTS]


def test_blanks_are_taken_off_the_ends_alone_and_letters_stay():
    texts = [" a b ", "\tnet\r\n", "nrtv", "   "]
    table = ibis.memtable(pd.DataFrame({"t": texts}))
    assert values(table, ex.stripped(table.t)) == [t.strip(" \t\r\n") for t in texts]


def test_a_sum_of_money_is_the_same_in_any_order():
    amounts = [0.1] * 1000 + [1e9, -1e9, 0.000001]
    exact = float(sum(Decimal(str(x)) for x in amounts))
    for seed in (1, 2):
        random.Random(seed).shuffle(amounts)
        table = ibis.memtable({"x": amounts})
        assert float(ex.total(table.x).to_pandas()) == exact


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)).filter(lambda day: day.year > 1))
def test_a_year_before_is_the_same_day_but_for_the_leap_day(day):
    before = ex.a_year_before(day)
    assert (before.year, before.month) == (day.year - 1, day.month)
    assert before.day == (28 if (day.month, day.day) == (2, 29) else day.day)
