"""The rows of a file as text, each cell with its place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.intake.files.source import Source, as_text, constant, source, stacked

cell = st.sampled_from(["", "a", "b", " a "])


def made(columns: dict[str, list[str]], first_line: int = 2) -> Source:
    rows = len(next(iter(columns.values())))
    lines = np.arange(first_line, first_line + rows, dtype=np.int64)
    return source("t.csv", list(columns), [as_text(column) for column in columns.values()], lines=lines)


@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=8))
def test_blank_rows_are_counted_and_left_out(rows: list[tuple[str, str]]) -> None:
    found = made({"x": [x for x, _ in rows], "y": [y for _, y in rows]}).without_blank_rows()
    full = [(i, x.strip(), y.strip()) for i, (x, y) in enumerate(rows) if x.strip() or y.strip()]
    assert (found.rows, found.blank_rows) == (len(full), len(rows) - len(full))
    assert found.cells["x"].text.tolist() == [x for _, x, _ in full]
    assert found.cells["y"].place.lines.tolist() == [i + 2 for i, _, _ in full]


def test_columns_without_a_header_and_headers_that_stand_twice_have_a_number() -> None:
    lines = np.array([2], dtype=np.int64)
    found = source("t.csv", ["a", "", "a"], [as_text([x]) for x in "123"], lines=lines)
    assert list(found.cells) == ["a", "#2", "#3"]
    assert found.twice == {"a"}
    assert [found.find(h).text[0] for h in ("a", "#1", "#2", "#3")] == ["1", "1", "2", "3"]  # type: ignore[union-attr]
    assert found.find("#4") is None
    assert found.find("b") is None


def test_rows_that_are_not_there_give_empty_cells() -> None:
    cells = made({"x": ["a", "b", "c"]}).cells["x"].take(np.array([2, -1, 0]))
    assert cells.text.tolist() == ["c", "", "a"]
    assert cells.empty.tolist() == [False, True, False]


def test_numbers_of_a_file_become_text_where_somebody_asks() -> None:
    lines = np.arange(3, dtype=np.int64)
    column = pa.chunked_array([pa.array([1.0, None, 2.5])])
    cells = source("t.parquet", ["x"], [column], lines=lines, typed=[np.ones(3, dtype=bool)]).cells["x"]
    assert cells.native is column
    assert cells.empty.tolist() == [False, True, False]
    assert cells.text.tolist() == ["1", "", "2.5"]


@given(st.lists(cell, min_size=1, max_size=12))
def test_cells_have_the_same_hash_exactly_where_they_have_the_same_text(texts: list[str]) -> None:
    cells = made({"x": texts}).cells["x"]
    alike = cells.hashes[:, None] == cells.hashes[None, :]
    text = np.array(cells.text.tolist())
    assert np.array_equal(alike, text[:, None] == text[None, :])
    assert np.array_equal(cells.hashes == 0, cells.empty)


def test_stacked_columns_keep_the_place_of_every_cell() -> None:
    one, other = made({"x": ["a"]}, 2).cells["x"], made({"x": ["b", "c"]}, 7).cells["x"]
    both = stacked([one, other])
    assert both.text.tolist() == ["a", "b", "c"]
    assert both.place.lines.tolist() == [2, 7, 8]


def test_a_constant_stands_on_no_line() -> None:
    place = made({"x": ["a"]}).cells["x"].place
    cells = constant("new", place, 2)
    assert cells.text.tolist() == ["new", "new"]
    assert cells.place.lines.tolist() == [-1, -1]
    assert as_text(pd.Series([" x ", None])).tolist() == ["x", ""]
