"""The words of clients: of the contract's tables and columns, and of headers that are one of a kind."""

from __future__ import annotations

import pytest

from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.declared.vocabulary import plain, says, vocabulary, word_for


def test_the_vocabulary_names_only_tables_columns_and_words_of_the_contract():
    known = vocabulary()
    for table in set(known) - {"questions", "words", "kinds"}:
        assert set(known[table]) - {"files"} <= set(TABLES[table].names)
    assert set(known["questions"]) == {"nps", "pmf", "csat", "ces"}


def test_words_that_are_safe_and_words_that_are_not():
    assert word_for("source", "Kunden-werben-Kunden") == "referral"
    assert word_for("status", "gekündigt") == "left"
    assert word_for("source", "Facebook") is None


def test_a_sharp_s_and_signs_do_not_matter():
    assert plain("Straße (€)") == "strasse"


@pytest.mark.parametrize("header", ["Währung", "waehrung", "Order Currency", "transactionCurrency"])
def test_headers_that_name_the_currency_of_each_row(header):
    assert says(header, "currencies")
