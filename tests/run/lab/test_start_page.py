"""The start page: where each step stands, how old it is, what is not known, and links that are there."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from referral_playbook.contract.names import STEPS
from referral_playbook.contract.session import NOTES, Opened, write_note
from referral_playbook.contract.settings.decisions import Decision, keep_decisions, undo_change
from referral_playbook.contract.settings.scenarios import Scenario, keep_scenario
from referral_playbook.run.lab.start_page import (
    CURRENT,
    NOT_RUN,
    PRESENT,
    STALE,
    next_step,
    start_page,
    step_states,
)

TOML = 'name = "Acme"\ncurrency = "GBP"\nas_of = 2026-09-30\n[tables.customers]\nfile = "customers.csv"\n'
RESULT = {
    "verdict": {"status": "go", "reason": ""},
    "headline": "All is <b>well</b>.",
    "estimates": {"nps": {"value": None}, "csat": {"value": 0.8}},
}


@pytest.fixture
def client(tmp_path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "client.toml").write_text(TOML)
    (folder / "customers.csv").write_text("customer_id,joined_on\na,2026-01-01\n")
    return folder


@pytest.fixture
def results(client, tmp_path) -> Path:
    folder = tmp_path / "lab" / "results"
    folder.mkdir(parents=True)
    (folder.parent / NOTES).mkdir()
    for step in STEPS:
        (folder / f"{step}.json").write_text(json.dumps(RESULT))
    for step in STEPS:
        write_note(step, folder, Opened.now(client))
    return folder


def stale(client, results):
    return [state.step for state in step_states(client, results) if state.state == STALE]


def decision(parameter="uplift", value=2.0):
    return Decision(parameter=parameter, value=value, was=1.5, who="Ana", when=date(2026, 10, 2))


def test_nothing_run(client, tmp_path):
    states = step_states(client, tmp_path / "none")
    assert {state.state for state in states} == {NOT_RUN}
    assert next_step(states).step == "intake"


def test_as_the_run_left_it(client, results):
    states = step_states(client, results)
    assert {state.state for state in states} == {CURRENT}
    assert next_step(states) is None
    assert states[0].missing == ("Net Promoter Score",)


def test_a_decision_makes_the_steps_that_read_it_out_of_date_and_undo_makes_them_current(client, results):
    keep_decisions(client, [decision()])
    assert stale(client, results) == ["value_exchange", "goal_setting", "break_even", "client_report"]
    (state,) = [state for state in step_states(client, results) if state.step == "break_even"]
    assert state.because == "the plan has another uplift"
    undo_change(client)
    assert stale(client, results) == []


def test_a_result_made_under_a_plan_that_was_undone_is_out_of_date(client, results):
    keep_decisions(client, [decision("monthly_cost", 100.0)])
    write_note("break_even", results, Opened.now(client))
    assert "break_even" not in stale(client, results)
    undo_change(client)
    assert "break_even" in stale(client, results)


def test_a_scenario_concerns_break_even_alone(client, results):
    keep_scenario(client, Scenario(name="A", settings={"uplift": 2.0}, who="Ana", when=date(2026, 10, 2)))
    assert stale(client, results) == ["break_even"]


def test_another_result_of_a_step_makes_the_later_ones_out_of_date(client, results):
    (results / "goal_setting.json").write_text(json.dumps({**RESULT, "headline": "Other."}))
    assert stale(client, results) == list(STEPS[STEPS.index("goal_setting") + 1 :])


def test_a_changed_table_makes_every_step_out_of_date(client, results):
    (client / "customers.csv").write_text("customer_id,joined_on\na,2026-01-01\nb,2026-02-01\n")
    assert stale(client, results) == list(STEPS)


def test_a_notebook_whose_parameters_were_edited_and_not_run_disagrees_with_its_result(client, results):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "uplift: float | None = 1.4  # times"}
    book = results.parent / "notebooks" / "05_break_even.ipynb"
    book.parent.mkdir()
    book.write_text(json.dumps({"cells": [cell]}))
    (state,) = [state for state in step_states(client, results) if state.state == STALE]
    assert (state.step, state.because) == ("break_even", "the parameters in its notebook changed")


def test_the_page_escapes_and_links_only_what_is_there(client, results, monkeypatch):
    (results.parent / "report.html").write_text("memo")
    (results.parent / "playbook").mkdir()
    (results.parent / "playbook" / "01-pmf-check.md").write_text("# Chapter")
    (results.parent / "playbook" / "01-pmf-check.html").write_text("Chapter")
    page = start_page(client, results)
    assert "<b>well" not in page.html
    assert "href='report.html'" in page.html
    assert "href='playbook/01-pmf-check.md'" in page.html
    assert "02-value-exchange" not in page.html
    assert "01 PMF check: Go (up to date)" in page.text
    monkeypatch.setenv(PRESENT, "1")
    page = start_page(client, results)
    assert "href='/files/report.html'" in page.html
    assert "href='/files/playbook/01-pmf-check.html'" in page.html
