"""A notebook's process that is no fork: it answers, ends with the run that began it, and can be killed."""

from __future__ import annotations

import os
import signal

import pytest

from referral_playbook.run.kernels.notebook_fork import NotebookFork

SLOW = "import time\ndef wait(begun, **_):\n    open(begun, 'w').close()\n    time.sleep(600)\n"


@pytest.fixture
def slow(tmp_path, monkeypatch):
    """A process at work on a function that takes minutes."""
    (tmp_path / "slow.py").write_text(SLOW)
    places = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    monkeypatch.setenv("PYTHONPATH", places)
    fork = NotebookFork(None)
    fork.begin("slow:wait", {"begun": str(tmp_path / "begun")}, folder=tmp_path, environment={})
    while not (tmp_path / "begun").exists():
        assert fork._process.poll() is None
    yield fork
    fork.clear()


def test_it_ends_when_the_run_lets_go_of_it(slow):
    slow._process.stdin.close()
    assert slow._process.wait(30) == 0


def test_it_can_be_killed(slow):
    slow.kill()
    assert slow._process.wait(30) == -signal.SIGKILL
