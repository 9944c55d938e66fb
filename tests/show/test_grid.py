"""From rows to a table: which cells are numbers, what is escaped, and which range belongs to which value."""

from __future__ import annotations

import html
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Estimate
from referral_playbook.show.grid import Column, Figure, column, folded, headings_of, records, render

ROWS = [
    {"segment": "SMB", "rate": 0.4, "rate_low": 0.3, "rate_high": 0.5},
    {"segment": "Enterprise", "rate": 0.1, "rate_low": 0.05, "rate_high": None},
]


def test_frames_and_dictionaries_are_the_same_rows() -> None:
    frame = pd.DataFrame({"a": [1, 2], 3: ["x", "y"]})
    assert records(frame) == [{"a": 1, "3": "x"}, {"a": 2, "3": "y"}] == records(frame.to_dict("records"))


def test_a_value_and_its_limits_become_one_cell() -> None:
    first, second = folded(ROWS, {"rate": "share"}, None)
    assert list(first) == ["segment", "rate"]
    assert (first["rate"].value, first["rate"].low, first["rate"].high) == (0.4, 0.3, 0.5)
    assert isinstance(second["rate"], Estimate)
    assert second["rate"].high is None


def test_a_limit_that_was_asked_for_stays_a_column() -> None:
    assert list(folded(ROWS, {}, ["rate", "rate_low"])[0]) == ["segment", "rate", "rate_low", "rate_high"]


def test_headings_are_in_the_order_of_the_rows_and_unknown_ones_are_refused() -> None:
    assert list(headings_of([{"b": 1}, {"a": 1, "b": 2}], None)) == ["b", "a"]
    assert headings_of([{"a": 1}], {"a": "First"}) == {"a": "First"}
    with pytest.raises(KeyError, match="no column 'c'; the table has a"):
        headings_of([{"a": 1}], ["a", "c"])


@pytest.mark.parametrize(
    ("values", "how", "cells", "right"),
    [
        ([0.4, None], "share", ("40%", "not known"), True),
        ([1234, float("nan")], None, ("1,234", "not known"), True),
        (["a", None], None, ("a", ""), False),
        ([True, np.bool_(False)], None, ("yes", "no"), False),
        ([date(2026, 9, 30), pd.NaT], None, ("30 Sept 2026", ""), False),
        ([Figure("£1,000"), Figure("£20")], None, ("£1,000", "£20"), True),
        ([2, 3], lambda x: "*" * x, ("**", "***"), True),
        ([None, pd.NA], None, ("not known", "not known"), False),
    ],
)
def test_cells_are_written_by_their_type(values, how, cells, right) -> None:  # type: ignore[no-untyped-def]
    made = column("x", values, how)
    assert (made.cells, made.right) == (cells, right)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.text(max_size=20))
def test_no_cell_can_write_html(cells: list[str], caption: str) -> None:
    made = render([column("name", cells, None, personal=True)], caption)
    inner = re.sub(r"</?(?:table|caption|thead|tbody|tr|th|td)\b[^<>]*>", "", made.html)
    assert "<" not in inner
    assert ">" not in inner


def test_the_page_and_the_plain_text_have_the_same_cells() -> None:
    made = render([column("who", ["A & B", "C"], None), column("n", [5, 1234], None)], "Two rows")
    assert html.unescape(re.sub("<[^>]+>", "|", made.html)).count("A & B") == 1
    assert made.text.splitlines() == ["Two rows", "who   |     n", "----- | -----", "A & B |     5", "C     | 1,234"]
    assert made._repr_html_() == made.html
    assert repr(made) == made.text


def test_a_table_of_more_than_four_columns_is_set_closer() -> None:
    columns = [Column(heading=str(i), cells=("x",), right=False) for i in range(5)]
    assert 'class="playbook"' in render(columns[:4], "").html
    assert 'class="playbook wide"' in render(columns, "").html


def test_cells_that_identify_people_are_marked_for_leaving_out() -> None:
    html_of = render([column("id", ["B0001"], None, personal=True, identity=True), column("n", [1], None)], "").html
    assert html_of.count('class="text personal id"') == 2
    assert 'class="number"' in html_of
