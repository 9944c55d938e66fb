"""A small version of the learning study: what `playbook/learning-study.md` prints can be made, and an overconfident
client is called so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from learning_study import LOOKS, PAGE, control_of, covered, forecast_lines, looks_lines, record_of

from referral_playbook.contract.sealed import SealedSet
from referral_playbook.domain import forecast_record
from referral_playbook.steps.programme_review.sentences import describe_record


@pytest.fixture(scope="module")
def record():
    return record_of(1, looks=6)


def test_ranges_and_chances_of_a_client_are_scored(record):
    assert record.at(0.8).n > 10
    assert record.brier is not None
    ours, bare = record.crps
    assert 0 < ours < bare  # a range that is about right scores better than the bare number
    text = describe_record(record)
    assert "CRPS" in text
    assert "Brier score of" in text
    assert any(line.startswith("| 80% |") for line in forecast_lines([record]))


def test_an_overconfident_client_is_told_that_its_ranges_are_too_narrow(monkeypatch):
    """The same client with ranges of a fifth of their width: too narrow, in the review's words."""
    honest = forecast_record.score_forecasts

    def overconfident(sealed, engagement):
        return honest(
            [SealedSet(as_of=s.as_of, made_from="x", forecasts=_narrowed(s.forecasts)) for s in sealed], engagement
        )

    monkeypatch.setattr("learning_study.score_forecasts", overconfident)
    narrow = record_of(1, looks=12)
    assert narrow.too_narrow
    assert "read every range in this report as too narrow" in describe_record(narrow)
    monkeypatch.undo()
    assert not record_of(1, looks=12).too_narrow


def _narrowed(forecasts):
    def end(f, x):
        return f.value + (x - f.value) / 5

    return tuple(
        f if f.kind == "chance" else replace(f, low=end(f, f.low), high=end(f, f.high), ranges={}) for f in forecasts
    )


def test_the_error_of_monthly_looks_is_at_most_5_percent():
    errors = [float(re.findall(r"[\d.]+%", line)[1].rstrip("%")) for line in looks_lines()[2:]]
    powers = [float(re.findall(r"[\d.]+%", line)[2].rstrip("%")) for line in looks_lines()[2:]]
    assert max(errors) <= 5
    assert min(powers) >= 0.8 * 80


def test_covered_counts_what_is_defined():
    assert covered([(0, 2), (3, 4), (None, None)], 1.0).share == "50.0%"
    assert control_of(1).uplift.defined


@pytest.mark.skipif(not Path(PAGE).is_file(), reason="written by make learning-study")
def test_the_page_prints_what_was_aimed_at():
    text = PAGE.read_text(encoding="utf-8")
    assert f"200 subscription clients of 300 to 900 customers over {LOOKS} months" in text
    (share,) = re.findall(r"^\| 80% \|.*?([\d.]+)% \| 77% to 83% \|$", text, flags=re.M)
    assert 77 <= float(share) <= 83
    for name in ("Uplift of the programme", "Incremental share"):
        (held,) = re.findall(rf"^\| {name} \| [\d.]+ \| ([\d.]+)%", text, flags=re.M)
        assert 94 <= float(held) <= 96
