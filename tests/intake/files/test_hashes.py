"""Cells and rows as numbers: equal where the cells are equal, different where they differ, whatever their type."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.intake.files.hashes import (
    beyond_first,
    different,
    is_number,
    number_hashes,
    row_hashes,
    stands_twice,
    text_hashes,
)


def texts(*words):
    return pa.chunked_array([pa.array(words, pa.large_string())])


@given(st.lists(st.text(alphabet="ab é\0", max_size=20), max_size=30))
def test_texts_have_the_same_number_exactly_where_they_are_the_same(words):
    found = text_hashes(texts(*words))
    for i, one in enumerate(words):
        for j, other in enumerate(words):
            assert (found[i] == found[j]) == (one == other)


@pytest.mark.parametrize("length", [7, 8, 9, 15, 16, 17, 1_000])
def test_every_byte_of_a_long_text_counts(length):
    """Eight bytes are taken at a time; a change in any of them changes the number."""
    text = "x" * length
    changed = [text[:i] + "y" + text[i + 1 :] for i in {0, length // 2, length - 1}]
    assert len(set(text_hashes(texts(text, text + "x", *changed)).tolist())) == 2 + len(changed)


def test_pieces_of_a_column_and_slices_of_it_have_the_numbers_of_the_whole():
    words = [f"id-{i}" for i in range(50)]
    whole = text_hashes(texts(*words))
    parts = pa.chunked_array([pa.array(words[:7], pa.large_string()), pa.array(words[7:], pa.large_string())])
    assert (text_hashes(parts) == whole).all()
    sliced = pa.chunked_array([pa.array(["before", *words], pa.large_string()).slice(1)])
    assert (text_hashes(sliced) == whole).all()


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2, None, 1], pa.int64()),
        pa.array([1, 2, None, 1], pa.int8()),
        pa.array([1.5, -0.25, None, 1.5], pa.float64()),
        pa.array([dt.date(2026, 1, 1), dt.date(1969, 1, 1), None, dt.date(2026, 1, 1)]),
        pa.array([dt.datetime(2026, 1, 1, 2), dt.datetime(1969, 1, 1), None, dt.datetime(2026, 1, 1, 2)]),
    ],
    ids=lambda c: str(c.type),
)
def test_numbers_and_dates_are_compared_as_numbers_and_empty_ones_are_nought(column):
    assert is_number(column.type)
    found = number_hashes(pa.chunked_array([column]))
    assert found[0] == found[3] != found[1]
    assert found[2] == 0
    assert 0 not in found[:2]


def test_a_nan_is_an_empty_cell_and_a_nought_is_none():
    found = number_hashes(pa.chunked_array([pa.array([float("nan"), 0.0])]))
    assert (found[0], bool(found[1])) == (0, True)


def test_text_and_unsigned_numbers_are_not_taken_for_numbers():
    assert not is_number(pa.large_string())
    assert not is_number(pa.uint64())
    assert not is_number(pa.bool_())


def test_rows_differ_where_cells_change_places():
    a, b = (text_hashes(texts(*w)) for w in (("x", "y", "x"), ("y", "x", "y")))
    rows = row_hashes([a, b])
    assert rows[0] == rows[2] != rows[1]
    assert (row_hashes([a]) == a).all()
    assert row_hashes([]).tolist() == []


@given(st.lists(st.integers(0, 6), max_size=25))
def test_repeats_are_counted_as_a_loop_would_count_them(numbers):
    hashes = np.array(numbers, dtype=np.uint64)
    assert stands_twice(hashes).tolist() == [numbers.count(n) > 1 for n in numbers]
    assert different(hashes).tolist() == sorted(set(numbers))
    assert beyond_first(hashes) == sum(n in numbers[:i] for i, n in enumerate(numbers))
