"""The challenge as a CSV and as a page."""

from __future__ import annotations

import csv
import io

import pytest

from referral_playbook.challenge.report import challenge_csv, challenge_page, write_pages
from referral_playbook.contract.challenged import JUDGED, Challenge, Trial


def _trial(name, why_not="", **changes):
    verdicts = {} if why_not else {step.value: "go" for step in JUDGED} | changes
    return Trial(name=name, asks=f"What about {name}?", verdicts=verdicts, reason="It pays.", why_not=why_not)


@pytest.fixture
def found():
    trials = (_trial("calm"), _trial("storm", break_even="stop"), _trial("nothing", why_not="no such table"))
    return Challenge(client="A & B <Ltd>", as_of="2026-09-30", inputs={}, base=_trial("as it is"), trials=trials)


def test_the_table_has_a_row_for_each_challenge(found):
    rows = list(csv.DictReader(io.StringIO(challenge_csv(found))))
    assert [row["challenge"] for row in rows] == ["as it is", "calm", "storm", "nothing"]
    assert [row["decision_holds"] for row in rows] == ["yes", "yes", "no", ""]
    assert rows[3]["reason"] == "no such table"


def test_the_page_escapes_and_marks_what_changed(found, tmp_path):
    text = challenge_page(found)
    assert "A &amp; B &lt;Ltd&gt;" in text
    assert "<strong>Stop</strong>" in text
    page, table = write_pages(found, tmp_path / "there")
    assert page.is_file()
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
