"""Small pieces of English: sentences, ranges and repeats."""

from __future__ import annotations

import pytest

from referral_playbook.contract.estimate import assumed
from referral_playbook.run.report.memo.words import distinct, range_of, sentence, sentences


@pytest.mark.parametrize(
    ("text", "most", "first"),
    [
        ("It costs 3.5 a month. It pays.", 1, "It costs 3.5 a month."),
        ("Stop! Why? Because.", 2, "Stop! Why?"),
        ("One only", 3, "One only"),
        ("It pays. £20 comes back.", 1, "It pays."),
    ],
)
def test_a_sentence_ends_where_another_begins(text, most, first):
    assert sentences(text, most) == first


@pytest.mark.parametrize(
    ("text", "right"), [("", ""), ("go", "Go."), ("Why?", "Why?"), ("fill left_on (step 02)", "Fill left on.")]
)
def test_a_sentence_has_a_capital_and_a_stop_and_no_name_of_ours(text, right):
    assert sentence(text) == right


def test_a_decided_number_has_no_range():
    said = {"unit": "GBP", "per": "reward", "source": "owner"}
    assert range_of(assumed(25, 25, 25, **said)) == ""
    assert range_of(assumed(25, 20, 40, **said)) == "£20 to £40"


def test_items_that_differ_in_case_or_a_full_stop_are_repeats():
    assert distinct(["Ask.", "ask", "Give", "ASK. "]) == ["Ask.", "Give"]
