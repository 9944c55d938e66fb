"""A live session: edits are kept, faults are refused, and the start page says where each step stands."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from referral_playbook.contract.client import ClientError
from referral_playbook.contract.names import STEPS
from referral_playbook.run.lab import START, prepare_lab
from referral_playbook.run.start_page import (
    CURRENT,
    NOT_RUN,
    SESSION_FILE,
    STALE,
    begin_session,
    next_step,
    step_states,
)

TOML = 'name = "Acme"\ncurrency = "GBP"\nas_of = 2026-09-30\n[tables.customers]\nfile = "customers.csv"\n'

RESULT = {"verdict": {"status": "go", "reason": ""}, "headline": "All is well."}


@pytest.fixture
def client(tmp_path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "client.toml").write_text(TOML)
    (folder / "customers.csv").write_text("customer_id,joined_on\na,2026-01-01\nb,2026-02-01\n")
    return folder


def sources(path: Path) -> str:
    return "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text())["cells"])


class TestPrepareLab:
    def test_code_is_folded_and_chapters_are_where_the_links_lead(self, client, tmp_path):
        lab = prepare_lab(client, tmp_path / "run")
        book = lab.folder / "notebooks" / "05_break_even.ipynb"
        code = [cell for cell in json.loads(book.read_text())["cells"] if cell["cell_type"] == "code"]
        assert all(cell["metadata"]["jupyter"]["source_hidden"] for cell in code)
        assert (book.parent / "../playbook/05-break-even.md").is_file()
        assert str(client) in sources(book)

    def test_show_code_leaves_it_unfolded(self, client, tmp_path):
        lab = prepare_lab(client, tmp_path / "run", show_code=True)
        assert "source_hidden" not in (lab.folder / "notebooks" / "05_break_even.ipynb").read_text()

    def test_an_edited_notebook_is_kept_with_its_results_until_fresh(self, client, tmp_path):
        folder = prepare_lab(client, tmp_path / "run").folder
        book = folder / "notebooks" / "02_value_exchange.ipynb"
        edited = json.loads(book.read_text())
        edited["cells"][0]["source"] = ["# What I changed"]
        book.write_text(json.dumps(edited))
        (folder / "results" / "value_exchange.json").write_text(json.dumps(RESULT))
        assert prepare_lab(client, tmp_path / "run").kept == ("02_value_exchange.ipynb",)
        assert "What I changed" in sources(book)
        assert (folder / "results" / "value_exchange.json").is_file()
        assert prepare_lab(client, tmp_path / "run", fresh=True).kept == ()
        assert "What I changed" not in sources(book)
        assert not (folder / "results" / "value_exchange.json").exists()

    def test_a_notebook_that_was_only_run_is_written_again(self, client, tmp_path):
        folder = prepare_lab(client, tmp_path / "run").folder
        book = folder / "notebooks" / "02_value_exchange.ipynb"
        ran = json.loads(book.read_text())
        for cell in ran["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = 1
        book.write_text(json.dumps(ran))
        assert prepare_lab(client, tmp_path / "run", overrides=["conversion_rate=0.08"]).kept == ()
        assert "0.08" in sources(book)

    def test_it_does_not_open_on_what_check_refuses(self, client, tmp_path):
        (client / "customers.csv").write_text("customer_id,joined_on\na,yesterday\n")
        with pytest.raises(Exception, match=r"customers\.csv") as refused:
            prepare_lab(client, tmp_path / "run")
        assert "yesterday" in str(refused.value)
        (client / "client.toml").write_text(TOML.replace("GBP", "pounds"))
        with pytest.raises(ClientError):
            prepare_lab(client, tmp_path / "run")
        assert not (tmp_path / "run-lab").exists()

    def test_start_page_names_the_client_without_markup(self, client, tmp_path):
        (client / "client.toml").write_text(TOML.replace("Acme", "[x](y)<b>*"))
        page = prepare_lab(client, tmp_path / "run").folder / START
        intro = "".join(json.loads(page.read_text())["cells"][0]["source"])
        assert "](y)" not in intro
        assert "<b>" not in intro


class TestStepStates:
    @pytest.fixture
    def results(self, tmp_path) -> Path:
        folder = tmp_path / "lab" / "results"
        folder.mkdir(parents=True)
        for step in STEPS:
            (folder / f"{step}.json").write_text(json.dumps(RESULT))
            os.utime(folder / f"{step}.json", (2_000_000_000, 2_000_000_000))
        begin_session(folder)
        return folder

    def test_nothing_run(self, client, tmp_path):
        states = step_states(client, tmp_path / "none")
        assert {state.state for state in states} == {NOT_RUN}
        assert next_step(states).step == "intake"

    def test_as_the_run_left_it(self, client, results):
        states = step_states(client, results)
        assert {state.state for state in states} == {CURRENT}
        assert next_step(states) is None

    def test_a_changed_plan_makes_every_result_stale(self, client, results):
        (client / "decisions.toml").write_text("")
        os.utime(client / "decisions.toml", (2_100_000_000, 2_100_000_000))
        states = step_states(client, results)
        assert {state.state for state in states} == {STALE}
        assert states[0].because == "decisions.toml changed since"

    def test_a_step_run_again_makes_the_later_ones_stale(self, client, results):
        os.utime(results / "goal_setting.json", (2_100_000_000, 2_100_000_000))
        stale = [state.step for state in step_states(client, results) if state.state == STALE]
        assert stale == list(STEPS[STEPS.index("goal_setting") + 1 :])
        assert (results.parent / SESSION_FILE).is_file()
        shutil.rmtree(results.parent)
