"""Counts and lists in sentences."""

from __future__ import annotations

import pytest

from referral_playbook.contract.writing.wording import counted, listed


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0 months"), (1, "1 month"), (1.4, "1 month"), (2, "2 months"), (1234, "1,234 months")]
)
def test_a_count_agrees_with_its_noun(number, written):
    assert counted(number, "month") == written


def test_items_stand_in_a_row_of_words():
    rows = ([], ["a"], ["a", "b"], ["a", "b", "c"])
    assert [listed(items) for items in rows] == ["", "a", "a and b", "a, b and c"]
    assert listed(["a", "b", "c"], "or") == "a, b or c"
