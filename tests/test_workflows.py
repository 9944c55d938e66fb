"""The workflow files, which run on others' machines: safe by zizmor, and calling only what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click import Context

from referral_playbook.cli import main

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
ZIZMOR = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or shutil.which("zizmor")


@pytest.fixture(params=FILES, ids=lambda p: p.stem)
def workflow(request):
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


def _steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_all_are_there():
    assert [f.stem for f in FILES] == ["monthly-report", "portfolio", "tests"]


@pytest.mark.skipif(ZIZMOR is None, reason="zizmor, of the test extra, is not installed")
def test_zizmor_finds_nothing(promise):
    done = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--quiet", str(FOLDER)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    promise("Workflows cannot write to the repository, and their actions are pinned by hash", "0 findings")


@pytest.mark.skipif(ZIZMOR is None, reason="zizmor, of the test extra, is not installed")
def test_zizmor_would_find_something(tmp_path):
    """A linter that reads nothing finds nothing: it must refuse an action by its moving tag."""
    pinned = (FOLDER / "tests.yml").read_text(encoding="utf-8")
    loose = re.sub(r"(actions/checkout)@[0-9a-f]{40}", r"\1@main", pinned)
    assert loose != pinned
    (tmp_path / "loose.yml").write_text(loose, encoding="utf-8")
    done = subprocess.run(
        [ZIZMOR, "--offline", "--no-progress", "--quiet", str(tmp_path / "loose.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "unpinned-uses" in done.stdout


def test_no_more_rights_than_reading(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow["jobs"].values())
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_credentials_are_not_left_in_the_checkout(workflow):
    checkouts = [step for step in _steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_make_targets_that_are_called_exist(workflow):
    made = set(re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    called = re.findall(r"\bmake(?: -C \S+)? ([\w./-]+)", "\n".join(step.get("run", "") for step in _steps(workflow)))
    assert called
    assert set(called) <= made


def test_commands_of_the_playbook_exist_with_their_options(workflow):
    lines = [line for step in _steps(workflow) for line in step.get("run", "").splitlines() if "bin/playbook" in line]
    for line in lines:
        _, command, *words = line.split()
        known = main.get_command(Context(main), command)
        assert known is not None, line
        options = {name for parameter in known.params for name in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= options, line


def test_monthly_report_runs_by_itself_only_in_a_private_repository_of_a_client():
    workflow = yaml.safe_load((FOLDER / "monthly-report.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert workflow[True]["schedule"], "YAML reads the key 'on' as true"
    assert job["if"] == "vars.PLAYBOOK_CLIENT != ''", "without the variable (as here) nothing runs"
    assert ".private" in job["steps"][0]["run"], "looked at before anything else"
    assert any("playbook run" in step.get("run", "") for step in job["steps"])
    assert job["steps"][-1]["uses"].startswith("actions/upload-artifact@")
    assert "run/report.html" in job["steps"][-1]["with"]["path"]


def test_portfolio_covers_every_shard_and_puts_all_on_one_page():
    workflow = yaml.safe_load((FOLDER / "portfolio.yml").read_text(encoding="utf-8"))
    shard, summary = workflow["jobs"]["shard"], workflow["jobs"]["summary"]
    shards = shard["strategy"]["matrix"]["shard"]
    assert shards == [f"{n}/{len(shards)}" for n in range(1, len(shards) + 1)]
    assert summary["needs"] == "shard"
    for job in (shard, summary):
        assert "vars.PLAYBOOK_CLIENTS != ''" in job["if"], "without the variable (as here) nothing runs"
        assert ".private" in job["steps"][0]["run"], "looked at before anything else"
        assert job["steps"][-1]["if"] == "${{ !cancelled() }}", "one client's failure loses no other's run"
    (run,) = (step["run"] for step in summary["steps"] if "playbook portfolio" in step.get("run", ""))
    assert "--shard" not in run


def test_every_locked_dependency_has_a_hash(promise):
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    locked = [line for line in text.splitlines() if "==" in line]
    assert len(locked) > 100
    bare = sum("--hash=sha256:" not in line for line in locked)
    what = "Dependencies are installed by hash from the lock file, looked up for known holes, and listed (CycloneDX)"
    promise(what, f"{bare} without a hash")
