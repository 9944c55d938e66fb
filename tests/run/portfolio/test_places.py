"""Places of a portfolio: which folders are clients, which are passed over and why, and files that are written whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.run.client.changed import Previous
from referral_playbook.run.portfolio.places import Folder, PlaceError, RunPlace, listing, place_at
from referral_playbook.run.portfolio.stores import Store


def faults(names):
    return {client.name: client.fault for client in listing(names, []).clients}


def test_names_that_differ_by_capitals_or_accents_alone_are_refused_together():
    found = faults(["Bolt", "bolt", "caf\u00e9", "cafe\u0301", "acme"])
    assert found["acme"] == ""
    assert all("capitals or accents" in found[name] for name in ("Bolt", "bolt", "caf\u00e9", "cafe\u0301"))


@pytest.mark.parametrize("name", ["a/b", "a\\b", "a\x07b", " acme", "acme ", ""])
def test_a_name_that_no_file_should_have_is_refused(name):
    assert "rename it" in faults([name])[name]


def test_a_client_named_like_the_summary_is_refused():
    found = faults(["portfolio.html", "Portfolio-2.CSV", "portfolio", "my-portfolio.html"])
    assert {name for name, fault in found.items() if fault} == {"portfolio.html", "Portfolio-2.CSV"}


@given(st.sets(st.text(min_size=1, max_size=8)), st.sets(st.text(min_size=1, max_size=8)))
def test_nothing_is_lost_between_clients_and_what_is_passed_over(clients, others):
    found = listing(clients, others)
    assert len(found.clients) + len(found.skipped) == len(clients) + len(others)
    assert {client.name for client in found.clients} == {name for name in clients if not name.startswith(".")}


def test_a_folder_lists_its_clients_and_why_the_others_are_none(tmp_path):
    for name in ("acme", "notes", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "acme" / "client.toml").write_text("", encoding="utf-8")
    (tmp_path / "a file").write_text("", encoding="utf-8")
    found = Folder(tmp_path).clients()
    assert [client.name for client in found.clients] == ["acme"]
    assert found.skipped == ((".hidden", "hidden"), ("notes", "no client.toml"))


def test_a_folder_that_is_not_there_is_named(tmp_path):
    missing = Folder(tmp_path / "gone")
    with pytest.raises(PlaceError, match="gone: there is no such folder"):
        missing.clients()
    with pytest.raises(PlaceError, match="shared folder, or a URL"), missing.client("acme"):
        pass


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    place = Folder(tmp_path / "out")
    for content in (b"first, and longer", b"second"):
        path = place.write("portfolio.csv", content)
    assert (tmp_path / "out" / "portfolio.csv").read_bytes() == b"second"
    assert path.endswith("portfolio.csv")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["portfolio.csv"]
    assert not place.has_run("acme")


def test_the_newest_whole_run_is_the_target_once_it_is_there(tmp_path):
    before = Previous(folder=tmp_path / "before", manifest={})
    run = RunPlace(target=tmp_path / "now", previous=before)
    assert run.folder == tmp_path / "before"
    (tmp_path / "now").mkdir()
    assert run.folder == tmp_path / "now"
    assert RunPlace(target=tmp_path / "other").folder == tmp_path / "other"


def test_a_path_is_made_absolute_and_a_url_is_a_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert place_at("a/b") == Folder(tmp_path / "a" / "b")
    assert place_at(Path("/srv/clients")) == Folder(Path("/srv/clients"))
    assert isinstance(place_at("memory://clients"), Store)
