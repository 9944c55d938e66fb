"""Results pass from step to step as files that are whole or not there."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date

import pytest

from referral_playbook.contract.evidence import Status, StepResult, Verdict, assumed
from referral_playbook.contract.handover import AWAITED, load, load_failure, record, record_failure


@pytest.fixture
def result():
    return StepResult(
        step="break_even",
        client="Acme",
        as_of=date(2026, 9, 30),
        headline="Test small: the uplift is not measured.",
        verdict=Verdict(status=Status.TEST_SMALL, reason="The uplift is not measured."),
        estimates={"uplift": assumed(1.2, 0.9, 2.0, unit="times", per="referral", source="client.toml")},
    )


def test_what_was_recorded_is_loaded_again(result, tmp_path):
    path = record(result, tmp_path / "results")
    assert path.name == "break_even.json"
    again = load("break_even", tmp_path / "results")
    assert again.verdict == result.verdict
    assert again.estimates["uplift"] == result.estimates["uplift"]


def test_a_result_that_was_recorded_anew_is_read_anew(result, tmp_path):
    record(result, tmp_path)
    first = load("break_even", tmp_path)
    assert load("break_even", tmp_path) is first
    record(replace(result, headline="Go: the uplift is measured."), tmp_path)
    assert load("break_even", tmp_path).headline == "Go: the uplift is measured."


def test_the_same_result_gives_the_same_bytes_and_leaves_nothing_beside(result, tmp_path):
    first = record(result, tmp_path).read_bytes()
    assert record(result, tmp_path).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["break_even.json"]


def test_a_step_that_was_not_run_has_no_result(tmp_path):
    assert load("pmf_check", tmp_path) is None
    assert load_failure("pmf_check", tmp_path) == ""


def test_a_failure_takes_the_place_of_an_older_result(result, tmp_path):
    record(result, tmp_path)
    record_failure("break_even", "costs.csv, line 3: hours is empty", tmp_path)
    assert load("break_even", tmp_path) is None
    assert load_failure("break_even", tmp_path) == "costs.csv, line 3: hours is empty"


def test_a_result_that_is_still_being_made_is_waited_for(result, tmp_path, monkeypatch):
    monkeypatch.setenv(AWAITED, "pmf_check,break_even")
    late = threading.Timer(0.1, record, (result, tmp_path))
    late.start()
    assert load("break_even", tmp_path).client == "Acme"
    late.join()


def test_a_failure_ends_the_waiting(tmp_path, monkeypatch):
    monkeypatch.setenv(AWAITED, "break_even")
    late = threading.Timer(0.1, record_failure, ("break_even", "no costs", tmp_path))
    late.start()
    assert load("break_even", tmp_path) is None
    late.join()


def test_the_file_can_be_read_by_other_programs(result, tmp_path):
    read = json.loads(record(result, tmp_path).read_text(encoding="utf-8"))
    assert read["verdict"]["status"] == "test_small"
    assert read["estimates"]["uplift"]["value"] == 1.2
