"""What a result of a live session was made from is noted when the notebook opens the client, not when it records."""

from __future__ import annotations

import json
from datetime import date

import pytest

from referral_playbook.contract import session
from referral_playbook.contract.session import NOTES, Opened, note_cell, note_opened, note_recorded
from referral_playbook.contract.session import why_out_of_date as why
from referral_playbook.contract.settings.decisions import Decision, keep_decisions

TOML = 'name = "Acme"\ncurrency = "GBP"\nas_of = 2026-09-30\n'


@pytest.fixture
def client(tmp_path):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "client.toml").write_text(TOML)
    return tmp_path / "acme"


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "_opened", {})
    folder = tmp_path / "lab" / "results"
    folder.mkdir(parents=True)
    (folder / "break_even.json").write_text("{}")
    return folder


def keep(client):
    keep_decisions(client, [Decision(parameter="uplift", value=2.0, was=1.5, who="Ana", when=date(2026, 10, 2))])


def test_a_run_gets_no_notes(client, results):
    note_opened(client, results)
    note_recorded("break_even", results)
    assert [path.name for path in results.parent.iterdir()] == ["results"]


def test_a_plan_kept_after_the_notebook_opened_the_client_is_not_in_its_result(client, results):
    (results.parent / NOTES).mkdir()
    note_opened(client, results)
    note_cell(results, "break_even", {"go": 0.9})
    keep(client)
    note_recorded("break_even", results)
    assert why("break_even", Opened.now(client), results) == "the plan has another uplift"
    note_opened(client, results)
    note_recorded("break_even", results)
    assert why("break_even", Opened.now(client), results) == ""


def test_the_parameters_of_the_cell_are_compared_with_those_of_the_notebook_now(client, results):
    (results.parent / NOTES).mkdir()
    note_opened(client, results)
    note_cell(results, "goal_setting", {"tier_steps": (1, 3)})
    note_recorded("goal_setting", results)
    assert json.loads((results.parent / NOTES / "goal_setting.json").read_text())["cell"] == {"tier_steps": [1, 3]}
    assert why("goal_setting", Opened.now(client), results, cell={"tier_steps": [1, 3]}) == ""
    assert "parameters" in why("goal_setting", Opened.now(client), results, cell={})


def test_a_plan_kept_later_makes_a_recorded_result_out_of_date(client, results):
    (results.parent / NOTES).mkdir()
    note_opened(client, results)
    note_recorded("break_even", results)
    assert why("break_even", Opened.now(client), results) == ""
    keep(client)
    assert why("break_even", Opened.now(client), results) == "the plan has another uplift"
    assert why("goal_setting", Opened.now(client), results) == ""
