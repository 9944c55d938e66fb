"""Limits can be raised where a machine has the memory."""

from __future__ import annotations

import pytest

from referral_playbook.intake.files.limits import MOST_COLUMNS, _limit


@pytest.mark.parametrize(("given", "limit"), [("5000", 5000), ("", 2000), ("many", 2000), ("-1", 2000)])
def test_a_limit_is_the_usual_one_or_the_number_of_the_environment(monkeypatch, given, limit):
    monkeypatch.setenv("REFERRAL_PLAYBOOK_MOST_COLUMNS", given)
    assert _limit("MOST_COLUMNS", 2000) == limit
    assert MOST_COLUMNS == 2000
