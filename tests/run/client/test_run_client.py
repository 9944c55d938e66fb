"""The runner: order, hand-over, what changed, failures that say where, folders whole or as before."""

from __future__ import annotations

import json
import shutil

import nbformat
import pytest

from referral_playbook.contract.handover import load
from referral_playbook.run.client.manifest import files_digests
from referral_playbook.run.client.parameters import ParameterError
from referral_playbook.run.client.plan import PlanError
from referral_playbook.run.client.run_client import run_client
from referral_playbook.run.kernels.failures import NotebookError

from ..conftest import make_notebook, recording


@pytest.fixture
def run(client_dir, books, tmp_path, no_facts):
    said = []

    def go(**options):
        said.clear()
        return run_client(client_dir, tmp_path / "out", notebooks=books, progress=said.append, **options)

    go.said, go.folder, go.client, go.books = said, tmp_path / "out", client_dir, books
    return go


def ran(outcome):
    return [s.step for s in outcome.steps if s.ran]


def rate(run, step):
    return load(step, run.folder / "results").estimate("rate").value


def test_steps_run_in_order_and_hand_over(run):
    outcome = run(overrides=["surveyed=3"])
    assert ran(outcome) == ["pmf_check", "break_even"]
    assert (rate(run, "pmf_check"), rate(run, "break_even")) == (3.0, 6.0)
    assert sorted(line.split(" ...")[0] for line in run.said) == ["break_even", "facts", "pmf_check"]
    assert all("go (" in line for line in run.said[1:])
    kept = nbformat.read(run.folder / "notebooks" / "01_pmf_check.ipynb", as_version=4)
    assert [c.execution_count for c in kept.cells if c.cell_type == "code"] == [1, 2, 3, 4]
    assert '"../results"' in kept.cells[2].source
    assert ".part" not in nbformat.writes(kept)


def test_working_folders_do_not_show(run):
    cell = "from pathlib import Path\nprint(results_dir)\nPath(results_dir)"
    make_notebook(run.books, "01_pmf_check.ipynb", cell, recording("pmf_check", "1.0"))
    run()
    text = (run.folder / "notebooks" / "01_pmf_check.ipynb").read_text()
    assert ".part" not in text
    assert str(run.folder) not in text
    assert text.count("../results") == 4  # injected cell, metadata, two outputs


def test_the_same_inputs_give_the_same_bytes(run, tmp_path):
    run(fresh=True)
    first = files_digests(run.folder)
    run(fresh=True)
    second = files_digests(run.folder)
    manifests = first.pop("manifest.json"), second.pop("manifest.json")
    assert first == second
    run(fresh=True)
    assert files_digests(run.folder)["manifest.json"] == manifests[1]


def test_a_report_written_in_a_fork_has_the_same_bytes(run, monkeypatch):
    run(fresh=True)
    here = files_digests(run.folder)
    for module in ("referral_playbook.run.kernels.forks", "referral_playbook.run.client.run_client"):
        monkeypatch.setattr(f"{module}.reports_here", lambda: False)
    monkeypatch.setattr("referral_playbook.run.report.deliver.deliver", lambda *_, **__: pytest.fail("not in a fork"))
    run(fresh=True)
    there = files_digests(run.folder)
    assert {name for name in here if here[name] != there[name]} <= {"manifest.json"}
    assert "report.html" in there


def test_another_folder_gives_the_same_bytes(client_dir, books, tmp_path, no_facts, promise):
    cell = "from pathlib import Path\nprint(client_dir, results_dir)\nPath(client_dir)"
    make_notebook(books, "01_pmf_check.ipynb", cell, recording("pmf_check", "1.0"))
    digests = []
    for place in (tmp_path / "here", tmp_path / "there" / "deeper"):
        shutil.copytree(client_dir, place / "acme")
        run_client(place / "acme", place / "out", notebooks=books, progress=lambda line: None)
        digests.append(files_digests(place / "out"))
        assert not [p for p in (place / "out").rglob("*.*") if str(tmp_path).encode() in p.read_bytes()]
    assert {"report.html", "evidence.html", "manifest.json", "notebooks/01_pmf_check.ipynb"} <= set(digests[0])
    assert digests[0] == digests[1]
    promise("The same client in another place gives the same bytes", "0 different files, 0 absolute paths")


def test_only_what_changed_runs_again(run):
    run()
    assert ran(run()) == []
    assert any("kept" in line for line in run.said)
    assert ran(run(overrides=["break_even.hours_per_month=5"])) == ["break_even"]
    assert "its parameters changed" in run.said[-1]
    # a value for the first step alone changes its result, so the second runs too
    outcome = run(overrides=["break_even.hours_per_month=5", "surveyed=2"])
    assert ran(outcome) == ["pmf_check", "break_even"]
    assert "an earlier result changed" in run.said[-1]
    assert rate(run, "break_even") == 10.0
    (run.client / "customers.csv").write_text("customer_id,joined_on\na,2026-01-05\n")
    outcome = run(overrides=["break_even.hours_per_month=5", "surveyed=2"])
    assert ran(outcome) == ["pmf_check", "break_even"]
    assert "files changed" in run.said[-1]
    assert ran(run(overrides=["break_even.hours_per_month=5", "surveyed=2"], fresh=True)) == ["pmf_check", "break_even"]


def test_a_kept_result_that_was_tampered_with_is_made_again(run):
    run()
    path = run.folder / "results" / "pmf_check.json"
    path.unlink()
    path.write_text("{}")
    assert ran(run()) == ["pmf_check"]


def test_one_step_takes_the_others_from_the_previous_run(run):
    run(overrides=["surveyed=3"])
    outcome = run(steps=["break_even"], overrides=["surveyed=3", "hours_per_month=4"])
    assert ran(outcome) == ["break_even"]
    assert rate(run, "break_even") == 12.0
    assert (run.folder / "notebooks" / "01_pmf_check.ipynb").is_file()


def test_a_kept_step_that_is_stale_says_so(run):
    run()
    run(steps=["break_even"], overrides=["surveyed=3"])
    assert "kept, although its parameters changed" in run.said[1]


def test_an_unknown_step_is_refused_with_the_nearest(run):
    with pytest.raises(PlanError, match="break_even"):
        run(steps=["brake_even"])


def test_bad_parameters_are_refused_before_anything_runs(run):
    with pytest.raises(ParameterError):
        run(overrides=["hours_per_month=-1.5"])
    assert run.said == []
    assert not run.folder.exists()


def test_a_failed_step_costs_no_other_and_the_report_says_so(run):
    run()
    make_notebook(
        run.books,
        "05_break_even.ipynb",
        "1 + 1",
        "raise KeyError('gone')",
        parameters="hours_per_month: float = 2  #\n",
    )
    (failure,) = run().failures
    assert (failure.step, failure.cell, failure.clients_fault) == ("break_even", 4, False)
    assert "KeyError" in failure.error
    assert load("pmf_check", run.folder / "results") is not None
    assert load("break_even", run.folder / "results") is None
    evidence = (run.folder / "evidence.html").read_text()
    assert "This step failed" in evidence
    assert "KeyError: &#x27;gone&#x27;" in evidence
    assert "This step failed, so this memo does without" in (run.folder / "report.html").read_text()
    assert "break_even" in json.loads((run.folder / "manifest.json").read_text())["failed"]
    assert "KeyError" in (run.folder / "notebooks" / "05_break_even.ipynb").read_text()


def test_a_step_does_not_wait_for_one_that_failed_and_a_repaired_one_runs_again(run):
    whole = (run.books / "01_pmf_check.ipynb").read_text()
    make_notebook(run.books, "01_pmf_check.ipynb", "1 / 0")
    reads = "from referral_playbook.contract.handover import load\nassert load('pmf_check', results_dir) is None"
    make_notebook(run.books, "05_break_even.ipynb", reads, recording("break_even", "1.0"))
    assert [failure.step for failure in run().failures] == ["pmf_check"]
    (run.books / "01_pmf_check.ipynb").write_text(whole)
    reads = "from referral_playbook.contract.handover import load\nload('pmf_check', results_dir)"
    make_notebook(run.books, "05_break_even.ipynb", reads, recording("break_even", "1.0"))
    outcome = run()
    assert outcome.failures == ()
    assert "pmf_check" in ran(outcome)
    assert not (run.folder / "results" / "pmf_check.failed").exists()


def test_where_every_step_fails_the_previous_run_stays(run):
    run()
    before = files_digests(run.folder)
    for book in ("01_pmf_check.ipynb", "05_break_even.ipynb"):
        make_notebook(run.books, book, "1 / 0")
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        run()
    assert files_digests(run.folder) == before


def test_the_clients_fault_in_a_cell_is_told_apart(run):
    cell = """
        from referral_playbook.intake import Fault, IntakeError
        raise IntakeError([Fault(file="a.csv", problem="odd", fix="correct it")])
    """
    make_notebook(run.books, "05_break_even.ipynb", cell)
    with pytest.raises(NotebookError) as caught:
        run()
    assert caught.value.clients_fault
    assert "correct it" in caught.value.error


def test_a_dead_kernel_fails_its_step(run):
    make_notebook(run.books, "05_break_even.ipynb", "import os", "os._exit(9)")
    (failure,) = run().failures
    assert failure.died
    assert "kernel" in str(failure)


def test_a_notebook_without_a_result_fails(run):
    make_notebook(run.books, "05_break_even.ipynb", "1 + 1")
    (failure,) = run().failures
    assert "recorded no result" in str(failure)


def test_facts_are_built_once_and_kept(client_dir, books, tmp_path):
    said = []
    run_client(client_dir, tmp_path / "out", notebooks=books, progress=said.append, steps=["pmf_check"])
    assert (tmp_path / "out" / "facts" / "facts.json").is_file()
    run_client(client_dir, tmp_path / "out", notebooks=books, progress=said.append, steps=["pmf_check"])
    assert [line for line in said if "facts" in line][1] == "facts ... unchanged"


def test_client_text_and_braces_in_paths_are_no_code(tmp_path, client_dir, books, no_facts):
    odd = client_dir.rename(tmp_path / "a {b} \" ' c")
    outcome = run_client(odd, tmp_path / "out {x}", notebooks=books, progress=lambda line: None)
    assert load("break_even", outcome.folder / "results")


def test_the_manifest_tells_what_the_run_stood_on(run):
    run(overrides=["surveyed=3"])
    told = json.loads((run.folder / "manifest.json").read_text())
    assert told["steps"]["pmf_check"]["parameters"] == {"surveyed": 3}
    assert told["inputs"].keys() >= {"client.toml", "customers.csv"}
    assert {"results/pmf_check.json", "notebooks/05_break_even.ipynb"} <= told["files"].keys()
    assert "pandas" in told["versions"]


def test_the_notebooks_kernel_is_this_interpreter_with_a_fixed_environment(run):
    cell = "import os, sys, json, time\nprint(json.dumps([sys.executable, os.environ['TZ'], os.environ['MPLBACKEND']]))"
    make_notebook(run.books, "05_break_even.ipynb", cell, recording("break_even", "1.0"))
    run()
    node = nbformat.read(run.folder / "notebooks" / "05_break_even.ipynb", as_version=4)
    import sys

    assert json.loads(node.cells[3].outputs[0].text) == [sys.executable, "UTC", "Agg"]


def test_what_was_decided_and_why_runs_the_report_again_and_scenarios_break_even(run):
    run()
    (run.client / "scenarios.toml").write_text("")
    assert ran(run()) == ["break_even"]
    assert "what was decided or compared changed" in "\n".join(run.said)
    (run.client / "scenarios.toml").unlink()
    assert ran(run()) == ["break_even"]
    assert ran(run()) == []
