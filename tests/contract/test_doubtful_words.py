"""Words in other languages that may mean a referral, or that nobody knows."""

from __future__ import annotations

import pytest

from referral_playbook.contract.doubtful_words import MAY_BE_REFERRAL, MAY_BE_UNKNOWN, NOBODY, doubtful, why_withheld


@pytest.mark.parametrize(
    "word",
    [
        "Empfehlung", "Mund-zu-Mund", "recommandation", "boca a boca", "Freunde werben", "bouche-à-oreille",
        "passaparola", "Amigo", "mond-tot-mond", "refer a friend", "Word-of-mouth",
    ],
)  # fmt: skip
def test_a_word_that_may_mean_a_referral(word):
    assert MAY_BE_REFERRAL.search(word)


@pytest.mark.parametrize(
    "word", ["unbekannt", "no sabe", "N/A", "k. A.", "inconnu", "Don't know", "(not set)", "-", "?"]
)
def test_a_word_that_says_that_nobody_knows(word):
    assert MAY_BE_UNKNOWN.fullmatch(word)


@pytest.mark.parametrize("word", ["Messe", "Google", "search", "Anzeige", "feria", "event", "NAB Show", "Nonesuch"])
def test_other_sources_are_no_question(word):
    assert not MAY_BE_REFERRAL.search(word)
    assert not MAY_BE_UNKNOWN.fullmatch(word)


def test_few_doubtful_rows_withhold_nothing():
    assert doubtful({"unbekannt": 5, "Messe": 95}, known=100) == {}
    assert doubtful({"unbekannt": 6, "Messe": 94}, known=100) == {"unbekannt": 6}
    assert doubtful({"Empfehlung": 50}, known=100, unknown_only=True) == {}


def test_the_reason_names_words_counts_and_place():
    reason = why_withheld({"unbekannt": 6, "k. A.": 1}, "leads")
    assert reason == (
        "nothing says what the sources 'unbekannt' (6 rows), 'k. A.' (1 row) mean: map them in client.toml, "
        "[tables.leads.values] source"
    )


def test_words_for_nobody_are_written_as_they_are_compared():
    assert {word.casefold() for word in NOBODY} == NOBODY
