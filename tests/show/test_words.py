"""Client text is shown on one line and without characters that break a page or a chart."""

from __future__ import annotations

import pytest

from referral_playbook.show.words import clean, escaped, name


@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\ufdd0", "\ufdef", "\U0001fffe", "\U0010ffff"])
def test_noncharacters_are_dropped_for_no_browser_draws_them(character):
    assert clean(f"insta{character}gram") == "instagram"


def test_control_characters_become_blanks_and_direction_marks_go():
    assert clean("a\x00b\u202ec\ud800") == "a bc"
    assert clean(" Zürich 東京 🙂 ") == "Zürich 東京 🙂"


def test_text_is_escaped_after_it_is_cleaned():
    assert escaped("<b>\ufffe&</b>") == "&lt;b&gt;&amp;&lt;/b&gt;"


def test_a_contract_name_in_words():
    assert name("nps") == "NPS"
    assert name("k_factor") == "K factor"
