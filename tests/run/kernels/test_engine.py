"""papermill's engine: a cell that takes too long or a kernel that dies is an error that says where and how."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines

from referral_playbook.run.kernels import engine
from referral_playbook.run.kernels.engine import ENGINE, PlaybookEngine
from referral_playbook.run.kernels.failures import KernelStoppedError


class Manager:
    def __init__(self, words):
        self.words, self.cleared = words, False

    def last_words(self):
        return self.words

    def clear(self):
        self.cleared = True


@pytest.fixture
def ran(monkeypatch):
    """``ran(error, words)``: run a notebook whose kernel ends so at its third cell."""

    def _ran(error=None, words="killed by signal 9", manager=True):
        kept = Manager(words) if manager else None
        notebooks = []

        class Client:
            def __init__(self, nb_man, **options):
                self.at, self.kept = 2, kept

            def execute(self):
                if error:
                    raise error
                return "done"

        monkeypatch.setattr(engine, "_Client", Client)
        book = SimpleNamespace(nb="notebook")
        try:
            return PlaybookEngine.execute_managed_notebook(
                book, "python3", keep=notebooks.append, execution_timeout=1800
            )
        finally:
            assert notebooks == ["notebook"], "the notebook as far as it went is handed on"
            assert kept is None or kept.cleared

    return _ran


def test_a_cell_that_takes_too_long_is_no_death(ran):
    with pytest.raises(KernelStoppedError, match="took more than 1800 seconds") as stopped:
        ran(CellTimeoutError("x"))
    assert (stopped.value.cell, stopped.value.died) == (2, False)


@pytest.mark.parametrize("error", [DeadKernelError("Kernel died"), RuntimeError("Kernel didn't respond")])
def test_a_dead_kernel_says_how_it_died(ran, error):
    with pytest.raises(KernelStoppedError, match="its kernel died: killed by signal 9") as stopped:
        ran(error)
    assert (stopped.value.cell, stopped.value.died) == (2, True)


def test_without_last_words_the_error_itself_is_told(ran):
    with pytest.raises(KernelStoppedError, match="its kernel died: Kernel died"):
        ran(DeadKernelError("Kernel died"), words="")
    with pytest.raises(KernelStoppedError, match="its kernel died: Kernel died"):
        ran(DeadKernelError("Kernel died"), manager=False)


def test_a_notebook_that_ends_well_is_handed_back_and_papermill_knows_the_engine(ran):
    assert ran() == "done"
    assert papermill_engines.get_engine(ENGINE) is PlaybookEngine
