"""The decision study, small and seeded: verdicts are right as often as the page claims."""

from __future__ import annotations

import decision_study
import pytest


@pytest.fixture(scope="module")
def rows():
    return decision_study.study(60, seed=4, draws=800)


def test_of_those_told_go_nine_in_ten_gain_and_of_those_told_stop_one_in_ten_would_have(rows):
    found = decision_study.by_verdict(rows)
    assert found.loc["stop", "truly_gain"] <= 0.10
    assert found.loc["go", "truly_gain"] >= 0.90


def test_clients_who_measured_the_four_inputs_get_an_answer(rows):
    assert decision_study.answered_when_measured(rows) >= 0.80


def test_a_programme_that_changes_nothing_or_does_harm_is_never_go(rows):
    assert not ((rows["effect"] != "gain") & (rows["verdict"] == "go")).any()


def test_go_needs_a_measured_uplift(rows):
    assert set(rows.loc[rows["verdict"] == "go", "measured"]) <= {"all four", "all but the share"}


def test_with_the_uplift_fixed_at_one_no_client_gets_go():
    assert decision_study.go_at_no_uplift(60, draws=400) == 0


def test_the_gate_regrets_less_than_starting_always_or_asking_a_calculator(rows):
    rules = decision_study.by_rule(rows).set_index("rule")
    assert rules.loc["the gate of step 05", "truly_gain"] > rules.loc["a public calculator", "truly_gain"]
    assert rules.loc["the gate of step 05", "regret"] < rules.loc["start always", "regret"]


def test_the_groups_of_the_reliability_diagram_are_all_clients_with_a_probability(rows):
    table = decision_study.calibration(rows)
    assert table["clients"].sum() == rows["probability"].notna().sum()
    assert ((table["low"] <= table["truly_gain"]) & (table["truly_gain"] <= table["high"])).all()


def test_the_truth_is_the_closed_form():
    t = decision_study.Truth(
        effect="gain",
        size="small",
        measured="nothing",
        customers=100,
        baseline=10.0,
        uplift=1.5,
        qualified=0.5,
        conversion=0.2,
        share=0.8,
        value=400.0,
        reward=50.0,
        cost=60.0,
    )
    assert t.result == pytest.approx(12 * 25.0)


def test_the_page_says_what_was_found(rows):
    text = decision_study.page(rows, (0, 60))
    assert "60 clients" in text
    assert "With the uplift fixed at 1, 0 of 60 clients get `go`" in text
    assert "Is the probability calibrated?" in text
