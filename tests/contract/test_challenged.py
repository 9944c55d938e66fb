"""``challenge.json`` is read as it was written, and refused where it is not ours."""

from __future__ import annotations

import pytest

from referral_playbook.contract.challenged import FILE, Challenge, Trial, read_challenge, write_challenge

BASE = Trial(name="as it is", asks="", verdicts={"break_even": "go"})
FALLEN = Trial(name="storm", asks="Rain?", when="it rains", verdicts={"break_even": "stop"}, reason="It is wet.")
NOTHING = Trial(name="fog", asks="Fog?", verdicts={}, why_not="there is none")
CHALLENGE = Challenge(
    client="Ä", as_of="2026-09-30", inputs={"client.toml": "a"}, base=BASE, trials=(BASE, FALLEN, NOTHING)
)


def test_what_is_written_is_read(tmp_path):
    write_challenge(CHALLENGE, tmp_path)
    assert read_challenge(tmp_path) == CHALLENGE


def test_verdicts_are_compared_with_the_base_where_the_challenge_applies():
    assert CHALLENGE.applied == (BASE, FALLEN)
    assert CHALLENGE.survived("break_even") == (BASE,)
    assert CHALLENGE.changed("break_even") == (FALLEN,)


def test_a_folder_without_one_has_none_and_a_strange_file_is_refused(tmp_path):
    assert read_challenge(tmp_path) is None
    (tmp_path / FILE).write_text('{"trials": []}')
    with pytest.raises(ValueError, match="is not a challenge of this playbook"):
        read_challenge(tmp_path)
