"""The decision follows from the tests of break-even; fit and reward can only hold it back."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Basis, Check
from referral_playbook.steps.client_report.decision import decide, gate_rows, is_running, would_change
from tests.steps.client_report.made import GO, SMALL, STOP, UNKNOWN, by_step, gates, measured, step


@pytest.mark.parametrize(
    ("given", "decided"),
    [
        ((GO, GO, GO), GO),
        ((GO, GO, SMALL), SMALL),
        ((UNKNOWN, GO, SMALL), SMALL),
        ((UNKNOWN, GO, GO), SMALL),
        ((GO, SMALL, GO), SMALL),
        ((GO, GO, UNKNOWN), UNKNOWN),
        ((STOP, GO, GO), STOP),
        ((GO, STOP, UNKNOWN), STOP),
        ((UNKNOWN, GO, STOP), STOP),
    ],
)
def test_the_gates_decide(given, decided):
    assert decide(gates(*given)).status is decided


def test_what_holds_a_go_back_is_named_and_what_does_not_is_not():
    held = decide(gates(UNKNOWN, GO, GO)).verdict.reason
    assert "pmf_check says not_enough_data." in held
    assert "value_exchange" not in held
    both = decide(gates(STOP, GO, STOP)).verdict.reason
    assert both == "pmf_check says stop. break_even says stop."


def test_a_step_that_was_not_run_is_no_go():
    assert decide(by_step(step("pmf_check"), step("value_exchange"))).status is UNKNOWN
    assert decide({}).sentence == "There is not enough data to decide."


def test_a_running_programme_is_continued_changed_or_stopped_and_never_started():
    runs = (Check(name="programme_runs", passed=None, text="A programme runs."),)
    for status, word in ((GO, "Continue"), (SMALL, "Keep"), (STOP, "Stop")):
        running = gates(GO, GO, status, checks=runs)
        assert is_running(running)
        assert decide(running).sentence.startswith(word)
    pilot = {"pilots": [{"net": 10.0}, {"net": -5.0}]}
    assert decide(gates(GO, GO, SMALL, tables=pilot, checks=runs)).sentence.startswith("Turn the programme into a test")
    assert decide(gates(GO, GO, GO)).sentence == "Start the programme."
    assert decide(gates(GO, GO, STOP)).sentence == "Do not start a programme now."


@pytest.mark.parametrize(
    ("even", "named", "sentence"),
    [
        (SMALL, False, "Change the offer or its cost before you start."),
        (SMALL, True, "Measure before you start."),
        (GO, False, "Measure before you start."),
    ],
)
def test_where_no_measurement_would_teach_anything_the_offer_has_to_change(even, named, sentence):
    tables = {"pilots": [{"net": -5.0}], "measurements": [{"input": "uplift", "named": named}]}
    assert decide(gates(UNKNOWN, GO, even, tables=tables)).sentence == sentence


def test_break_even_is_shown_by_its_three_tests():
    tests = [
        {"test": "value", "passed": True, "text": "a"},
        {"test": "cash", "passed": False, "text": "b"},
        {"test": "evidence", "passed": True, "text": "c"},
    ]
    rows = gate_rows(gates(GO, GO, SMALL, tables={"gate": tests}))
    assert [row["verdict"] for row in rows] == ["go", "go", "passed", "not passed", "passed"]
    assert len(gate_rows(gates(GO, GO, UNKNOWN))) == 3


def test_what_would_change_it_begins_with_what_was_not_measured():
    flips = [
        {"input": "conversion_rate", "now": 0.1, "value": 0.15, "unit": "share"},
        {"input": "uplift", "now": 1.18, "value": 1.51, "unit": "times"},
        {"input": "monthly_cost", "now": 293.0, "value": None, "unit": "GBP"},
    ]
    known = {"conversion_rate": measured(0.1), "uplift": measured(1.18).as_(basis=Basis.BENCHMARK)}
    rows = would_change(gates(GO, GO, SMALL, tables={"flips": flips}, estimates=known))
    assert [row["input"] for row in rows] == ["uplift", "conversion_rate"]
    assert (
        rows[0]["what"]
        == "The programme would pay if the uplift of referrals rose to about 1.5 times (now about 1.2 times)."
    )


def test_factors_that_are_the_same_to_two_digits_differ_only_a_little():
    flips = [{"input": "uplift", "now": 1.46, "value": 1.54, "unit": "times"}]
    (row,) = would_change(gates(GO, GO, SMALL, tables={"flips": flips}))
    assert row["what"] == "The programme would pay if the uplift of referrals rose only a little (now about 1.5 times)."


def test_a_programme_that_pays_stops_paying_where_an_input_falls():
    flips = [{"input": "incremental_share", "now": 0.65, "value": 0.35, "unit": "share"}]
    pays = {"value_result": measured(3_180.0, unit="GBP")}
    (row,) = would_change(gates(GO, GO, SMALL, tables={"flips": flips}, estimates=pays))
    share = "share who would not have come anyway"
    assert row["what"] == f"The programme would no longer pay if the {share} fell to 35% (now 65%)."


def test_what_pays_on_average_only_says_so():
    """A few large futures raise the expected result above zero, and the median stays below."""
    flips = [{"input": "incremental_share", "now": 0.5, "value": 0.27, "unit": "share"}]
    tables = {"flips": flips, "plan": [{"name": "result_at_values", "value": 8_450.0}]}
    loses = {"value_result": measured(-7_130.0, unit="GBP")}
    (row,) = would_change(gates(GO, GO, SMALL, tables=tables, estimates=loses))
    assert row["what"].startswith("On average over all futures, the programme would no longer pay if the share")


def test_counts_of_the_plan_have_two_digits():
    flips = [{"input": "baseline_referrals", "now": 1.8342, "value": 0.9811, "unit": "referrals"}]
    (row,) = would_change(gates(GO, GO, SMALL, tables={"flips": flips}))
    assert row["what"].endswith("fell to 0.98 referrals (now 1.8 referrals).")
