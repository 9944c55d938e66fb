"""A proposal with its evidence, as it stands in a comment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.intake.proposals.guesses import Guess, shown


@given(st.text(max_size=80), st.integers(1, 30))
def test_a_value_never_leaves_its_line(text: str, at_most: int) -> None:
    quoted = shown(text, at_most=at_most)
    assert quoted[0] == quoted[-1] == '"'
    assert quoted.isprintable()
    assert len(quoted) <= at_most + 5
    if len(text) <= at_most and text.isprintable():
        assert quoted == f'"{text}"'


def test_a_comment_says_how_sure_and_why() -> None:
    assert Guess(";", "likely", "3 of 3 lines have it").comment == "likely: 3 of 3 lines have it"
