"""Whether a step must run again: the reasons, and files of an earlier run that are used only while they are whole."""

from __future__ import annotations

import hashlib
import json

import pytest

from referral_playbook.run.client.changed import CHANGED, Previous, why_run
from referral_playbook.run.client.manifest import FORMAT, MARK


@pytest.fixture
def earlier(tmp_path):
    folder = tmp_path / "run"
    files = {"results/pmf_check.json": b"{}", "notebooks/01_pmf_check.ipynb": b"[]"}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    steps = {"pmf_check": {"notebook": "01_pmf_check.ipynb"}, "intake": {"notebook": "00_intake.ipynb"}}
    told = {MARK: FORMAT, "steps": steps, "files": sums}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def test_a_step_counts_only_while_its_files_are_those_of_the_manifest(earlier):
    assert Previous.at(earlier).step("pmf_check") == {"notebook": "01_pmf_check.ipynb"}
    assert Previous.at(earlier).step("intake") is None, "its files are not there"
    assert Previous.at(earlier).step("goal_setting") is None
    (earlier / "results" / "pmf_check.json").write_bytes(b"{ }")
    assert Previous.at(earlier).step("pmf_check") is None


def test_a_folder_without_a_run_has_no_steps(tmp_path):
    assert Previous.at(tmp_path).step("pmf_check") is None
    assert not Previous.at(tmp_path).holds("results/pmf_check.json")


def test_files_are_handed_on_with_their_bytes(earlier, tmp_path):
    work = tmp_path / "work"
    Previous.at(earlier).hand_on(work, "results", "notebooks/01_pmf_check.ipynb")
    assert (work / "results" / "pmf_check.json").read_bytes() == b"{}"
    assert (work / "notebooks" / "01_pmf_check.ipynb").read_bytes() == b"[]"


@pytest.mark.parametrize("part", CHANGED)
def test_each_thing_that_changed_is_named_alone(part):
    before = dict.fromkeys(CHANGED, "a")
    assert why_run({"stands_on": before}, before | {part: "b"}, fresh=False) == CHANGED[part]


def test_all_that_changed_is_named_and_fresh_comes_first():
    before = {"stands_on": {"inputs": "a", "code": "a"}}
    assert why_run(before, {"inputs": "b", "code": "b"}, fresh=False) == "the client's files changed, our code changed"
    assert why_run(before, {"inputs": "a", "code": "a", "versions": "1"}, fresh=False) == "the libraries changed"
    assert why_run(before, before["stands_on"], fresh=True) == "asked for with --fresh"
