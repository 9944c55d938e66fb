"""The text of client.toml: it parses, decides nothing open, and its questions stand where they say."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from referral_playbook.intake.files.peek import peek
from referral_playbook.intake.proposals.draft import draft
from referral_playbook.intake.proposals.guesses import Guess
from referral_playbook.intake.proposals.propose import propose

SAID = {"currency": Guess("EUR", "certain", "as you said"), "as_of": Guess(date(2026, 9, 30), "certain", "as you said")}


@pytest.fixture
def drafted(tmp_path):
    def drafting(text, **head):
        (tmp_path / "export.csv").write_text(text, encoding="utf-8")
        return draft([(["export.csv"], propose(peek(tmp_path / "export.csv")))], name='A "B" \\ C', **{**SAID, **head})

    return drafting


def test_what_is_certain_stands_in_the_file_with_its_evidence(drafted):
    made = drafted("Kunde;Zahldatum;Betrag\nA;31.01.2026;1.234,50\nB;01.02.2026;2,00\n")
    assert made.questions == ()
    payments = tomllib.loads(made.text)["tables"]["payments"]
    assert payments["columns"] == {"customer_id": "Kunde", "paid_on": "Zahldatum", "amount": "Betrag"}
    assert {key: payments[key] for key in ("delimiter", "decimal", "thousands", "dates")} == {
        "delimiter": ";",
        "decimal": ",",
        "thousands": ".",
        "dates": "%d.%m.%Y",
    }
    assert '# certain: 2 numbers such as "1.234,50"' in made.text


def test_the_name_survives_as_it_is(drafted):
    assert tomllib.loads(drafted("customer,date,amount\nA,2026-05-31,5\n").text)["name"] == 'A "B" \\ C'


def test_a_question_stands_on_the_line_that_is_named_and_nothing_of_it_is_decided(drafted):
    made = drafted("customer,date,amount\nA,03/04/2026,5\n")
    ((line, text),) = made.questions
    assert made.text.split("\n")[line - 1] == f"# QUESTION 1. {text}"
    assert "dates" not in tomllib.loads(made.text)["tables"]["payments"]


def test_an_open_head_is_a_question_with_the_choices(drafted):
    made = drafted(
        "customer,date,amount\nA,2026-05-31,5\n",
        currency=Guess(None, "open", "Two.", (("EUR", "3 rows"), ("USD", "1 row"))),
    )
    assert '# currency = "EUR"' in made.text
    assert '# currency = "USD"' in made.text
    assert "currency" not in tomllib.loads(made.text)


def test_each_date_column_may_have_its_own_form(drafted):
    made = drafted("customer id,signup date,cancelled at\nA,2025-01-31 10:00,31.12.2025\nB,2025-02-01 09:00,\n")
    dates = tomllib.loads(made.text)["tables"]["customers"]["dates"]
    assert dates == {"joined_on": "iso", "left_on": "%d.%m.%Y"}


def test_a_totals_row_is_left_out_and_told_as_likely(drafted):
    made = drafted("Kunde;Datum;Betrag\nA;31.01.2026;1,50\nSumme;;1,50\n")
    assert tomllib.loads(made.text)["tables"]["payments"]["where"] == {"Kunde": {"not": ["Summe"]}}
    assert any("line 3 of the file looks like a total" in text for text in made.unsure)
