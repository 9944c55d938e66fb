"""The register lists what was not measured by its influence; what is not known is named with what to bring."""

from __future__ import annotations

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.steps.client_report.register import (
    FOUR_NUMBERS,
    assumptions,
    describe_next_best,
    key_numbers,
    missing,
    number_rows,
)
from tests.steps.client_report.made import GO, UNKNOWN, by_step, gates, measured, step

GUESS = assumed(0.5, 0.2, 0.8, unit="share", per="conversion", source="client")


def swing(name, size):
    return {"input": name, "low_result": 5.0, "high_result": 5.0 + size}


def test_it_is_sorted_by_influence_and_has_no_measured_number():
    estimates = {
        "incremental_share": GUESS,
        "monthly_cost": GUESS.as_(unit="GBP"),
        "conversion_rate": measured(0.1),
        "probability_by_date": GUESS,
    }
    tables = {
        "tornado": [swing("monthly_cost", 100.0), swing("incremental_share", -900.0), swing("conversion_rate", 5.0)]
    }
    results = gates(GO, GO, GO, estimates=estimates, tables=tables)
    rows = assumptions(results)
    assert [(row["assumption"], row["swing"]) for row in rows] == [
        ("incremental_share", 900.0),
        ("monthly_cost", 100.0),
    ]
    assert describe_next_best(results).startswith("Measure the share who would not have come anyway first")


def test_where_all_was_measured_the_next_best_says_so():
    results = gates(GO, GO, GO, tables={"tornado": [swing("conversion_rate", 5.0)]})
    assert "The conversion per qualified referral moves the result most" in describe_next_best(results)
    assert describe_next_best({}).startswith("Bring what is missing")


def test_what_is_missing_names_what_to_bring():
    coverage = [{"step": "pmf_check", "quantity": "nps", "bring": "surveys: respondent_id, asked_on, question, answer"}]
    results = by_step(
        step("intake", tables={"coverage": coverage}),
        step("pmf_check", UNKNOWN, estimates={"nps": undefined("nobody answered", unit="NPS", per="answer")}),
    )
    assert missing(results) == [
        {"what": "nps", "number": "nps", "step": "pmf_check", "why": "nobody answered", "bring": coverage[0]["bring"]}
    ]


def test_the_four_numbers_are_there_even_where_nothing_was_run():
    rows = number_rows({})
    assert [row["name"] for row in rows] == list(FOUR_NUMBERS)
    assert all(row["value"] is None and row["why"] == "the step break even was not run" for row in rows)
    known = key_numbers(gates(GO, GO, GO, estimates={"value_result": measured(-5.0, unit="GBP", low=-9.0, high=2.0)}))
    assert known["value_result"].low == -9.0
    assert known["peak_cash_need"].reason == "the step break even does not give it"
