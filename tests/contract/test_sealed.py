"""Forecasts are sealed once, read in the order of their as-of dates, and refused where the file is not ours."""

from __future__ import annotations

import json
from datetime import date

import pytest

from referral_playbook.contract.sealed import FILE, Forecast, SealedSet, read_sealed, seal, write_sealed


def _set(day, made_from="a", value=10.0):
    forecast = Forecast(
        name="referrals_1",
        what="referrals in the next month",
        made_on=day,
        due_on=date(2027, 1, 31),
        horizon=1,
        kind="range",
        value=value,
        low=5.0,
        high=15.0,
        confidence=0.8,
        unit="referrals",
        basis="measured",
    )
    return SealedSet(as_of=day, made_from=made_from, forecasts=(forecast,))


def test_written_and_read_again_in_the_order_of_as_of_dates(tmp_path):
    late, early = _set(date(2026, 9, 30)), _set(date(2026, 7, 31))
    write_sealed(tmp_path, [late, early])
    assert read_sealed(tmp_path) == (early, late)


def test_a_repeated_run_does_not_change_what_was_sealed():
    first, again = _set(date(2026, 9, 30)), _set(date(2026, 9, 30), made_from="b", value=99.0)
    assert seal(again, [first]) == (first,)


def test_runs_may_be_filled_in_afterwards():
    there = [_set(date(2026, 9, 30)), _set(date(2026, 7, 31))]
    assert [s.as_of.month for s in seal(_set(date(2026, 8, 31)), there)] == [7, 8, 9]


def test_of_two_folders_the_first_stands(tmp_path):
    for name, made_from in (("one", "a"), ("two", "b")):
        (tmp_path / name).mkdir()
        write_sealed(tmp_path / name, [_set(date(2026, 9, 30), made_from)])
    assert [s.made_from for s in read_sealed(tmp_path / "two", tmp_path / "one")] == ["b"]
    assert read_sealed(tmp_path / "nowhere") == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"referral_playbook_forecasts": 2, "sealed": []})])
def test_a_file_that_is_not_ours_is_refused_with_what_to_do(tmp_path, text):
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ValueError, match="restore it or move it away"):
        read_sealed(tmp_path)


def test_the_same_sets_give_the_same_bytes(tmp_path):
    path = write_sealed(tmp_path, [_set(date(2026, 9, 30))])
    before = path.read_bytes()
    assert write_sealed(tmp_path, read_sealed(tmp_path)).read_bytes() == before
