"""Recipes for scheduling: they parse, are linted, and call commands and options that exist."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from referral_playbook.cli import main

FOLDER = Path(__file__).resolve().parents[1] / "automation"
FILES = sorted(path for path in FOLDER.iterdir() if path.is_file())


def test_the_readme_names_every_recipe():
    text = (FOLDER / "README.md").read_text()
    assert not [path.name for path in FILES if path.name != "README.md" and path.name not in text]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_playbook_command_and_option_exists(path):
    for command, rest in re.findall(r"playbook (check|run|compare|portfolio)\b([^\n`|>&]*)", path.read_text()):
        options = {option for p in main.commands[command].params for option in p.opts}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= options


@pytest.mark.parametrize("name", ["airflow_dag.py", "dagster_job.py"])
def test_python_recipes_parse(name):
    ast.parse((FOLDER / name).read_text())


def test_the_shell_recipe_parses():
    subprocess.run(["sh", "-n", str(FOLDER / "monthly.sh")], check=True)


def test_the_crontab_has_five_fields_and_a_command():
    (line,) = [x for x in (FOLDER / "monthly.cron").read_text().splitlines() if x and not x.startswith("#")]
    *when, command = line.split(None, 5)
    assert all(re.fullmatch(r"[\d*/,-]+", field) for field in when)
    assert command.startswith("/opt/playbook/automation/monthly.sh ")


def test_the_workflow_pins_its_actions_and_has_no_secret():
    text = (FOLDER / "github-monthly.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert all(re.search(r"@[0-9a-f]{40}$", use.split("  #")[0]) for use in re.findall(r"uses: (\S+)", text))
    assert "secrets." not in text


def test_zizmor_finds_nothing_in_the_workflow():
    program = shutil.which("zizmor", path=str(Path(sys.executable).parent)) or shutil.which("zizmor")
    if program is None:
        pytest.skip("zizmor is not installed")
    done = subprocess.run(
        [program, "--offline", "--no-progress", str(FOLDER / "github-monthly.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_mailed_shell_recipe_runs_and_reports_a_failure(tmp_path):
    """With stand-ins for `playbook` and `mail` on the path: a failed run is mailed and its exit code is handed on."""
    log = tmp_path / "mail.log"
    (tmp_path / "playbook").write_text('#!/bin/sh\n[ "$1" = run ] && exit 3\nexit 0\n')
    (tmp_path / "mail").write_text(f'#!/bin/sh\ncat >> {log}\necho "$@" >> {log}\n')
    for name in ("playbook", "mail"):
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["sh", str(FOLDER / "monthly.sh"), "acme", str(tmp_path / "run"), "a@example.org"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        check=False,
    )
    assert done.returncode == 3
    assert "failed with exit code 3" in log.read_text()
