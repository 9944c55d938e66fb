"""The run's side of the warm process: how a fork ended, what a call answered, which modules are imported."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import sys

import pytest

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.facts.engines.places import EngineError
from referral_playbook.run.kernels.forks import (
    LOST,
    CallDiedError,
    Fork,
    WarmGoneError,
    WarmParent,
    answered,
    imported,
)

# the fork of this test ends at once and uses no lock of another thread
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def test_imports_at_any_depth_are_found_once_and_relative_ones_are_not():
    source = "import os, json as j\nimport os\ndef f():\n    from a.b import c\nfrom . import x\nfrom .y import z"
    assert imported([source, "import json"]) == ["os", "json", "a.b", "a.b.c"]
    assert imported([]) == []


@pytest.fixture
def child():
    """A process in a group of its own that sleeps, the handle to it, and the pipe on which its end is told."""
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        signal.pause()
        os._exit(0)
    told, tells = os.pipe()
    while os.getpgid(pid) != pid:
        pass
    yield Fork(pid, told), tells
    for end in (lambda: os.kill(pid, signal.SIGKILL), lambda: os.waitpid(pid, 0)):
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            end()


def test_a_fork_runs_until_its_end_is_told(child):
    fork, tells = child
    assert fork.wait(0.01) is None
    os.write(tells, b"-9")
    os.close(tells)
    assert (fork.wait(1.0), fork.wait(), fork.returncode) == (-9, -9, -9)


def test_an_end_that_nobody_could_tell_is_that_of_a_lost_process(child):
    fork, tells = child
    os.close(tells)
    assert fork.wait(1.0) == LOST


def test_a_fork_is_killed_and_nothing_is_sent_after_its_end(child):
    fork, tells = child
    fork.kill()
    assert os.waitstatus_to_exitcode(os.waitpid(fork.pid, 0)[1]) == -signal.SIGKILL
    os.write(tells, b"-9")
    os.close(tells)
    fork.kill()  # nobody is there any more: no error
    assert fork.returncode == -9


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        ({"clients_fault": "no name"}, ClientFaultError, "no name"),
        ({"engines_fault": "--engine: no"}, EngineError, "--engine: no"),
        ({"machines_fault": [errno.ENOSPC, "full", "x"]}, OSError, "full"),
        ({"trace": "Traceback: ours"}, RuntimeError, "Traceback: ours"),
    ],
)
def test_a_fault_comes_back_as_its_own_kind(tmp_path, reply, error, words):
    (tmp_path / "answer").write_text(json.dumps(reply), encoding="utf-8")
    with pytest.raises(error, match=words):
        answered(tmp_path, "a:b", 0)


def test_a_value_comes_back_and_no_answer_tells_the_log(tmp_path):
    (tmp_path / "log").write_text("out of memory", encoding="utf-8")
    with pytest.raises(CallDiedError, match="a:b ended with exit code -9 and no answer out of memory"):
        answered(tmp_path, "a:b", -9)
    (tmp_path / "answer").write_text('{"value": [1, null]}', encoding="utf-8")
    assert answered(tmp_path, "a:b", 0) == [1, None]


def test_a_warm_process_that_was_never_started_is_neither_there_nor_gone(tmp_path):
    warm = WarmParent([], {})
    assert (warm.started, warm.gone) == (False, False)
    warm.close()
    with pytest.raises(ValueError, match="too long"):
        warm.fork("call", cwd=".", log=tmp_path / "log", environment={"A": "x" * 70_000})
    assert not warm.started


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux")
def test_a_request_to_a_process_that_is_gone_says_so(tmp_path, monkeypatch):
    warm = WarmParent([], {})
    monkeypatch.setattr(warm, "_ask", lambda message, pipe: b"")
    with pytest.raises(WarmGoneError, match="was it out of memory"):
        warm.fork("call", cwd=".", log=tmp_path / "log", environment={})
