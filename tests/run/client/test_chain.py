"""What a step stands on, how it is told in the manifest, and folders as a notebook shows them."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from referral_playbook.run.client.chain import Job, StepRun, folders, folders_shown

STEPS = ("pmf_check", "break_even", "client_report")


@pytest.fixture
def job(tmp_path):
    """A job of three steps, whose settings are none."""
    client = tmp_path / "client"
    client.mkdir()
    return Job(
        client=SimpleNamespace(folder=client),
        target=tmp_path / "run",
        shown={},
        work=tmp_path / "work",
        previous=SimpleNamespace(step=lambda step: None),
        inputs={"customers.csv": "a"},
        books={step: SimpleNamespace(sha256=f"sha of {step}") for step in STEPS},
        settings=SimpleNamespace(of_step=lambda step: {"rate": 0.5}),
        overrides=(),
        in_cells=False,
        wanted=STEPS,
        fresh=False,
        progress=lambda line: None,
    )


def files(**shas):
    return {f"results/{step}.json": sha for step, sha in shas.items()}


def changed(job, step, one, two):
    before, after = job.stands_on(step, one), job.stands_on(step, two)
    return {part for part in before if before[part] != after[part]}


def test_a_step_stands_on_every_earlier_result_and_on_no_later_one(job):
    base = files(pmf_check="1", break_even="1", client_report="1")
    assert changed(job, "break_even", base, base | files(pmf_check="2")) == {"upstream"}
    assert changed(job, "break_even", base, base | files(break_even="2", client_report="2")) == set()
    assert changed(job, "pmf_check", base, files()) == set()


def test_scenarios_touch_break_even_and_decisions_the_report(job):
    names = {step: job.stands_on(step, {}) for step in STEPS}
    for file in ("scenarios.toml", "decisions.toml"):
        (job.client.folder / file).write_text("x = 1", encoding="utf-8")
    after = {step: job.stands_on(step, {}) for step in STEPS}
    assert {step: {p for p in names[step] if names[step][p] != after[step][p]} for step in STEPS} == {
        "pmf_check": set(),
        "break_even": {"plan"},
        "client_report": {"plan"},
    }


def test_results_are_read_where_their_digests_are_not_known(job):
    before = job.stands_on("break_even")
    (job.work / "results").mkdir(parents=True)
    (job.work / "results" / "pmf_check.json").write_text("{}", encoding="utf-8")
    after = job.stands_on("break_even")
    assert {part for part in before if before[part] != after[part]} == {"upstream"}


def test_a_step_without_an_earlier_result_must_run(job):
    assert job.why("pmf_check") == "no earlier result"
    assert job.settings.of_step("pmf_check") == {"rate": 0.5}


def test_the_manifest_has_no_seconds():
    run = {"step": "pmf_check", "notebook": "01.ipynb", "verdict": "go", "parameters": {}, "stands_on": {}}
    ran, kept = StepRun(why="our code changed", seconds=1.5, **run), StepRun(why="", seconds=0.0, **run)
    assert (ran.ran, ran.to_dict()["why"]) == (True, "our code changed")
    assert (kept.ran, kept.to_dict()["why"]) == (False, "unchanged")
    assert "seconds" not in ran.to_dict()


def test_folders_are_shown_as_seen_from_the_notebooks():
    client, run = Path("/a/data/acme"), Path("/a/reports/acme")
    assert folders(client, run) == {"client_dir": "/a/data/acme", "results_dir": "/a/reports/acme/results"}
    seen = folders_shown(client, run)
    assert seen["results_dir"] == "../results"
    assert os.path.normpath(run / "notebooks" / seen["client_dir"]) == str(client)
    assert folders_shown(Path("/b/data/acme"), Path("/b/reports/acme")) == seen
