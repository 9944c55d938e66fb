"""Values as TOML writes them."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.client_toml.toml_text import literal

SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
)


@given(SCALARS)
def test_a_toml_reader_reads_back_what_was_written(value):
    read = tomllib.loads(f"x = {literal(value)}")["x"]
    assert read == value
    assert type(read) is type(value)


def test_a_day_stands_bare_and_a_list_in_brackets():
    assert tomllib.loads(f"x = {literal(date(2026, 9, 30))}") == {"x": date(2026, 9, 30)}
    assert tomllib.loads(f"x = {literal(['a', 'b'])}") == {"x": ["a", "b"]}


@pytest.mark.parametrize("text", ["two\nlines", 'a "quote"', "back\\slash", "bell\x07", "\x7f"])
def test_signs_that_toml_would_misread_are_escaped(text):
    assert "\n" not in literal(text)
    assert tomllib.loads(f"x = {literal(text)}") == {"x": text}
