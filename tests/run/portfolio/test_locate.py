"""Which kind of place an address names."""

from __future__ import annotations

from pathlib import Path

from referral_playbook.run.portfolio.locate import place_at
from referral_playbook.run.portfolio.places import Folder
from referral_playbook.run.portfolio.stores import Store


def test_a_path_is_made_absolute_and_a_url_is_a_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert place_at("a/b") == Folder(tmp_path / "a" / "b")
    assert place_at(Path("/srv/clients")) == Folder(Path("/srv/clients"))
    assert isinstance(place_at("memory://clients"), Store)
