"""Commands that look at a run: the folder they mean, what is missing, and what is printed."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from referral_playbook.cli import look, main
from referral_playbook.cli.common import USAGE
from referral_playbook.run.client.manifest import write_manifest


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A client folder, with its run where a run goes by default."""
    monkeypatch.chdir(tmp_path)
    client, run = tmp_path / "acme", tmp_path / "reports" / "acme"
    client.mkdir()
    run.mkdir(parents=True)
    (run / "report.html").write_text("memo", encoding="utf-8")
    write_manifest(run, {"client": "Acme"})
    return client, run


def test_a_client_folder_and_its_run_folder_mean_the_same_run(place):
    client, run = place
    assert look.run_folder(run).resolve() == run
    assert look.run_folder(client).resolve() == run


def test_without_a_run_it_says_how_to_make_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bare").mkdir()
    with pytest.raises(SystemExit) as ended:
        look.run_folder(tmp_path / "bare")
    assert ended.value.code == USAGE
    assert "Make one: playbook run" in capsys.readouterr().err


def test_open_shows_the_memo_and_says_when_the_papers_are_missing(place, monkeypatch):
    client, run = place
    shown = []
    monkeypatch.setattr(look.click, "launch", lambda address: shown.append(address) or 0)
    assert CliRunner().invoke(look.open_report, [str(client)]).exit_code == 0
    assert shown == [(run / "report.html").as_uri()]
    missing = CliRunner().invoke(look.open_report, [str(client), "--evidence"])
    assert missing.exit_code == USAGE
    assert "evidence.html: this file is missing" in missing.output


def test_where_no_browser_starts_the_address_is_given(place, monkeypatch):
    monkeypatch.setattr(look.click, "launch", lambda address: 1)
    found = CliRunner().invoke(look.open_report, [str(place[0])])
    assert found.exit_code == USAGE
    assert "yourself" in found.output


def test_export_asks_what_to_write(place):
    found = CliRunner().invoke(look.export, [str(place[0])])
    assert found.exit_code == USAGE
    assert "--pdf report.pdf" in found.output


def test_watch_checks_once_and_lists_the_faults(tmp_path):
    found = CliRunner().invoke(look.watch, [str(tmp_path), "--once"])
    assert found.exit_code == 0
    assert "client.toml" in found.output
    assert "Ctrl+C" in found.output


def test_explain_refuses_a_name_that_is_none():
    found = CliRunner().invoke(main, ["explain", "no_such_number"])
    assert found.exit_code == USAGE
    assert "no_such_number" in found.output
