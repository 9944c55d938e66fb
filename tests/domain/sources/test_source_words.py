"""Words for a source are sorted into groups, and words that nobody assigned are set apart."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from referral_playbook.contract.tables import REFERRER_TYPES
from referral_playbook.domain.sources.source_words import (
    ADVOCACY,
    BY_REFERRER,
    MARKETS,
    NOT_A_REFERRAL,
    RECIPROCAL,
    REFERRING,
    UNKNOWN,
    UNSORTED,
    WORDS,
    by_referral,
    group_of,
    groups,
    listed_words,
    name_of,
)


@pytest.mark.parametrize(
    ("word", "group"),
    [
        ("Referral", ADVOCACY),
        ("referrals", ADVOCACY),
        ("Word-of-mouth", ADVOCACY),
        ("Partners", RECIPROCAL),
        ("partner: Notary De Wit", RECIPROCAL),
        ("paid_search", NOT_A_REFERRAL),
        ("Google Ads", NOT_A_REFERRAL),
        ("(empty)", UNKNOWN),
        ("Unknown", UNKNOWN),
        ("Empfehlung", UNSORTED),
        ("F2F", UNSORTED),
        ("", UNSORTED),
    ],
)
def test_the_group_of_a_word(word, group):
    assert group_of(word, groups()) == group


def test_the_client_says_what_a_word_means():
    own = groups(["Empfehlung=advocacy", "F2F=not a referral"])
    assert group_of("Empfehlung", own) == ADVOCACY
    assert group_of("f2f", own) == NOT_A_REFERRAL
    with pytest.raises(ValueError, match='write "word=group"'):
        groups(["Empfehlung"])
    with pytest.raises(ValueError, match="the groups are"):
        groups(["Empfehlung=friends"])


def test_the_name_stands_after_the_colon():
    assert name_of("reciprocal: Notary De Wit") == "Notary De Wit"
    assert name_of("website:") == "website"


def test_no_word_belongs_to_two_groups():
    tally = Counter(word for words in WORDS.values() for word in words)
    assert [word for word, n in tally.items() if n > 1] == []


def test_every_group_of_referrals_has_a_market_and_every_type_of_referrer_a_group():
    assert set(MARKETS) == set(REFERRING)
    assert set(BY_REFERRER) == set(REFERRER_TYPES)
    assert set(BY_REFERRER.values()) <= set(REFERRING)


def test_the_clients_own_word_goes_before_the_playbooks():
    assert group_of("organic", groups(["organic=advocacy"])) == ADVOCACY
    assert group_of("organic", groups()) == NOT_A_REFERRAL


def test_each_row_is_marked_by_its_own_word():
    written = pd.Series(["Friend", "web", "friends", "unknown", "Friend"], index=[5, 3, 9, 1, 0])
    marked = by_referral(written)
    assert marked.to_dict() == {5: True, 3: False, 9: True, 1: False, 0: True}


def test_a_long_list_of_words_ends_with_how_many_more_there_are():
    counts = {f"w{i}": i for i in range(1, 12)}
    text = listed_words(counts, most=3)
    assert text == "w11 (11), w10 (10), w9 (9) and 8 others"
