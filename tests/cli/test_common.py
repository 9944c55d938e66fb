"""What all commands share: exit codes and messages for each kind of fault, how much is said, progress of a run."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from referral_playbook.cli import common
from referral_playbook.cli.common import Level, StepProgress, faults, leave, near, result, say
from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.facts.engines.places import EngineError
from referral_playbook.run.client.plan import PlanError
from referral_playbook.run.kernels.failures import NotebookError


@pytest.fixture(autouse=True)
def usual_level():
    yield
    common.set_level(Level.NORMAL)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (PlanError("there is no step 'x'"), common.USAGE, "there is no step 'x'"),
        (EngineError("--engine: no"), common.USAGE, "--engine: no"),
        (ClientFaultError("client.toml: no name"), common.CLIENT_AT_FAULT, "client.toml: no name"),
        (NotebookError("pmf_check", 3, "ValueError: x"), common.NOTEBOOK_FAILED, "pmf_check, cell 3: ValueError: x"),
        (NotebookError("pmf_check", 3, "x", clients_fault=True), common.CLIENT_AT_FAULT, "pmf_check, cell 3: x"),
        (OSError(errno.ENOSPC, "No space left on device", "out"), common.MACHINE, "out: the disk is full"),
        (KeyboardInterrupt(), common.INTERRUPTED, "Stopped; the previous run is as it was."),
    ],
)
def test_each_fault_of_a_run_has_its_exit_code_and_no_trace(error, code, words, capsys):
    with pytest.raises(SystemExit) as ended, faults():
        raise error
    assert ended.value.code == code
    printed = capsys.readouterr().err
    assert words in printed
    assert "Traceback" not in printed


def test_a_fault_of_ours_keeps_its_trace():
    with pytest.raises(ZeroDivisionError), faults():
        1 / 0  # noqa: B018
    with pytest.raises(ValueError, match="ours"), faults():
        raise ValueError("ours")


def test_with_v_the_trace_of_a_fault_is_shown_too(capsys):
    common.set_level(Level.VERBOSE)
    with pytest.raises(SystemExit), faults():
        raise PlanError("there is no step 'x'")
    assert "Traceback" in capsys.readouterr().err


def test_with_q_only_results_and_faults_are_said(capsys):
    common.set_level(Level.QUIET)
    say("reading")
    result("the number")
    with pytest.raises(SystemExit):
        leave(common.USAGE, "first\nsecond")
    printed = capsys.readouterr()
    assert printed.out == "the number\n"
    assert printed.err == "first\nsecond\n"


def test_progress_counts_steps_and_tells_the_rest_of_the_time(capsys):
    """Two of four steps in 20 seconds: about 20 more."""
    clock = iter((0.0, 10.0, 20.0)).__next__
    progress = StepProgress(4, clock=clock, live=True)
    progress("pmf_check ... go")
    progress("reading the tables")
    progress("value_exchange ... go")
    assert capsys.readouterr().out.splitlines() == [
        "[1/4] pmf_check ... go, about 30 s left",
        "reading the tables",
        "[2/4] value_exchange ... go, about 20 s left",
    ]


def test_where_nobody_watches_the_lines_are_as_they_are(capsys):
    StepProgress(4, clock=lambda: 0.0, live=False)("pmf_check ... go")
    assert capsys.readouterr().out == "pmf_check ... go\n"


def test_a_path_is_shown_as_one_would_type_it_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "reports" / "acme") == Path("reports/acme")
    assert near(Path("/elsewhere/acme")) == Path("/elsewhere/acme")
