"""Opening a session: the command of each server, its layout, chapters as pages, and a port that is free."""

from __future__ import annotations

import json
import socket

import pytest

from referral_playbook.run.lab import serve
from referral_playbook.run.lab.prepare import START


def test_a_free_port_can_be_bound_and_lies_below_those_of_kernels():
    port = serve.free_port()
    assert 20_000 <= port < 30_000
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))


def test_without_any_free_port_it_says_so(monkeypatch):
    class Taken:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return False

        def bind(self, address):
            raise OSError("in use")

    monkeypatch.setattr(serve.socket, "socket", Taken)
    with pytest.raises(OSError, match="no free port"):
        serve.free_port()


def test_the_lab_starts_at_the_start_page_with_our_settings(tmp_path):
    command = " ".join(serve._lab(tmp_path))
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert f"/lab/tree/{START}" in command
    for name, values in serve.SETTINGS.items():
        assert json.loads((tmp_path / ".settings" / name).read_text(encoding="utf-8")) == values


def test_a_layout_that_the_user_left_behind_is_kept(tmp_path):
    place = serve._workspace(tmp_path)
    (first,) = place.glob("*.jupyterlab-workspace")
    assert json.loads(first.read_text(encoding="utf-8")) == serve.LAYOUT
    first.write_text("mine", encoding="utf-8")
    serve._workspace(tmp_path)
    assert first.read_text(encoding="utf-8") == "mine"


def test_on_the_clients_screen_chapters_are_pages_that_link_to_pages(tmp_path):
    (tmp_path / "playbook").mkdir()
    (tmp_path / "playbook" / "one.md").write_text("# One\n\n[two](two.md) and [there](two.md#x)", encoding="utf-8")
    serve._present(tmp_path)
    page = (tmp_path / "playbook" / "one.html").read_text(encoding="utf-8")
    assert 'href="two.html"' in page
    assert 'href="two.html#x"' in page
    assert "<title>one</title>" in page


def test_options_go_on_to_jupyter_and_its_exit_code_comes_back(tmp_path, monkeypatch):
    seen = {}

    class Ended:
        returncode = 3

    def run(command, *, env, check):
        seen.update(command=command, env=env)
        return Ended()

    monkeypatch.setattr(serve.subprocess, "run", run)
    assert serve.open_lab(tmp_path, ["--port", "8899"]) == 3
    assert seen["command"][-2:] == ["--port", "8899"]
    assert seen["env"]["OPENBLAS_NUM_THREADS"]
    assert serve.PRESENT not in seen["env"]
    serve.open_lab(tmp_path, present=True)
    assert seen["env"][serve.PRESENT] == "1"
