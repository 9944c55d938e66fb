"""One client of a portfolio: whose fault a failure is, and that no path of the worker is told."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.run.kernels.failures import KernelStoppedError, NotebookError
from referral_playbook.run.portfolio import one_client
from referral_playbook.run.portfolio.one_client import Blame, Task, _folders_shown, _without_folder, run_one


@pytest.fixture
def task(tmp_path):
    (tmp_path / "clients" / "acme").mkdir(parents=True)
    return Task(client="acme", source=str(tmp_path / "clients"), out=str(tmp_path / "out"))


def failing(monkeypatch, error):
    def run_client(client_dir, target, **options):
        raise error

    monkeypatch.setattr(one_client, "run_client", run_client)


@pytest.mark.parametrize(
    ("error", "blame", "again"),
    [
        (ClientFaultError("client.toml: no name"), Blame.CLIENT, False),
        (NotebookError("pmf_check", 3, "ValueError: x"), Blame.NOTEBOOK, False),
        (NotebookError("pmf_check", 3, "IntakeError: x", clients_fault=True), Blame.CLIENT, False),
        (NotebookError("pmf_check", 3, "killed", died=True), Blame.WORKER, True),
        (KernelStoppedError(None, "the runs were stopped"), Blame.WORKER, False),
        (OSError(errno.ENOSPC, "No space left on device", "out"), Blame.WORKER, None),
        (ZeroDivisionError("division by zero"), Blame.PLAYBOOK, False),
    ],
)
def test_a_failure_is_an_outcome_with_who_has_to_do_something(task, monkeypatch, error, blame, again):
    failing(monkeypatch, error)
    found = run_one(task)
    assert (found.client, found.findings, found.blame) == ("acme", None, blame)
    assert found.why
    if again is not None:
        assert found.again is again


def test_a_client_that_is_not_there_is_a_fault_of_the_worker(tmp_path):
    found = run_one(Task(client="acme", source=str(tmp_path / "gone"), out=str(tmp_path / "out")))
    assert found.blame is Blame.WORKER
    assert "shared folder, or a URL" in found.why


def test_a_message_names_the_clients_files_and_not_where_the_worker_has_them():
    error = ClientFaultError("/var/work/17/acme/customers.csv, row 3: no date; see /var/work/17/acme")
    _without_folder(error, Path("/var/work/17/acme"), "acme")
    assert str(error.args[0]) == "customers.csv, row 3: no date; see acme"


def test_urls_stay_as_they_are_in_the_notebooks():
    assert _folders_shown("s3://b/acme", "/out/acme") == {
        "client_dir": "s3://b/acme",
        "results_dir": "/out/acme/results",
    }
