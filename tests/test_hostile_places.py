"""Odd files and broken disks: no trace of ours, one message, and an exit code that blames the right one."""

from __future__ import annotations

import errno
import os

import pytest
from click.testing import CliRunner

from referral_playbook.cli import main
from referral_playbook.run.client import folder, manifest, run_client
from referral_playbook.run.machine import describe_fault, fault_of_machine

from .run.conftest import TOML, make_notebook, no_facts, recording

__all__ = ["no_facts"]


@pytest.fixture
def place(tmp_path, monkeypatch, no_facts):
    """A working folder with a client `acme` and a notebook, facts left out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFERRAL_PLAYBOOK_NOTEBOOKS", str(tmp_path / "books"))
    make_client(tmp_path / "acme")
    make_notebook(tmp_path / "books", "01_pmf_check.ipynb", recording("pmf_check", "7.0"))
    return tmp_path


def make_client(folder, toml=TOML):
    folder.mkdir()
    (folder / "client.toml").write_text(toml)
    (folder / "customers.csv").write_text("customer_id,joined_on\na,2026-01-05\n")


def call(*arguments):
    result = CliRunner().invoke(main, arguments)
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert "Traceback" not in result.output
    return result


def table_in_a_loop(client):
    (client / "customers.csv").unlink()
    (client / "customers.csv").symlink_to("customers.csv")


def client_in_a_loop(client):
    (client / "client.toml").unlink()
    (client / "client.toml").symlink_to("client.toml")


def folder_in_a_loop(client):
    client.rename(client.with_name("whole"))
    client.symlink_to(client.name)


def client_outside(client):
    (client / "client.toml").rename(client.with_name("other.toml"))
    (client / "client.toml").symlink_to("../other.toml")


def table_outside(client):
    (client / "customers.csv").rename(client.with_name("other.csv"))
    (client / "customers.csv").symlink_to("../other.csv")


def table_linked(client):
    os.link(client / "customers.csv", client.with_name("other.csv"))


def client_linked(client):
    os.link(client / "client.toml", client.with_name("other.toml"))


def table_is_a_pipe(client):
    (client / "customers.csv").unlink()
    os.mkfifo(client / "customers.csv")


def appended(text):
    return lambda client: (client / "client.toml").write_text(TOML + text)


def named(file):
    return lambda client: (client / "client.toml").write_text(TOML.replace("customers.csv", file))


HOSTILE = {
    "table in a loop": (table_in_a_loop, "customers.csv"),
    "client.toml in a loop": (client_in_a_loop, "client.toml"),
    "folder in a loop": (folder_in_a_loop, "no such folder"),
    "client.toml outside": (client_outside, "link out of the client folder"),
    "table outside": (table_outside, "leaves the client folder"),
    "table is a hard link": (table_linked, "hard link"),
    "client.toml is a hard link": (client_linked, "hard link"),
    "table is a pipe": (table_is_a_pipe, "no such file"),
    "300 letters": (named("a" * 300 + ".csv"), "longer than a file can have"),
    "NUL in a name": (named("a\\u0000.csv"), "client folder"),
    "3,000 brackets": (appended("[parameters]\nx = " + "[" * 3000 + "]" * 3000), "too deep"),
    "5,000 keys deep": (appended("[" + ".".join("a" * 5000) + "]"), "too deep"),
    "400 digits": (appended("[parameters]\nhours_per_month = " + "9" * 400), "hours_per_month"),
    "5,000 digits": (appended("[parameters]\nhours_per_month = " + "9" * 5000), "too long"),
}


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("kind", HOSTILE)
def test_what_the_client_gave_is_refused_with_a_message(place, kind, command):
    make, words = HOSTILE[kind]
    make(place / "acme")
    result = call(command, "acme")
    assert result.exit_code == 1
    assert words in result.output
    assert not (place / "reports").exists()


def test_a_client_folder_with_too_long_a_name_is_not_there(place):
    result = call("check", "b" * 300)
    assert result.exit_code == 1
    assert "no such folder" in result.output


def test_a_hard_link_is_allowed_within_the_folder_or_on_request(place):
    os.link(place / "acme" / "customers.csv", place / "acme" / "copy.csv")
    assert call("check", "acme").exit_code == 0
    os.link(place / "acme" / "customers.csv", place / "backup.csv")
    assert "hard_links = true" in call("check", "acme").output
    (place / "acme" / "client.toml").write_text("hard_links = true\n" + TOML)
    assert call("check", "acme").exit_code == 0


DISK = {
    "no space for the run folder": (folder, "unfinished", errno.ENOSPC, "the disk is full"),
    "a read-only disk": (folder, "unfinished", errno.EROFS, "the disk is read-only"),
    "no right to write": (folder, "unfinished", errno.EACCES, "permission denied"),
    "quota used up at the report": (run_client, "_report", errno.EDQUOT, "quota"),
    "no space for the manifest": (run_client, "write_manifest", errno.ENOSPC, "the disk is full"),
    "a network disk that is gone": (run_client, "write_manifest", errno.ESTALE, "Check the disk"),
}


@pytest.mark.parametrize("kind", DISK)
def test_a_broken_disk_is_nobodys_data_and_the_previous_run_stays(place, monkeypatch, kind):
    module, function, code, words = DISK[kind]
    assert call("run", "acme").exit_code == 0
    before = manifest.files_digests(place / "reports" / "acme")

    def fail(*_, **__):
        raise OSError(code, os.strerror(code), "reports/acme/x")

    monkeypatch.setattr(module, function, fail)
    result = call("run", "acme", "--fresh")
    assert result.exit_code == 5
    assert words in result.output.splitlines()[-1]
    assert manifest.files_digests(place / "reports" / "acme") == before


def test_a_folder_that_is_too_long_for_the_disk(place):
    result = call("run", "acme", "--out", "c" * 300)
    assert result.exit_code == 5
    assert "the name is too long" in result.output
    assert len(result.output.splitlines()[-1]) < 200


def test_a_full_disk_is_known_by_its_words_too():
    fault = fault_of_machine(RuntimeError('Could not write file "/tmp/x": No space left on device'))
    assert fault is not None
    assert "the disk is full" in describe_fault(fault)
    assert fault_of_machine(RuntimeError("a mistake of ours")) is None
    assert fault_of_machine(OSError("no number")) is None


DISK_PROMISE = (
    "A full, read-only or lost disk ends in one sentence with exit code 5, and the previous run stays as it was"
)


def test_the_figures_of_the_page(promise):
    promise(
        "Odd files are refused in one message, with exit code 1", f"{2 * len(HOSTILE)} of {2 * len(HOSTILE)} refused"
    )
    promise(DISK_PROMISE, f"{len(DISK)} of {len(DISK)} faults")
