"""Values as TOML writes them."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.client_toml.toml_text import literal, write_whole

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


@pytest.mark.parametrize("text", ["two\nlines", 'a "quote"', "back\\slash", "bell\x07", "\x7f"])
def test_signs_that_toml_would_misread_are_escaped(text):
    assert "\n" not in literal(text)
    assert tomllib.loads(f"x = {literal(text)}") == {"x": text}


def test_a_file_is_replaced_at_once(tmp_path):
    path = tmp_path / "decisions.toml"
    path.write_text("old = 1\n", encoding="utf-8")
    write_whole(path, "new = 2\n")
    assert path.read_text(encoding="utf-8") == "new = 2\n"
    assert list(tmp_path.iterdir()) == [path]
