"""A live session: edits are kept, faults are refused, and the notebooks begin with the outputs of the run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.client import ClientError
from referral_playbook.contract.session import NOTES
from referral_playbook.facts.fresh import fingerprint
from referral_playbook.run.lab.prepare import START, prepare_lab

TOML = 'name = "Acme"\ncurrency = "GBP"\nas_of = 2026-09-30\n[tables.customers]\nfile = "customers.csv"\n'

RESULT = {"verdict": {"status": "go", "reason": ""}, "headline": "All is well.", "estimates": {}}


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
        assert 'results_dir = "../results"' in sources(book).replace("'", '"')

    def test_the_parameter_cell_is_one_and_names_no_folder(self, client, tmp_path):
        lab = prepare_lab(client, tmp_path / "run", overrides=["uplift=1.5", "break_even.go=0.9"])
        book = json.loads((lab.folder / "notebooks" / "05_break_even.ipynb").read_text())
        (cell,) = [cell for cell in book["cells"] if "parameters" in cell["metadata"].get("tags", [])]
        source = "".join(cell["source"])
        assert "_dir" not in source
        assert "uplift: float | None = 1.5  #" in source
        assert "go: float = 0.9  #" in source
        assert "conversion_rate: float | None = None  #" in source

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
        assert "conversion_rate: float | None = 0.08" in sources(book)

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

    def test_a_session_opens_with_the_outputs_of_the_run_and_pictures_as_wide_as_the_page(self, client, tmp_path):
        run = tmp_path / "run"
        (run / "results").mkdir(parents=True)
        (run / "results" / "pmf_check.json").write_text(json.dumps(RESULT))
        ran = json.loads(
            (prepare_lab(client, tmp_path / "other").folder / "notebooks" / "01_pmf_check.ipynb").read_text()
        )
        cell = next(cell for cell in reversed(ran["cells"]) if cell["cell_type"] == "code")
        svg = {"image/svg+xml": "<svg/>", "text/plain": "A"}
        metadata = {"image/svg+xml": {"alt": "A <dot>"}}
        cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "data": svg, "metadata": metadata}]
        (run / "notebooks").mkdir()
        (run / "notebooks" / "01_pmf_check.ipynb").write_text(json.dumps(ran))
        (run / "manifest.json").write_text(json.dumps({"referral_playbook_run": 1, "inputs": fingerprint(client)}))
        opened = json.loads((prepare_lab(client, run).folder / "notebooks" / "01_pmf_check.ipynb").read_text())
        (output,) = next(c["outputs"] for c in opened["cells"] if c["id"] == cell["id"])
        html = "".join(output["data"]["text/html"])
        assert 'alt="A &lt;dot&gt;"' in html
        assert "width:100%" in html

    def test_outputs_of_a_run_that_is_out_of_date_are_not_shown(self, client, tmp_path):
        self.test_a_session_opens_with_the_outputs_of_the_run_and_pictures_as_wide_as_the_page(client, tmp_path)
        (client / "customers.csv").write_text("customer_id,joined_on\na,2026-01-01\n")
        lab = prepare_lab(client, tmp_path / "run", fresh=True)
        opened = json.loads((lab.folder / "notebooks" / "01_pmf_check.ipynb").read_text())
        assert not any(cell.get("outputs") for cell in opened["cells"])
        assert (lab.folder / NOTES / "pmf_check.json").is_file()

    def test_a_later_run_brings_its_results_but_not_over_those_made_in_the_session(self, client, tmp_path):
        run = tmp_path / "run"
        (run / "results").mkdir(parents=True)
        for step in ("pmf_check", "goal_setting"):
            (run / "results" / f"{step}.json").write_text(json.dumps(RESULT))
        lab = prepare_lab(client, run).folder
        (lab / "results" / "goal_setting.json").write_text(json.dumps({**RESULT, "headline": "Made in the meeting."}))
        for step in ("pmf_check", "goal_setting"):
            (run / "results" / f"{step}.json").write_text(json.dumps({**RESULT, "headline": "The next run."}))
        prepare_lab(client, run)
        told = {path.stem: json.loads(path.read_text())["headline"] for path in (lab / "results").glob("*.json")}
        assert told == {"pmf_check": "The next run.", "goal_setting": "Made in the meeting."}
