"""A kernel's manager: a private folder, this interpreter, and how the kernel ended in words."""

from __future__ import annotations

import sys

import pytest

from referral_playbook.run.kernels.manager import PrivateKernelManager


class Process:
    def __init__(self, code):
        self.code, self.killed = code, False

    def poll(self):
        return self.code

    def kill(self):
        self.killed = True


@pytest.fixture
def manager():
    made = PrivateKernelManager(is_stopped=lambda: False, environment={"A": "1"})
    yield made
    made.clear()


def test_each_kernel_has_a_folder_of_its_own_that_is_removed(manager):
    other = PrivateKernelManager(is_stopped=lambda: False, environment={})
    assert manager.private != other.private
    assert manager.connection_file.startswith(str(manager.private))
    assert manager.environment == {"A": "1", "IPYTHONDIR": str(manager.private)}
    other.clear()
    assert not other.private.exists()
    other.clear()


def test_it_starts_this_interpreter_whatever_the_user_has_installed(manager):
    assert manager.kernel_spec.argv[0] == sys.executable
    assert manager.kernel_spec.env == {}


@pytest.mark.parametrize(
    ("code", "words"),
    [(-9, "killed by signal 9; two; three; four"), (3, "exit code 3; two; three; four"), (None, "two; three; four")],
)
def test_the_last_words_are_how_it_ended_and_the_end_of_its_log(manager, code, words):
    manager.log_file.write_text("one\ntwo\nthree\nfour\n", encoding="utf-8")
    manager.process = Process(code)
    assert manager.last_words() == words


def test_a_kernel_that_never_started_has_no_last_words_and_cannot_be_killed(manager):
    assert manager.last_words() == ""
    manager.kill()
    manager.process = Process(None)
    manager.kill()
    assert manager.process.killed
