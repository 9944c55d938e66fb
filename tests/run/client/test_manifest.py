"""The manifest: digests that follow content alone, every file with its SHA-256, and no other JSON taken for one."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.run.client.manifest import (
    FORMAT,
    MARK,
    digest,
    file_digest,
    files_digests,
    read_manifest,
    write_manifest,
)


@given(st.dictionaries(st.text(), st.integers()))
def test_a_digest_does_not_follow_the_order_of_keys(value):
    assert digest(value) == digest(dict(reversed(value.items())))
    assert digest(value) != digest({**value, "one more": 0.5})


def test_a_digest_is_the_sha256_of_sorted_json():
    assert digest({"b": 1, "a": "é"}) == hashlib.sha256('{"a": "é", "b": 1}'.encode()).hexdigest()
    with pytest.raises(ValueError, match="JSON"):
        digest(float("nan"))


def test_every_file_but_the_facts_is_written_down(tmp_path):
    for name in ("results/pmf_check.json", "facts/facts.json", "factsheet.txt", "report.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    write_manifest(tmp_path, {"client": "Acme"})
    told = read_manifest(tmp_path)
    assert told["client"] == "Acme"
    assert set(told["files"]) == {"results/pmf_check.json", "factsheet.txt", "report.html"}
    assert told["files"]["report.html"] == hashlib.sha256(b"report.html").hexdigest()
    assert "python" in told["versions"]
    assert not list(tmp_path.glob("*.part"))


def test_the_same_run_writes_the_same_bytes(tmp_path):
    (tmp_path / "report.html").write_text("x", encoding="utf-8")
    first = write_manifest(tmp_path, {"client": "Acme"}).read_bytes()
    folder = tmp_path / "again"
    folder.mkdir()
    (folder / "report.html").write_text("x", encoding="utf-8")
    assert write_manifest(folder, {"client": "Acme"}).read_bytes() == first
    assert write_manifest(folder, {"client": "Acme"}).read_bytes() == first  # written over: it does not list itself


@pytest.mark.parametrize("text", ["", "[]", "{}", "not json", json.dumps({MARK: FORMAT + 1})])
def test_anything_else_is_no_manifest(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "gone") is None


def test_digests_of_a_folder_name_files_by_their_path_there(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.txt").write_bytes(b"x")
    assert files_digests(tmp_path) == {"a/b/c.txt": file_digest(tmp_path / "a" / "b" / "c.txt")}
