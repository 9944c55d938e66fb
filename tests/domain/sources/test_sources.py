"""Words for a source are sorted into groups, and a word that nobody assigned is never counted as something else."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.domain.sources.source_words import (
    ADVOCACY,
    NOT_A_REFERRAL,
    RECIPROCAL,
    UNKNOWN,
    UNSORTED,
    group_of,
    groups,
    name_of,
)
from referral_playbook.domain.sources.sources import Sources


def made(table="leads", **leads):
    """Sources of one month from `word=(leads, won)`."""
    rows = [{"month": "2026-01", "source": w, "leads": n, "won": k, "value": 100.0 * k} for w, (n, k) in leads.items()]
    deals = pd.DataFrame([{"source": w, "value": 100.0, "deals": k} for w, (_, k) in leads.items()])
    group = {word: group_of(word, groups()) for word in leads}
    return Sources(table=table, per="lead", rows=pd.DataFrame(rows), deals=deals, group=group)


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


def test_unassigned_words_are_counted():
    assert made(Empfehlung=(7, 3), search=(5, 1)).unsorted == {"Empfehlung": 7}
    assert made("customers", Empfehlung=(7, 3)).unsorted == {"Empfehlung": 3}
    assert made(search=(5, 1)).unsorted == {}


def test_the_name_stands_after_the_colon():
    assert name_of("reciprocal: Notary De Wit") == "Notary De Wit"
    assert name_of("website:") == "website"
