"""Survey forms with a column for each question: which column asks what, on which scale, and which words are answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.declared.vocabulary import plain, says, vocabulary, word_for
from referral_playbook.intake.files.peek import Peek
from referral_playbook.intake.proposals.guesses import Guess, shown

NUMBERED = re.compile(r"(?:.*\D)?(\d{1,2})")
HIGHEST = {"nps": 10, "csat": 7, "ces": 7}


@dataclass(frozen=True)
class Asked:
    """A question and its column; `words` are the client's words for an answer, `scale` where one must be declared."""

    header: str
    guess: Guess
    words: Mapping[str, list[str]] = field(default_factory=dict)
    scale: Guess | None = None


def find_questions(found: Peek) -> dict[str, Asked]:
    """The columns of a form that ask one of our questions and have answers to it."""
    out: dict[str, Asked] = {}
    for question, words in vocabulary()["questions"].items():
        for header in found.columns:
            if header in {one.header for one in out.values()} or question in out:
                continue
            if any(plain(word) in plain(header) for word in words) and (one := _asked(question, header, found)):
                out[question] = one
    return out or _bare_score(found)


def _bare_score(found: Peek) -> dict[str, Asked]:
    """A score without a question: NPS where the file is named so, or where another column names the three groups."""
    named = "nps" in plain(found.path.stem).split()
    grouped = any((v := found.values(header)) and all(says(one, "groups") for one in v) for header in found.columns)
    header = next((header for header in found.columns if says(header, "scores")), None)
    answers = found.values(header) if header else []
    if header is None or not answers or not (named or grouped) or _numbers(answers, HIGHEST["nps"]) is None:
        return {}
    why = "the file is named nps" if named else "another column names promoters, passives and detractors"
    return {"nps": Asked(header, Guess(header, "likely", why), _numbers(answers, HIGHEST["nps"]) or {})}


def _asked(question: str, header: str, found: Peek) -> Asked | None:
    answers = found.values(header)
    words = _in_words("answer", answers) if question == "pmf" else _numbers(answers, HIGHEST[question])
    if answers and words is None and question == "csat":
        return _satisfied(header, answers)
    if not answers or words is None:
        return None
    seen = f"the header asks for it, and all {counted(len(answers), 'answer')} fit"
    scale = None if question in ("pmf", "nps") else _scale(answers)
    return Asked(header, Guess(header, "certain", seen), words, scale)


def _satisfied(header: str, answers: Sequence[str]) -> Asked | None:
    """Satisfaction in words, None where one is not of the usual five."""
    words = _in_words("csat", answers)
    if words is None:
        return None
    guess = Guess(header, "certain", f"the header asks for it, and all {counted(len(answers), 'answer')} fit")
    return Asked(header, guess, words, Guess("1-5", "likely", "the usual five answers in words, the best as 5"))


def _in_words(column: str, answers: Sequence[str]) -> dict[str, list[str]] | None:
    """The contract's answer for each of the client's, None where one is not known."""
    words: dict[str, list[str]] = {}
    for answer in sorted(set(answers)):
        ours = word_for(column, answer)
        if ours is None:
            return None
        if ours != answer:
            words.setdefault(ours, []).append(answer)
    return words


def _numbers(answers: Sequence[str], highest: int) -> dict[str, list[str]] | None:
    """Numbers within answers such as "Extremely likely - 10", None where an answer has none on the scale."""
    words: dict[str, list[str]] = {}
    for answer in sorted(set(answers)):
        number = NUMBERED.fullmatch(answer) or re.fullmatch(r"(\d{1,2})\D.*", answer)
        if number is None or int(number[1]) > highest:
            return None
        if answer != number[1]:
            words.setdefault(number[1], []).append(answer)
    return words


def _scale(answers: Sequence[str]) -> Guess:
    """The scale of CSAT or CES: 1-7 where somebody answered 6 or 7, else a question."""
    top = max(int(re.sub(r"\D", "", answer) or 0) for answer in answers)
    if top > 5:
        return Guess("1-7", "certain", f"somebody answered {top}")
    options = (("1-5", "the best answer is 5"), ("1-7", "the best answer is 7, and nobody gave 6 or 7"))
    return Guess(None, "open", f"The highest answer is {shown(top)}.", options)
