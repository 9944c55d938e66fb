"""What to bring is said in words that a client knows, for everything that step 00 may ask for."""

from __future__ import annotations

import re

from referral_playbook.contract.exports import EXPORTS, in_plain_words
from referral_playbook.steps.intake.coverage_needs import NEEDS


def asked_for():
    kinds = (alternatives for need in NEEDS for alternatives in (need.measured, need.benchmark, need.assumed))
    return {has.bring for alternatives in kinds for parts in alternatives for has in parts if has.bring}


def test_everything_that_step_00_asks_for_has_plain_words():
    assert asked_for() - set(EXPORTS) == set()


def test_no_name_of_a_column_is_left():
    assert [text for text in EXPORTS.values() if re.search(r"[a-z]_[a-z]|:$", text)] == []
    assert in_plain_words("your own words") == "your own words"
