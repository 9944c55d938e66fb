"""Step 10 reads the other steps once, and hands over the decision with all that it rests on."""

from __future__ import annotations

from referral_playbook.contract.evidence import Action, Status, StepResult, assumed
from referral_playbook.contract.handover import record_failure
from referral_playbook.steps.client_report import step as client_report
from tests.steps.client_report.made import GO, SMALL, UNKNOWN, client, gates, measured

TABLES = {"decision", "numbers", "actions", "would_change", "missing", "contradictions"}


def test_on_nothing_it_says_what_was_not_run():
    result = client_report.build_result(client_report.find(client({})))
    assert result.verdict.status is UNKNOWN
    checks = {check.name: check for check in result.checks}
    assert "pmf check" in checks["every_step_was_run"].text
    assert checks["steps_agree"].passed
    assert set(result.tables) >= TABLES
    assert result.actions == ()


def test_the_result_is_the_finding_and_survives_its_file():
    actions = tuple(Action(what=f"do {word}", why="x", due=10) for word in "abcdefghijkl")
    guess = assumed(0.5, 0.2, 0.8, unit="share", per="conversion", source="client")
    results = gates(
        GO, GO, SMALL, actions=actions, estimates={"incremental_share": guess, "value_result": measured(-3.0)}
    )
    finding = client_report.find(client(results))
    result = client_report.build_result(finding)
    assert result.headline == "Measure before you start."
    assert result.tables["decision"] == [
        {"status": "test_small", "sentence": "Measure before you start.", "why": "break_even says test_small."}
    ]
    assert len(result.actions) == 9 == len(result.tables["actions"])
    assert len({action.what for action in result.actions}) == 9
    (row,) = client_report.register_rows(finding)
    assert row["value and range"].value == 0.5
    assert StepResult.from_dict(result.to_dict()).to_dict() == result.to_dict()
    assert client_report.is_decided_by_its_gates(finding)


def test_a_step_that_failed_is_named_with_its_reason_and_the_others_are_delivered(tmp_path):
    record_failure("goal_setting", "Traceback\nValueError: no months", tmp_path)
    result = client_report.build_result(client_report.find(client(gates(GO, GO, GO), tmp_path)))
    (check,) = [check for check in result.checks if check.name == "every_step_was_run"]
    assert check.passed is False
    assert "The step goal setting failed: ValueError: no months" in check.text
    assert "goal setting," not in check.text
    assert result.verdict.status is GO


def test_a_go_with_a_closed_gate_would_fail_the_notebook():
    tests = [{"test": "cash", "passed": False, "text": "no"}]
    finding = client_report.find(client(gates(GO, GO, GO, tables={"gate": tests})))
    assert finding.decision.status is Status.GO
    assert not client_report.is_decided_by_its_gates(finding)


def test_empty_tables_say_so_in_words():
    finding = client_report.find(client({}))
    assert "No single input" in client_report.change_rows(finding)[0]["what"]
    assert client_report.missing_rows(finding)[0]["what"] == "nothing"
    assert client_report.describe_contradictions(finding) == "No step contradicts another."
