"""The warm process without a process: what is still to import, in which order, and an import that fails."""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys

import pytest

from referral_playbook.run.kernels import warm
from referral_playbook.run.kernels.pool import OF_MANY
from referral_playbook.run.kernels.warm import REPORT, REPORTING, Warm, _import
from referral_playbook.show.style import PREPARED

# the fork of this test ends at once and uses no lock of another thread
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


@pytest.fixture
def made():
    """``made(modules)``: a warm process in this one, that serves nobody."""
    ours, theirs = socket.socketpair()
    opened = []

    def _made(*modules):
        opened.append(Warm(theirs, modules))
        return opened[-1]

    yield _made
    for one in opened:
        one.bell.close()
        one.ringer.close()
    ours.close()
    theirs.close()


def test_modules_are_imported_once_each_and_those_of_reports_last(made):
    found = made("a", REPORT, "b", "a")
    assert (found.todo, found.last, found.ready) == (["a", "b"], list(REPORTING), False)
    assert made("a").last == []


def test_it_is_ready_after_the_last_import_and_a_rehearsal_and_then_imports_what_reports_need(made, monkeypatch):
    done = []
    monkeypatch.setattr(warm, "_import", done.extend)
    monkeypatch.setattr(warm, "_call", lambda functions: done.extend(f for f in functions if f in REPORTING))
    monkeypatch.setattr(warm, "rehearse", lambda: done.append("rehearsal"))
    monkeypatch.setattr(warm, "rehearse_cells", lambda: None)
    monkeypatch.setattr(warm.gc, "freeze", lambda: None)
    found = made("a", "b", REPORT)
    ready = []
    for _ in range(6):
        found._prepare()
        ready.append(found.ready)
    assert done == ["a", "b", "rehearsal", *REPORTING]
    assert ready == [False, False, True, True, True, True]


def test_a_rehearsal_that_fails_costs_nothing_but_time(made, monkeypatch):
    monkeypatch.setattr(warm, "rehearse", lambda: 1 / 0)
    monkeypatch.setattr(warm, "rehearse_cells", lambda: None)
    monkeypatch.setattr(warm.gc, "freeze", lambda: None)
    found = made()
    found._prepare()
    assert found.ready


def test_a_module_that_cannot_be_imported_does_not_keep_from_the_others(tmp_path, monkeypatch):
    (tmp_path / "breaks_in_a_test.py").write_text("1 / 0", encoding="utf-8")
    (tmp_path / "works_in_a_test.py").write_text("", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    _import(["no_such_module_at_all", "breaks_in_a_test", "works_in_a_test"])
    assert "works_in_a_test" in sys.modules
    monkeypatch.delitem(sys.modules, "works_in_a_test")


def test_what_every_notebook_reads_is_read_once():
    for function in warm.ONCE:
        module, _, name = function.partition(":")
        read = getattr(importlib.import_module(module), name)
        read.cache_clear()
        warm._call([function])
        assert read.cache_info().currsize == 1, function


def test_when_the_other_side_closes_there_is_nothing_to_answer(made):
    ours, theirs = socket.socketpair()
    found = Warm(theirs, ())
    ours.close()
    assert found._answer() is False
    for end in (theirs, found.bell, found.ringer):
        end.close()


def test_a_run_that_ends_while_a_fork_is_made_is_no_error(tmp_path):
    ours, theirs = socket.socketpair()
    found = Warm(theirs, ())
    found.ready = True
    request = {"be": "call", "environment": {}, "cwd": str(tmp_path / "gone"), "log": str(tmp_path / "log")}
    told, tells = os.pipe()
    socket.send_fds(ours, [json.dumps(request).encode()], [tells])
    ours.close()
    assert found._answer() is False
    (pid,) = found.pipes
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    for fd in (told, tells, found.pipes[pid]):
        os.close(fd)
    for end in (theirs, found.bell, found.ringer):
        end.close()


def test_the_rehearsal_draws_and_writes():
    warm.rehearse()


def test_for_many_clients_axes_for_all_their_charts_are_made_before_forking(made):
    before, name = len(PREPARED), "referral_playbook.show.style:prepare_more_axes"
    assert name in OF_MANY
    found = made(name)
    found._prepare()
    assert (found.todo, len(PREPARED) - before) == ([], 28)
    del PREPARED[before:]
