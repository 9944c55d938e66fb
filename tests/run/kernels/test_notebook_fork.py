"""A process that runs notebooks: what they returned, or at which cell and how it ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys

import pytest

from referral_playbook.run.kernels.failures import KernelStoppedError
from referral_playbook.run.kernels.forks import WarmGoneError
from referral_playbook.run.kernels.notebook_fork import NotebookFork


class Ended:
    def __init__(self, code):
        self.code, self.pid, self.killed = code, 0, False

    def wait(self):
        return self.code

    def kill(self):
        self.killed = True


class Warm:
    """Forks that left these lines on their channel and this in their log, and ended unless the code is None."""

    def __init__(self, code=None, lines=b"", log=""):
        self.code, self.lines, self.text, self.forks = code, lines, log, []

    def fork(self, be, channel, *, log, **request):
        self.forks.append({"be": be, **request})
        self.channel = socket.socket(fileno=os.dup(channel))
        self.channel.sendall(self.lines)
        if self.code is not None:
            self.channel.close()
        log.write_text(self.text)
        return Ended(self.code)


@pytest.fixture
def begun(tmp_path):
    made = []

    def _begun(warm):
        fork = NotebookFork(warm)
        fork.begin("a:b", {"path": "x.ipynb"}, folder=tmp_path, environment={"A": "1"})
        made.append((warm, fork))
        return fork

    yield _begun
    for warm, fork in made:
        warm.channel.close()
        fork.clear()
        assert not fork.private.exists()


def test_one_fork_is_asked_again_and_again_by_its_channel(begun, tmp_path):
    warm = Warm(lines=b'[2]\n[2, 1, []]\n{"value": [1]}\n{"value": null}\n')
    fork = begun(warm)
    assert fork.answer(10) == [1]
    fork.begin("a:b", {"path": "y.ipynb"}, folder=tmp_path, environment={"A": "2"})
    assert fork.answer(10) is None
    own = str(fork.private)
    assert warm.forks == [{"be": "notebooks", "cwd": own, "environment": {"IPYTHONDIR": own}}]
    first, second = map(json.loads, warm.channel.recv(4096).splitlines())
    here = {"function": "a:b", "folder": str(tmp_path)}
    assert first == {"arguments": {"path": "x.ipynb"}, "environment": {"A": "1"}, **here}
    assert second == {"arguments": {"path": "y.ipynb"}, "environment": {"A": "2"}, **here}
    warm.channel.close()
    fork.begin("a:b", {}, folder=tmp_path, environment={})  # it died in between: the answer says so
    with pytest.raises(KernelStoppedError, match="its kernel died"):
        fork.answer(10)


def test_a_fault_comes_back_as_one(begun):
    with pytest.raises(RuntimeError, match="ours"):
        begun(Warm(lines=b'{"trace": "ours"}\n')).answer(10)


DIED = {"lines": b'[2]\n[2, 1, []]\n[4]\n[4, 2, [{"da', "log": "out of memory\n"}


def test_a_death_names_the_cell_how_it_ended_and_what_was_noted_whole(begun):
    with pytest.raises(KernelStoppedError, match="its kernel died: killed by signal 9; out of memory") as stopped:
        begun(Warm(-9, **DIED)).answer(10)
    assert (stopped.value.cell, stopped.value.died) == (4, True)
    assert stopped.value.record == ["[2]", "[2, 1, []]", "[4]"]


def test_a_cell_that_took_too_long_is_no_death(begun):
    with pytest.raises(KernelStoppedError, match="took more than 10 seconds") as stopped:
        begun(Warm(-signal.SIGALRM, **DIED)).answer(10)
    assert (stopped.value.cell, stopped.value.died) == (4, False)


def test_before_the_first_cell_there_is_none_to_name(begun):
    with pytest.raises(KernelStoppedError, match="exit code 1") as stopped:
        begun(Warm(1)).answer(10)
    assert stopped.value.cell is None


def test_a_warm_process_that_is_gone_is_a_dead_kernel(tmp_path):
    class Gone:
        def fork(self, *_, **request):
            raise WarmGoneError("gone")

    fork = NotebookFork(Gone())
    with pytest.raises(KernelStoppedError, match="its kernel died: gone"):
        fork.begin("a:b", {}, folder=tmp_path, environment={})
    fork.kill()
    fork.clear()


def test_without_a_warm_process_this_interpreter_starts_afresh_and_is_let_go(tmp_path):
    fork = NotebookFork(None)
    fork.begin("builtins:dict", {"a": 1}, folder=tmp_path, environment={"A": "1"})
    assert fork._process.args[0] == sys.executable
    assert list(fork.answer(10)) == ["a", "record"]
    fork.begin("os:getenv", {"key": "A"}, folder=tmp_path, environment={"A": "2"})
    with pytest.raises(RuntimeError, match="unexpected keyword argument 'record'"):  # the same process goes on
        fork.answer(10)
    fork.clear()
    assert fork._process.returncode == 0
    assert not fork.private.exists()
