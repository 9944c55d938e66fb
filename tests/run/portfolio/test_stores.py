"""Runs behind a URL: whole or not done, fetched only where needed, names in a store are no paths here."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress

import pytest

from referral_playbook.run.client import run_client
from referral_playbook.run.client.manifest import MARK, file_digest
from referral_playbook.run.kernels.shared import SharedKernels
from referral_playbook.run.portfolio.places import PlaceError, place_at
from referral_playbook.run.portfolio.portfolio import beside_reports, run_portfolio

from ..clients import make_books, make_clients, noted
from ..kernels.test_pool import wait_until

fsspec = pytest.importorskip("fsspec", reason="fsspec, of the test extra, is not installed")


@pytest.fixture
def memory():
    fs = fsspec.filesystem("memory")
    yield fs
    with suppress(FileNotFoundError):
        fs.rm("/store", recursive=True)


def write_run(folder, **files):
    """A run folder with its manifest."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    sums = {name: file_digest(folder / name) for name in files if not name.startswith("facts/")}
    (folder / "manifest.json").write_text(json.dumps({"referral_playbook_run": 1, "files": sums}))


ONE = {"report.html": "one", "results/a.json": "{}", "results/b.json": "{}", "facts/facts.json": "{}", "facts/x": "x"}


def put(store, **files):
    with store.run("acme") as place:
        write_run(place.target, **files)


def test_what_the_next_run_does_not_write_is_removed_and_nothing_else(memory):
    store = place_at("memory://store/out")
    put(store, **ONE)
    memory.pipe_file("/store/out/acme/notes.txt", b"somebody's own")
    put(store, **{"report.html": "two", "results/a.json": "{}", "facts/facts.json": "{}"})
    assert sorted(memory.find("/store/out/acme")) == [
        "/store/out/acme/facts/facts.json",
        "/store/out/acme/manifest.json",
        "/store/out/acme/notes.txt",
        "/store/out/acme/report.html",
        "/store/out/acme/results/a.json",
    ]
    assert memory.cat_file("/store/out/acme/report.html") == b"two"


def test_a_run_cut_off_while_it_is_put_back_counts_as_not_done(memory, monkeypatch):
    store = place_at("memory://store/out")
    put(store, **ONE)
    assert store.has_run("acme")
    kept, sent = type(memory).put_file, []

    def cut_off(fs, source, target, **how):
        if len(sent) == 1:
            raise ConnectionError("gone")
        sent.append(target)
        return kept(fs, source, target, **how)

    monkeypatch.setattr(type(memory), "put_file", cut_off)
    with pytest.raises(PlaceError, match="ConnectionError: gone"):
        put(store, **{**ONE, "report.html": "two", "results/a.json": "[]"})
    assert len(sent) == 1
    assert not store.has_run("acme")
    monkeypatch.undo()
    put(store, **ONE)
    assert store.has_run("acme")


def test_what_is_the_same_is_not_sent_again(memory, monkeypatch):
    store = place_at("memory://store/out")
    put(store, **ONE)
    sent = []
    monkeypatch.setattr(type(memory), "put_file", lambda fs, source, target, **how: sent.append(target))
    put(store, **{**ONE, "report.html": "two"})
    assert "/store/out/acme/report.html" in sent
    assert not [target for target in sent if "/results/" in target]
    assert sent[-1] == "/store/out/acme/manifest.json"


def test_the_previous_run_is_fetched_as_far_as_it_is_needed(memory, tmp_path):
    store = place_at("memory://store/out")
    put(store, **ONE)
    with store.run("acme") as place:
        previous = place.previous
        there = sorted(p.relative_to(previous.folder).as_posix() for p in previous.folder.rglob("*") if p.is_file())
        assert there == ["facts/facts.json", "manifest.json", "results/a.json", "results/b.json"]
        assert previous.holds("report.html", "results/a.json")
        assert not previous.holds("report.html", "gone.html")
        previous.hand_on(tmp_path, "facts", "report.html")
        assert (tmp_path / "facts" / "x").read_text() + (tmp_path / "report.html").read_text() == "xone"
        memory.pipe_file("/store/out/acme/report.html", b"tampered")
        with pytest.raises(PlaceError, match=r"report\.html of the previous run was changed"):
            previous.hand_on(tmp_path, "report.html")
    assert store.has_run("acme")


@pytest.mark.parametrize("file", ["../../evil", "a/../../evil", "a\\..\\evil", "c:evil"])
def test_a_name_in_a_store_is_no_path_here(memory, file):
    memory.store[f"/store/in/acme/{file}"] = fsspec.implementations.memory.MemoryFile(memory, file, b"x")
    with pytest.raises(PlaceError, match="rename it"), place_at("memory://store/in").client("acme"):
        pass
    memory.store.clear()


def test_clients_are_found_in_one_listing(memory):
    for path in ("acme/client.toml", "acme/a/b.csv", "acme/deep/client.toml", "notes/x.txt", ".h/client.toml", "top"):
        memory.pipe_file(f"/store/in/{path}", b"")
    found = place_at("memory://store/in").clients()
    assert [client.name for client in found.clients] == ["acme"]
    assert found.skipped == ((".h", "hidden"), ("notes", "no client.toml"))


def test_a_url_that_cannot_be_used_says_so():
    with pytest.raises(PlaceError, match="nosuch"):
        place_at("nosuch://bucket").clients()
    with pytest.raises(PlaceError, match="--out"):
        beside_reports("s3://bucket/clients")


def test_a_password_in_a_url_is_not_shown():
    assert place_at("ftp://me:secret@host/x?key=secret").shown("acme") == "ftp://host/x/acme"


def no_facts(client_dir, facts_dir):
    facts_dir.mkdir(exist_ok=True)
    if not (facts_dir / "facts.json").exists():
        (facts_dir / "facts.json").write_text('{"tables": {}}')
    return True


@pytest.fixture
def bucket(monkeypatch, tmp_path):
    """A bucket of a local server that speaks S3."""
    pytest.importorskip("s3fs", reason="s3fs, of the test extra, is not installed")
    pytest.importorskip("moto", reason="moto, of the test extra, is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    for name, value in {"ENDPOINT_URL": url, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with (tmp_path / "moto.log").open("wb") as log:
        command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_until(lambda: server.poll() is not None or answers(url))
            fs = fsspec.filesystem("s3", skip_instance_cache=True, use_listings_cache=False)
            fs.mkdir("clients-of-ours")
            yield fs
        finally:
            server.kill()
            server.wait()


def answers(url):
    with suppress(OSError):
        return urllib.request.urlopen(url, timeout=1).status == 200
    return False


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_portfolio_in_s3(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(run_client, "is_fresh", no_facts)
    books, top = make_books(tmp_path / "books", "print(results_dir)"), "s3://clients-of-ours"
    bucket.put(str(make_clients(tmp_path / "clients", "acme", "bolt")), f"{top}/in", recursive=True)

    def run():
        how = {"notebooks": books, "progress": lambda line: None}
        return [(o.client, o.ran, o.kept, o.why) for o in run_portfolio(f"{top}/in", f"{top}/out", **how).outcomes]

    assert run() == [("acme", 2, 0, ""), ("bolt", 2, 0, "")]
    assert noted(books, "done").total() == 2, "in a folder of its own on this machine"
    told = json.loads(bucket.cat_file(f"{top}/out/acme/manifest.json"))
    assert told["files"].keys() >= {"report.html", "results/pmf_check.json"}
    executed = bucket.cat_file(f"{top}/out/acme/notebooks/01_pmf_check.ipynb").decode()
    assert f"{top}/out/acme/results" in executed
    assert "playbook-" not in executed
    assert b"./acme/report.html" in bucket.cat_file(f"{top}/out/portfolio.html")

    with monkeypatch.context() as patch:
        patch.setattr(SharedKernels, "lend", None)
        assert run() == [("acme", 0, 2, ""), ("bolt", 0, 2, "")]
    bucket.pipe_file(f"{top}/in/bolt/customers.csv", b"customer_id,joined_on\na,2026-01-05\n")
    assert run() == [("acme", 0, 2, ""), ("bolt", 2, 0, "")]
    assert MARK in bucket.cat_file(f"{top}/out/bolt/manifest.json").decode()
