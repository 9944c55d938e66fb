"""The conformance suite has an answer for every challenge, and its page shows that ours agree.

`tests/test_book.py` compares the page with what the code computes now, so the values are not computed again here.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from book.conforming import Case
from referral_playbook.challenge.catalogue import DAMAGES

PLAYBOOK = Path(__file__).resolve().parents[1] / "playbook"
PAGE = PLAYBOOK / "conformance.md"
ANSWERS = tomllib.loads((PLAYBOOK / "conformance" / "answers.toml").read_text(encoding="utf-8"))["answer"]


def test_every_challenge_has_a_right_value_with_its_working():
    assert {a["challenge"] for a in ANSWERS} == {d.name for d in DAMAGES} | {"as it is"}
    assert all(a["working"] and a["input"] for a in ANSWERS)


def test_the_page_shows_every_answer_and_that_all_agree():
    text = PAGE.read_text(encoding="utf-8")
    assert f"**{len(ANSWERS)} of {len(ANSWERS)} values agree.**" in text
    assert "**no**" not in text
    assert len(re.findall(r"\| yes +\|", text)) == len(ANSWERS)


def test_a_value_that_differs_does_not_agree():
    said = {"challenge": "x", "input": "x", "quantity": "x", "working": "x"}
    assert Case(right=0.6, ours=0.6000000001, **said).agrees
    assert not Case(right=0.6, ours=0.61, **said).agrees
    assert not Case(right="none", ours=0.0, **said).agrees
