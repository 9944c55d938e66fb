"""A file is written whole or not at all."""

from __future__ import annotations

import os

import pytest

from referral_playbook.contract import files
from referral_playbook.contract.files import write_whole


@pytest.mark.parametrize("content", ["Grüße, €5 🎉\r\nzwei", b"\x00\xff\r\n"])
def test_text_is_utf8_and_bytes_stay_as_they_are(tmp_path, content):
    path = write_whole(tmp_path / "a.html", content)
    assert path == tmp_path / "a.html"
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert os.listdir(tmp_path) == ["a.html"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = write_whole(tmp_path / "a.html", "old")

    def torn(beside, _):
        beside.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", torn)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, "new")
    assert path.read_text() == "old"


def test_what_was_left_half_written_does_not_stand_in_the_way(tmp_path):
    (tmp_path / "a.html.part").write_text("half")
    assert write_whole(tmp_path / "a.html", "new").read_text() == "new"
    assert os.listdir(tmp_path) == ["a.html"]
