"""Forms with a column for each question."""

from __future__ import annotations

import pytest

from referral_playbook.intake.declared.questions import find_questions
from referral_playbook.intake.files.peek import peek


@pytest.fixture
def asked(tmp_path):
    def asking(header, *answers):
        rows = "".join(f"{n},2026-05-{n:02d},{answer}\n" for n, answer in enumerate(answers, start=1))
        (tmp_path / "form.csv").write_text(f"person,date,{header}\n{rows}", encoding="utf-8")
        return find_questions(peek(tmp_path / "form.csv"))

    return asking


def test_nps_is_known_by_its_words_in_two_languages_and_by_its_answers(asked):
    assert asked("How likely are you to recommend us?", 9, 6, 10)["nps"].header == "How likely are you to recommend us?"
    assert "nps" in asked("Wie wahrscheinlich würden Sie uns weiterempfehlen?", 9, 6)
    assert asked("Would you recommend us?", "yes", "no") == {}
    assert asked("How likely are you to recommend us?", 9, 11) == {}


def test_a_number_within_the_words_of_an_answer_is_mapped(asked):
    nps = asked("How likely are you to recommend us?", "Extremely likely - 10", 7, "0 = not at all")["nps"]
    assert nps.words == {"10": ["Extremely likely - 10"], "0": ["0 = not at all"]}


def test_the_four_answers_of_the_pmf_question(asked):
    pmf = asked("How would you feel if you could no longer use it?", "Very disappointed", "Not disappointed")["pmf"]
    assert pmf.words == {"very disappointed": ["Very disappointed"], "not disappointed": ["Not disappointed"]}
    assert asked("How would you feel if you could no longer use it?", "Sad") == {}


@pytest.mark.parametrize(("answers", "value", "sure"), [((3, 5), None, "open"), ((3, 6), "1-7", "certain")])
def test_a_scale_is_asked_unless_an_answer_shows_it(asked, answers, value, sure):
    scale = asked("How satisfied are you?", *answers)["csat"].scale
    assert (scale.value, scale.sure) == (value, sure)
    assert asked("How satisfied are you?", 3, 9) == {}


def test_satisfaction_in_words(tmp_path):
    (tmp_path / "form.csv").write_text("Date,How satisfied are you?\n5/1/2026,Very satisfied\n5/13/2026,Dissatisfied\n")
    asked = find_questions(peek(tmp_path / "form.csv"))["csat"]
    assert asked.words == {"5": ["Very satisfied"], "2": ["Dissatisfied"]}
    assert (asked.scale.value, asked.scale.sure) == ("1-5", "likely")
