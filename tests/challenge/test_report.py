"""The challenge as lines, as a CSV and as a page."""

from __future__ import annotations

import csv
import io

import pytest

from referral_playbook.challenge.report import (
    challenge_csv,
    challenge_lines,
    challenge_page,
    memo_lines,
    write_challenge,
)
from referral_playbook.challenge.trials import JUDGED, Challenge, Trial


def _trial(name, why_not="", **changes):
    verdicts = {} if why_not else {step.value: "go" for step in JUDGED} | changes
    return Trial(name=name, asks=f"What about {name}?", verdicts=verdicts, reason="It pays.", why_not=why_not)


@pytest.fixture
def found():
    trials = (_trial("calm"), _trial("storm", break_even="stop"), _trial("nothing", why_not="no such table"))
    return Challenge(client="A & B <Ltd>", as_of="2026-09-30", base=_trial("as it is"), trials=trials)


def test_lines_say_how_often_each_verdict_holds_and_when_it_falls(found):
    lines = challenge_lines(found)
    assert "2 challenges applied, 1 do not apply" in lines[0]
    (programme,) = [line for line in lines if line.startswith("Programme")]
    assert "holds in 1 of 2" in programme
    assert "storm (stop)" in programme
    assert "holds in 2 of 2." in lines[1]


def test_the_memo_gets_two_sentences(found):
    assert memo_lines(found) == (
        "The decision holds in 1 of 2 challenges to its data.",
        "It changes in these cases: storm.",
    )


def test_the_table_has_a_row_for_each_challenge(found):
    rows = list(csv.DictReader(io.StringIO(challenge_csv(found))))
    assert [row["challenge"] for row in rows] == ["as it is", "calm", "storm", "nothing"]
    assert [row["decision_holds"] for row in rows] == ["yes", "yes", "no", ""]
    assert rows[3]["reason"] == "no such table"


def test_the_page_escapes_and_marks_what_changed(found, tmp_path):
    text = challenge_page(found)
    assert "A &amp; B &lt;Ltd&gt;" in text
    assert 'class="changed"' in text
    page, table = write_challenge(found, tmp_path / "there")
    assert page.is_file()
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
