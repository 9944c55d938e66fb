"""What a fork becomes: one call of a function, whose value or fault comes back as JSON, each kind apart."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.facts.engines.places import EngineError
from referral_playbook.run.kernels.forked import _call, _settle, become

# the fork of this test ends at once and uses no lock of another thread
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def answer_of(tmp_path, function, **arguments):
    path = tmp_path / "answer.json"
    assert _call(function, arguments, str(path)) == 0
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_value_of_a_call_comes_back(tmp_path):
    assert answer_of(tmp_path, "os.path:isdir", s=str(tmp_path)) == {"value": True}
    assert answer_of(tmp_path, "fractions:Fraction", numerator=1, denominator=2) == {"value": "1/2"}


@pytest.mark.parametrize(
    ("error", "reply"),
    [
        (ClientFaultError("no name"), {"clients_fault": "no name"}),
        (EngineError("--engine: no"), {"engines_fault": "--engine: no"}),
        (OSError(errno.ENOSPC, "full", "x"), {"machines_fault": [errno.ENOSPC, "full", "x"]}),
    ],
)
def test_each_kind_of_fault_comes_back_apart(tmp_path, monkeypatch, error, reply):
    def fails():
        raise error

    monkeypatch.setattr(os, "fails_in_a_test", fails, raising=False)
    assert answer_of(tmp_path, "os:fails_in_a_test") == reply


def test_a_fault_of_ours_comes_back_with_its_trace(tmp_path):
    reply = answer_of(tmp_path, "no.such.module:f")
    assert list(reply) == ["trace"]
    assert "ModuleNotFoundError" in reply["trace"]


def test_a_fork_has_its_own_folder_log_environment_and_random_numbers(tmp_path):
    """In a fork of this test, because folder, log and environment belong to a whole process."""
    log, drawn = tmp_path / "log", tmp_path / "drawn"
    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    child = os.fork()
    if child == 0:
        _settle({"environment": {"A_TEST": "yes"}, "cwd": str(tmp_path), "log": str(log)})
        drawn.write_text(f"{np.random.random()} {os.environ['A_TEST']} {Path.cwd()}")
        os.write(1, b"said")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    number, variable, folder = drawn.read_text().split()
    assert (variable, folder) == ("yes", str(tmp_path.resolve()))
    assert float(number) != expected
    assert log.read_bytes() == b"said"
    assert "A_TEST" not in os.environ


def test_a_fork_whose_folder_was_cleared_ends_without_a_word(tmp_path):
    said = tmp_path / "said"
    request = {"be": "call", "environment": {}, "cwd": str(tmp_path / "gone"), "log": str(tmp_path / "log")}
    child = os.fork()
    if child == 0:
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 2)
        become(request, parent=os.getppid())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert said.read_text() == ""
