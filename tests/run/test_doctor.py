"""`playbook doctor`: each thing that a run needs is looked at, and a fault says what is missing."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError

import pytest

from referral_playbook.facts.engines.places import KINDS
from referral_playbook.run import doctor
from referral_playbook.run.client.plan import PLACE


def test_everything_is_looked_at_once_and_this_machine_can_run():
    found = {finding.name: finding for finding in doctor.examine()}
    assert {"Python", "libraries", "notebooks", "reports", "temporary files", "fork", "PDF"} <= set(found)
    assert {f"engine {kind.name}" for kind in KINDS.values()} <= set(found)
    assert all(finding.passed for finding in found.values() if finding.needed)
    assert all(finding.text for finding in found.values())


@pytest.mark.parametrize(
    ("version", "passed"), [((3, 10, 9), False), ((3, 11, 0), True), ((3, 13, 5), True), ((3, 14, 0), False)]
)
def test_only_these_versions_of_python_are_supported(monkeypatch, version, passed):
    monkeypatch.setattr(doctor.sys, "version_info", version)
    found = doctor._python()
    assert found.passed is passed
    assert found.text.startswith(".".join(map(str, version)))


def test_a_library_that_is_missing_is_named(monkeypatch):
    def version(library):
        if library == "papermill":
            raise PackageNotFoundError(library)
        return "1.0"

    monkeypatch.setattr(doctor, "version", version)
    found = doctor._libraries()
    assert not found.passed
    assert found.text.endswith("; missing: papermill")


def test_notebooks_that_are_not_there_are_a_fault(monkeypatch, tmp_path):
    monkeypatch.setenv(PLACE, str(tmp_path))
    found = doctor._notebooks()
    assert not found.passed
    assert "no notebooks in" in found.text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    found = doctor._writable("reports", tmp_path)
    tmp_path.chmod(0o700)
    assert not found.passed


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path):
    found = doctor._writable("reports", tmp_path / "gone")
    assert not found.passed
    assert "gone cannot be written" in found.text


def test_reports_that_are_not_there_yet_are_looked_for_in_the_nearest_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert doctor._reports().text == f"{tmp_path} can be written"
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"
