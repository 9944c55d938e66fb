"""Columns by the words of their header and by their values; tables by their columns."""

from __future__ import annotations

import pytest

from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.files.peek import peek
from referral_playbook.intake.proposals.matching import match_table, quality, tables_for


@pytest.fixture
def look(tmp_path):
    def looking(text, name="export.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return peek(tmp_path / name)

    return looking


def headers(found, table):
    return {name: one.header for name, one in match_table(TABLES[table], found).columns.items()}


def test_german_headers_are_found(look):
    found = look("Kunden-Nr.;Name;Zahldatum;Betrag\nK1;A;03.01.2026;1,50\nK2;B;04.01.2026;2,50\n")
    assert headers(found, "payments") == {"customer_id": "Kunden-Nr.", "paid_on": "Zahldatum", "amount": "Betrag"}


def test_a_header_whose_values_do_not_fit_is_not_taken(look):
    found = look("customer,paid on,amount\nA,yes,10\nB,no,20\n")
    assert "paid_on" not in headers(found, "payments")
    assert match_table(TABLES["payments"], found).missing == ("paid_on",)


def test_a_key_that_stands_in_many_rows_is_no_key(look):
    rows = "".join(f"A,2026-01-{day:02d},5\n" for day in range(1, 21))
    found = look("customer id,start date,plan\n" + rows)
    assert "customer_id" not in headers(found, "customers")


def test_a_rival_makes_a_match_likely_and_is_named(look):
    found = look("Kunde;Rechnungsdatum;Zahldatum;Betrag\nA;01.02.2026;03.02.2026;5,00\nB;02.02.2026;05.02.2026;6,00\n")
    matched = match_table(TABLES["payments"], found).columns["paid_on"]
    assert (matched.header, matched.guess.sure) == ("Zahldatum", "likely")
    assert '"Rechnungsdatum" could be paid_on too' in matched.guess.evidence


@pytest.mark.parametrize(
    ("text", "name", "table"),
    [
        ("Kunde;Datum;Betrag\nA;01.02.2026;5,00\nA;02.02.2026;5,00\n", "Umsatz.csv", "payments"),
        ("Kundennummer;Kunde seit;Tarif\n1;01.02.2026;S\n2;02.02.2026;M\n", "export.csv", "customers"),
        ("Anfrage-Nr.;Eingang;Quelle;Abschluss am\n1;01.02.2026;Google;\n2;02.02.2026;;03.02.2026\n", "x.csv", "leads"),
        ("Werber,Geworbener,Datum\nA,B,2026-02-01\nA,C,2026-02-03\n", "empfehlungen.csv", "referrals"),
        ("Monat;Posten;Stunden;Kosten\n2026-01;Mails;3;20\n", "Kosten.csv", "costs"),
    ],
)
def test_the_table_that_fits_best(look, text, name, table):
    fits = tables_for(look(text, name))
    assert fits[0].table == table
    assert all(fits[0].score > other.score for other in fits[1:])


def test_a_referral_without_an_id_has_its_friends(look):
    found = look("Werber,Geworbener,Datum\nA,B,2026-02-01\nA,C,2026-02-03\n")
    assert headers(found, "referrals")["referral_id"] == "Geworbener"
    again = look("Werber,Geworbener,Datum\nA,B,2026-02-01\nC,B,2026-02-03\n")
    assert "referral_id" not in headers(again, "referrals")


def test_quality_falls_with_the_place_of_a_word_and_with_other_words_around_it():
    words = ["payment date", "date"]
    assert quality("Payment Date", "paid_on", words) > quality("Date", "paid_on", words)
    assert 0 < quality("Payment date (UTC)", "paid_on", words) < quality("Date", "paid_on", words)
    assert quality("Update", "paid_on", words) == 0
