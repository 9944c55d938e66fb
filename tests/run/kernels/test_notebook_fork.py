"""A notebook in a fork: what it returned, or at which cell and how it ended."""

from __future__ import annotations

import json
import signal
import sys

import pytest

from referral_playbook.run.kernels.failures import KernelStoppedError
from referral_playbook.run.kernels.forks import WarmGoneError
from referral_playbook.run.kernels.notebook_fork import NotebookFork


class Ended:
    def __init__(self, code):
        self.code, self.killed = code, False

    def wait(self):
        return self.code

    def kill(self):
        self.killed = True


class Warm:
    """Forks that have ended; `leave` writes the files that they left."""

    def __init__(self, code=0, leave=lambda place: None):
        self.code, self.leave, self.asked = code, leave, {}

    def fork(self, be, **request):
        self.asked = {"be": be, **request}
        self.leave(request["log"].parent)
        return Ended(self.code)


@pytest.fixture
def begun(tmp_path):
    made = []

    def _begun(warm):
        made.append(NotebookFork(warm))
        made[-1].begin("a:b", {"path": "x.ipynb"}, folder=tmp_path, environment={"A": "1"})
        return made[-1]

    yield _begun
    for one in made:
        one.clear()
        assert not one.private.exists()


def test_the_arguments_go_by_a_file_and_the_answer_comes_back(begun, tmp_path):
    warm = Warm(leave=lambda place: (place / "answer").write_text('{"value": [1]}'))
    fork = begun(warm)
    assert fork.answer(10) == [1]
    what = json.loads((fork.private / "what").read_text())
    assert what == {"path": "x.ipynb", "record": str(fork.private / "record")}
    assert (warm.asked["be"], warm.asked["function"], warm.asked["cwd"]) == ("notebook", "a:b", str(tmp_path))
    assert warm.asked["environment"] == {"A": "1", "IPYTHONDIR": str(fork.private)}


def died(place):
    (place / "record").write_text('[2]\n[2, 1, []]\n[4]\n[4, 2, [{"da')
    (place / "log").write_text("out of memory\n")


def test_a_death_names_the_cell_how_it_ended_and_what_was_noted_whole(begun):
    with pytest.raises(KernelStoppedError, match="its kernel died: killed by signal 9; out of memory") as stopped:
        begun(Warm(-9, died)).answer(10)
    assert (stopped.value.cell, stopped.value.died) == (4, True)
    assert stopped.value.record == ["[2]", "[2, 1, []]", "[4]"]


def test_a_cell_that_took_too_long_is_no_death(begun):
    with pytest.raises(KernelStoppedError, match="took more than 10 seconds") as stopped:
        begun(Warm(-signal.SIGALRM, died)).answer(10)
    assert (stopped.value.cell, stopped.value.died) == (4, False)


def test_before_the_first_cell_there_is_none_to_name(begun):
    with pytest.raises(KernelStoppedError, match="exit code 1") as stopped:
        begun(Warm(1)).answer(10)
    assert stopped.value.cell is None


def test_a_warm_process_that_is_gone_is_a_dead_kernel(tmp_path):
    class Gone:
        def fork(self, be, **request):
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
    assert fork.answer(10) == {"a": 1, "record": str(fork.private / "record")}
    fork.clear()
    assert fork._process.returncode == 0
    assert not fork.private.exists()
