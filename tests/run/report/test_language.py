"""Plain English in the memo: no forbidden words, one style of money, and sentences that are easy to read."""

from __future__ import annotations

import pytest

from referral_playbook.run.report.memo.memo import memo_html

from . import sample_results as samples
from .language import faults, reading_ease, syllables
from .pages import Page


@pytest.mark.parametrize("findings", [samples.rich(), samples.poor()], ids=["rich", "poor"])
def test_the_memo_uses_no_forbidden_word(findings):
    assert faults(Page(memo_html(findings)).text) == []


def test_the_memo_is_easy_to_read():
    assert reading_ease(Page(memo_html(samples.rich())).text) >= 55


@pytest.mark.parametrize(
    "text", ["683 GBP", "£683 GBP", "1 months", "value None", "£25 (no range given)", "see break_even", "(step 02)"]
)
def test_faults_are_found(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text", ["£683", "1 month", "21 months", "11 customers", "nonetheless", "information", "10.1 times"]
)
def test_plain_text_has_no_faults(text):
    assert faults(text) == []


def test_reading_ease_of_a_known_sentence():
    # 6 words, 1 sentence, 6 syllables: 206.835 - 6.09 - 84.6
    assert reading_ease("The cat sat on the mat.") == pytest.approx(116.145)
    assert [syllables(w) for w in ("time", "table", "referral", "a")] == [1, 2, 3, 1]
