"""The run before is kept beside a run: the last one at an earlier date, also when a run is repeated."""

from __future__ import annotations

from datetime import date

from referral_playbook.run.client.changed import Previous
from referral_playbook.run.client.previous_results import keep_previous


def run(folder, text):
    (folder / "results").mkdir(parents=True)
    (folder / "results" / "pmf_check.json").write_text(text)
    return folder


def test_an_earlier_date_is_kept_and_a_repeated_run_keeps_what_it_had(tmp_path):
    august = run(tmp_path / "august", "august")
    september = run(tmp_path / "september", "september")
    keep_previous(Previous(folder=august, manifest={"as_of": "2026-08-31"}), september, date(2026, 9, 30))
    assert (september / "previous" / "pmf_check.json").read_text() == "august"
    again = run(tmp_path / "again", "again")
    keep_previous(Previous(folder=september, manifest={"as_of": "2026-09-30"}), again, date(2026, 9, 30))
    assert (again / "previous" / "pmf_check.json").read_text() == "august"


def test_a_first_run_keeps_nothing(tmp_path):
    keep_previous(Previous(folder=tmp_path / "none", manifest={}), tmp_path, date(2026, 9, 30))
    assert not (tmp_path / "previous").exists()
