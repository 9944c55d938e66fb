"""A challenge in words: how often verdicts survive, when they change, and the two sentences for the memo."""

from __future__ import annotations

import pytest

from referral_playbook.contract.challenged import JUDGED, Challenge, Trial
from referral_playbook.show.challenged import challenge_lines, challenge_section, memo_lines


def _trial(name, why_not="", **changes):
    verdicts = {} if why_not else {step.value: "go" for step in JUDGED} | changes
    return Trial(name=name, asks=f"{name}?", when=f"there is a {name}", verdicts=verdicts, why_not=why_not)


def _challenge(*trials):
    return Challenge(client="A & B <Ltd>", as_of="2026-09-30", inputs={}, base=_trial("as it is"), trials=trials)


STORMY = _challenge(_trial("calm"), _trial("storm", break_even="stop"), _trial("fog", why_not="no <table>"))


def test_each_line_says_how_often_a_verdict_holds_and_when_it_falls():
    lines = challenge_lines(STORMY)
    assert lines[0].endswith("2 challenges were applied, and 1 could not be applied to this client.")
    assert "Programme: 'Go' holds in 1 of 2; it falls when there is a storm (stop)." in lines
    assert "Goal: 'Go' holds in 2 of 2." in lines


def test_the_memo_gets_two_sentences():
    first, second = memo_lines(STORMY)
    assert first.endswith("2 changes to the data and the assumptions: 'Go' holds in 1 of 2.")
    assert second == "It changes when there is a storm (stop)."
    assert memo_lines(_challenge(_trial("calm")))[1] == "None of these changes turns it."


@pytest.mark.parametrize(("cases", "more"), [(5, "1 other case "), (7, "3 other cases ")])
def test_the_memo_names_four_cases_and_counts_the_others(cases, more):
    stormy = _challenge(*(_trial(f"storm {i}", break_even="stop") for i in range(cases)))
    assert more in memo_lines(stormy)[1]
    assert "storm 3 (stop)" in memo_lines(stormy)[1]
    assert "storm 4" not in memo_lines(stormy)[1]


def test_the_section_escapes_and_marks_what_changed():
    text = challenge_section(STORMY)
    assert "A &amp; B &lt;Ltd&gt;" in text
    assert "<strong>Stop</strong>" in text
    assert "Not applied: no &lt;table&gt;." in text
