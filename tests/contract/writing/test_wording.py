"""Counts in sentences."""

from __future__ import annotations

import pytest

from referral_playbook.contract.writing.wording import counted


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0 months"), (1, "1 month"), (1.4, "1 month"), (2, "2 months"), (1234, "1,234 months")]
)
def test_a_count_agrees_with_its_noun(number, written):
    assert counted(number, "month") == written
