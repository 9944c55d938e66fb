"""Client text is shown on one line and without characters that break a page or a chart."""

from __future__ import annotations

import pytest

from referral_playbook.show.words import clean, escaped, name, plain, spelled, title


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


def test_numbers_and_steps_have_the_titles_of_the_glossary():
    assert title("nps") == "Net Promoter Score"
    assert title("customer_value") == "Customer value"
    assert title("break_even") == "Break even"
    assert plain("pmf_check, break_even") == "PMF check, Break even"


def test_our_names_are_written_in_words_within_a_sentence():
    assert plain("taken from value_exchange") == 'taken from "Value exchange"'
    assert plain("referrals: referred_on to converted_on") == "referrals: referred on to converted on"
    assert plain("the customer_value of today") == "the customer value of today"
    assert plain("leads.given_or_received") == "leads.given or received"


@pytest.mark.parametrize(
    "text", ["paid_search", "joined_on.csv", "data/joined_on/x", "joined_on = 3", "left_on_purpose", "no name at all"]
)
def test_words_of_the_client_and_names_of_files_stay(text):
    assert plain(text) == text


def test_flags_are_spelled_out():
    assert spelled("self_referral") == "Self referral"
