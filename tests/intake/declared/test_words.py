"""Words that nothing maps: counted, listed, and proposed only where the meaning is safe."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.doubtful_words import MAY_BE_REFERRAL as REFERRAL
from referral_playbook.intake.declared import words as words_module
from referral_playbook.intake.declared.words import LISTED, Tally, bare, count_words, listed, proposal, same

words = st.lists(st.sampled_from(["", "a", "b", "Ä", "yes", "YES"]), max_size=20)


@given(words, st.integers(1, 5))
def test_pieces_are_counted_as_the_whole_the_most_frequent_first(texts: list[str], size: int) -> None:
    tally = Tally()
    for at in range(0, len(texts), size):
        tally.add("status", "customers", "t.csv", "State", pd.Series(texts[at : at + size], dtype=object))
    found = tally.of("customers", "status")
    assert found == dict(Counter(t for t in texts if t))
    assert list(found.items()) == sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    assert tally.of("payments", "status") == {}


def test_of_very_many_words_the_first_are_counted_however_they_are_cut(monkeypatch) -> None:
    monkeypatch.setattr(words_module, "MOST_WORDS", 2)
    texts = ["a", "b", "c", "c", "a", "z"]
    for size in (1, 3, 6):
        counts: dict[str, int] = {}
        for at in range(0, len(texts), size):
            count_words(counts, pd.Series(texts[at : at + size], dtype=object), always=["z"])
        assert counts == {"a": 2, "b": 1, "z": 1}


@pytest.mark.parametrize(
    ("text", "wanted", "is_same"),
    [("Yes", "yes", True), ("paid", "Paid", False), ("TRUE", "true", True), ("Paid", "Paid", True)],
)
def test_only_yes_and_no_match_in_any_case(text: str, wanted: str, is_same: bool) -> None:
    assert same(pd.Series([text]), [wanted]).tolist() == [is_same]


def test_a_use_is_absent_where_none_of_its_words_stands_there() -> None:
    tally = Tally()
    tally.add("where", "payments", "p.csv", "State", pd.Series(["open", "PAID"]), ["paid"])
    (use,) = tally.uses.values()
    assert use.absent
    tally.add("where", "payments", "p.csv", "State", pd.Series(["paid"]), ["paid"])
    assert not use.absent


def test_a_long_list_says_how_many_words_are_left_out() -> None:
    text = listed({f"w{i:02d}": 1 for i in range(LISTED + 3)})
    assert text.endswith(" and 3 more words")
    assert text.count("(1)") == LISTED


def test_words_that_differ_by_case_and_signs_alone_are_proposed() -> None:
    text = proposal({"Very Disappointed!": 3, "egal": 2}, ["very disappointed"], "[tables.surveys.values]", "answer")
    assert '{ "very disappointed" = ["Very Disappointed!"] }' in text
    assert text.endswith("still to be mapped: 'egal' (2)")
    assert bare("Word-of  Mouth") == "wordofmouth"


def test_where_no_meaning_is_safe_nothing_is_proposed() -> None:
    assert '= ["..."], ... }' in proposal({"egal": 2}, ["pmf"], "[t]", "answer")


@pytest.mark.parametrize("word", ["Empfehlung", "Word-of-mouth", "parrainage", "Amigo", "recommended"])
def test_words_of_several_languages_may_mean_a_referral(word: str) -> None:
    assert REFERRAL.search(word)
    assert not REFERRAL.search("search")
