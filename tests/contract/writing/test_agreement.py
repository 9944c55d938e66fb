"""The singular after one, and only after the number one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.writing.agreement import NOUNS, agreed


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1 customers were lost", "1 customer was lost"),
        ("1 new customers have come", "1 new customer has come"),
        ("1 people do", "1 person does"),
        ("1 in 10 customers", "1 in 10 customers"),
        ("1 of 5 months", "1 of 5 months"),
        ("2.1 months", "2.1 months"),
        ("3,1 months", "3,1 months"),
        ("-1 months", "-1 months"),
        ("11 customers were lost", "11 customers were lost"),
    ],
)
def test_only_the_number_one_takes_the_singular(text: str, right: str) -> None:
    assert agreed(text) == right


@given(st.integers(2, 10_000), st.sampled_from(NOUNS))
def test_other_numbers_stay_as_they_are(n: int, noun: str) -> None:
    text = f"{n} {noun} were counted"
    assert agreed(text) == text


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_its_singular_and_is_left_alone_the_second_time(noun: str) -> None:
    once = agreed(f"1 {noun} are there")
    assert once == f"1 {'person' if noun == 'people' else noun[:-1]} is there"
    assert agreed(once) == once
