"""A run seals its forecasts once, and carries those of the runs before it."""

from __future__ import annotations

import json
from datetime import date

from referral_playbook.contract.sealed import FILE, read_sealed
from referral_playbook.run.client.seal import carry_forecasts, seal_forecasts

ROW = {
    "name": "referrals_1",
    "what": "referrals in the next month",
    "made_on": "2026-09-30",
    "due_on": "2026-10-31",
    "horizon": 1,
    "kind": "range",
    "value": 10.0,
    "low": 6.0,
    "high": 15.0,
    "confidence": 0.8,
    "unit": "referrals",
    "basis": "measured",
}


def _run(folder, as_of, value=10.0):
    (folder / "results").mkdir(parents=True, exist_ok=True)
    rows = [ROW | {"made_on": as_of, "value": value, "low": value - 4, "high": value + 5}]
    result = {"as_of": as_of, "tables": {"forecasts_made": rows}}
    (folder / "results" / "programme_review.json").write_text(json.dumps(result))
    return folder


def test_later_runs_keep_what_earlier_ones_sealed(tmp_path):
    august = _run(tmp_path / "august", "2026-08-31")
    seal_forecasts(august, "a")
    september = _run(tmp_path / "september", "2026-09-30")
    carry_forecasts(august, september)
    seal_forecasts(september, "b")
    assert [(s.as_of, s.made_from) for s in read_sealed(september)] == [
        (date(2026, 8, 31), "a"),
        (date(2026, 9, 30), "b"),
    ]


def test_a_repeated_run_with_other_data_changes_nothing(tmp_path):
    first = _run(tmp_path / "first", "2026-09-30")
    seal_forecasts(first, "a")
    again = _run(tmp_path / "again", "2026-09-30", value=99.0)
    carry_forecasts(first, again)
    seal_forecasts(again, "b")
    assert (again / FILE).read_bytes() == (first / FILE).read_bytes()


def test_without_step_09_nothing_is_sealed(tmp_path):
    (tmp_path / "results").mkdir()
    seal_forecasts(tmp_path, "a")
    carry_forecasts(tmp_path / "nowhere", tmp_path)
    assert not (tmp_path / FILE).exists()
