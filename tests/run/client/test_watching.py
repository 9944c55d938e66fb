"""Watching a client folder: which files changed, hidden ones left out, and faults as lines."""

from __future__ import annotations

import os

from referral_playbook.run.client.watching import check_lines, stamps


def test_hidden_files_and_locks_of_office_programs_are_left_out(tmp_path):
    for name in ("client.toml", "data/customers.csv", ".git/HEAD", "data/.part", "~$book.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert list(stamps(tmp_path)) == ["client.toml", "data/customers.csv"]


def test_a_change_of_size_or_time_is_seen(tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("a", encoding="utf-8")
    before = stamps(tmp_path)
    assert stamps(tmp_path) == before
    path.write_text("ab", encoding="utf-8")
    longer = stamps(tmp_path)
    assert longer["customers.csv"][1] == 2
    os.utime(path, ns=(1, 1))
    assert stamps(tmp_path)["customers.csv"] == (1, 2)
    assert len({*before.values(), *longer.values()}) == 2


def test_faults_are_lines_and_do_not_end_the_command(tmp_path):
    lines = list(check_lines(tmp_path))
    assert lines
    assert any("client.toml" in line for line in lines)
    assert all("\n" not in line for line in lines)
