"""A run folder is whole at every moment: the new run, or the previous one."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from referral_playbook.run.client import folder
from referral_playbook.run.client.folder import replacing, unfinished
from referral_playbook.run.client.manifest import FORMAT, MARK

KILLED = """
import os, signal, sys
from pathlib import Path
from referral_playbook.run.client import folder
at, alone = int(sys.argv[2]), sys.argv[3] == "renames"
if alone:
    folder._exchange = lambda one, other: False
folder.sweep = lambda: []
steps = 0
def counted(function):
    def call(*arguments, **how):
        global steps
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **how)
    return call
folder._exchange = counted(folder._exchange)
folder.shutil.rmtree = counted(folder.shutil.rmtree)
Path.rename = counted(Path.rename)
with folder.replacing(Path(sys.argv[1])) as work:
    (work / "manifest.json").write_text('{"referral_playbook_run": 1, "run": "new"}')
"""


def write_run(place, name):
    (place / "manifest.json").write_text(json.dumps({MARK: FORMAT, "run": name}))


def run_in(place):
    return json.loads((place / "manifest.json").read_text())["run"]


@pytest.fixture
def target(tmp_path):
    with replacing(tmp_path / "run") as work:
        write_run(work, "old")
    return tmp_path / "run"


def kill_at(target, step, way):
    return subprocess.run([sys.executable, "-c", KILLED, str(target), str(step), way], check=False).returncode


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="two folders change places in one step on Linux only")
def test_killed_at_any_step_there_is_a_whole_run(target, promise):
    seen = []
    for step in range(1, 10):
        code = kill_at(target, step, "exchange")
        seen.append(run_in(target))
        if code == 0:
            break
        assert code == -9
        with replacing(target) as work:
            write_run(work, "old")
    assert seen == ["old", "old", "old", "new", "new"]
    assert [path.name for path in target.parent.iterdir() if path.name not in ("run", ".run.lock")] == []
    promise(
        "A run that is killed leaves a whole run folder: the new one or the previous one",
        "0 of 4 kills leave half a run",
    )


def test_killed_between_two_renames_the_previous_run_comes_back(target):
    assert kill_at(target, 5, "renames") == -9
    assert not target.exists()
    with replacing(target) as work:
        assert run_in(target) == "old"
        write_run(work, "new")
    assert run_in(target) == "new"


def test_an_error_leaves_the_previous_run_and_the_next_run_clears_what_it_wrote(target):
    def fail(work):
        (work / "half").write_text("x")
        raise OSError("full")

    with pytest.raises(OSError, match="full"), replacing(target) as work:
        fail(work)
    assert run_in(target) == "old"
    assert (unfinished(target) / "half").is_file()
    with replacing(target) as work:
        assert list(work.iterdir()) == []
        write_run(work, "new")
    assert run_in(target) == "new"
    assert not unfinished(target).exists()


def test_where_folders_cannot_change_places_they_are_renamed(target, monkeypatch):
    monkeypatch.setattr(folder, "_exchange", lambda one, other: False)
    with replacing(target) as work:
        write_run(work, "new")
    assert run_in(target) == "new"
