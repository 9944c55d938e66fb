"""The text of a first client.toml from proposals: each line with its evidence, each open question with its choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.tables import TABLES
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.declared.presets import preset
from referral_playbook.intake.proposals.doubts import doubts
from referral_playbook.intake.proposals.guesses import Doubt, Guess, shown
from referral_playbook.intake.proposals.propose import Proposal

WIDTH = 34
ONE_OF = 'Remove the line with "?" and the # before what is right.'
UNTIL_THEN = "Until then `playbook check` refuses the folder."


@dataclass(frozen=True)
class Draft:
    """A client.toml, its open questions (with the line of each), and what is only likely."""

    text: str
    questions: tuple[tuple[int, str], ...]
    unsure: tuple[str, ...]


@dataclass
class _Page:
    """The file as it is written: lines, questions, and what the user should look at."""

    lines: list[str] = field(default_factory=list)
    questions: list[tuple[int, str]] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

    def add(self, line: str, comment: str = "") -> None:
        self.lines.append(f"{line.ljust(WIDTH)} # {comment}" if comment else line)

    def say(self, key: str, guess: Guess, *, name: str) -> None:
        """A key with the value of a guess that is not open."""
        self.add(f"{key} = {literal(guess.value)}", guess.comment)
        if guess.sure == "likely":
            self.unsure.append(f"{name} = {literal(guess.value)}: {guess.evidence}")

    def ask(self, question: str, lines: Iterable[tuple[str, str]], *, first: str = "") -> None:
        """A question: what is unclear, and the lines to choose from, each commented out."""
        self.questions.append((len(self.lines) + 1, question))
        self.lines.append(f"# QUESTION {len(self.questions)}. {question}")
        self.lines.append(f"# {first or 'Remove the # before the line that is right.'} {UNTIL_THEN}")
        for line, meaning in lines:
            self.add(f"# {line}", meaning)


def draft(proposals: Sequence[tuple[Sequence[str], Proposal]], *, name: str, currency: Guess, as_of: Guess) -> Draft:
    """Write client.toml.

    File names are those in the client folder, and an open guess is written as a question: nothing open is decided.
    """
    page = _Page()
    page.add("# Written by `playbook init`. Every line says how sure it is; change what is wrong.")
    page.add(f"name = {literal(name)}")
    _head(page, "currency", currency, "In which currency are the amounts?")
    _head(page, "as_of", as_of, "On which day were the files exported? Nothing after this day is used.")
    page.add('time_unit = "month"', "week, month, quarter or year")
    for files, proposal in proposals:
        page.add("")
        _section(page, files, proposal)
    return Draft("\n".join(page.lines) + "\n", tuple(page.questions), tuple(page.unsure))


def _head(page: _Page, key: str, guess: Guess, question: str) -> None:
    if guess.sure != "open":
        page.add(f"{key} = {literal(guess.value)}", guess.comment)
        return
    choices = [(f"{key} = {literal(value)}", says) for value, says in guess.options]
    page.ask(f"{question} {guess.evidence}", choices, first="Write the right value and remove the #.")


def _section(page: _Page, files: Sequence[str], proposal: Proposal) -> None:
    peeked, at = proposal.found, f"tables.{proposal.table}"
    page.add(f"[{at}]", TABLES[proposal.table].says)
    own, joined = files[: len(files) - len(proposal.joins)], files[len(files) - len(proposal.joins) :]
    named = f"file = {literal(own[0])}" if len(own) == 1 else f"files = {literal(list(own))}"
    page.add(named, counted(peeked.rows, "row"))
    if proposal.known:
        page.add(f"preset = {literal(proposal.known.preset)}", f"certain: {proposal.known.why}")
    _joins(page, joined, proposal)
    _form(page, proposal)
    _lines_to_skip(page, proposal)
    if proposal.currency and not (proposal.known and preset(proposal.known.preset).get("currency")):
        page.add(f"currency = {literal(proposal.currency)}", "certain: this column names the currency of each row")
    _numbers(page, proposal)
    together = _dates(page, proposal)
    open_points = doubts(proposal)
    _ask(page, [one for one in open_points if one.section == "top"])
    _columns(page, proposal, at, open_points)
    _questions(page, proposal, at, [one for one in open_points if one.section == "questions"])
    _scales(page, proposal, at)
    if not together:
        _dates_by_column(page, proposal, at)
    _words(page, proposal, at)
    _where(page, proposal, at, open_points)
    for section in ("when", "times", "less"):
        if points := [one for one in open_points if one.section == section]:
            page.add(f"[{at}.{section}]")
            _ask(page, points)


def _form(page: _Page, proposal: Proposal) -> None:
    peeked = proposal.found
    if peeked.sheet is not None:
        page.say("sheet", peeked.sheet, name=f"{proposal.table}.sheet")
    if peeked.delimiter.value not in (None, ","):
        page.say("delimiter", peeked.delimiter, name=f"{proposal.table}.delimiter")
    if peeked.encoding.value is not None:
        page.say("encoding", peeked.encoding, name=f"{proposal.table}.encoding")


def _joins(page: _Page, files: Sequence[str], proposal: Proposal) -> None:
    """The files that are joined to the rows, each with how it is read and why it belongs to them."""
    made = []
    for file, join in zip(files, proposal.joins, strict=True):
        keys: dict[str, object] = {"file": file, "on": join.on, "equals": join.equals}
        keys |= {"delimiter": join.found.delimiter.value} if join.found.delimiter.value not in (None, ",") else {}
        keys |= {"encoding": join.found.encoding.value} if join.found.encoding.value else {}
        keys |= {"skip_lines": join.found.skipped} if join.found.skipped else {}
        made.append("{ " + ", ".join(f"{key} = {literal(value)}" for key, value in keys.items()) + " }")
        page.unsure.append(f"{proposal.table}.join: {join.why}")
    if made:
        page.add(f"join = [{', '.join(made)}]", f"likely: {'; '.join(join.why for join in proposal.joins)}")


def _ask(page: _Page, points: Iterable[Doubt]) -> None:
    for one in points:
        page.ask(one.question, one.choices, first=ONE_OF if one.placeholder else "")
        if one.placeholder:
            page.add(one.placeholder)


def _lines_to_skip(page: _Page, proposal: Proposal) -> None:
    peeked = proposal.found
    if peeked.subheader:
        skipped = [*range(1, peeked.skipped + 1), peeked.subheader]
        page.add(f"skip_lines = {skipped}", "likely: a second header line stands below the first")
        page.unsure.append(f"{proposal.table}.skip_lines = {skipped}: a second header line stands below the first")
    elif peeked.skipped:
        page.add(f"skip_lines = {peeked.skipped}", "certain: the header stands below a title")


def _scales(page: _Page, proposal: Proposal, at: str) -> None:
    scales = {question: one.scale for question, one in proposal.questions.items() if one.scale}
    if scales:
        page.add(f"[{at}.scale]")
    for question, scale in scales.items():
        if scale.sure != "open":
            page.say(question, scale, name=f"{proposal.table}.scale.{question}")
            continue
        choices = [(f"{question} = {literal(value)}", meaning) for value, meaning in scale.options]
        page.ask(f"On which scale was {question} asked? {scale.evidence}", choices, first=ONE_OF)
        page.add(f'{question} = "?"')


def _questions(page: _Page, proposal: Proposal, at: str, points: Sequence[Doubt]) -> None:
    if proposal.questions or points:
        page.add(f"[{at}.questions]")
    for question, one in proposal.questions.items():
        page.say(question, one.guess, name=f"{proposal.table}.questions.{question}")
    _ask(page, points)


def _where(page: _Page, proposal: Proposal, at: str, open_points: Sequence[Doubt]) -> None:
    """Totals rows are left out by the word that gives them away; rows without a name only if the user says so."""
    totals = proposal.found.totals
    points = [one for one in open_points if one.section == "where"]
    if totals or points:
        page.add(f"[{at}.where]")
    for header in dict.fromkeys(total.header for total in totals):
        here = [total for total in totals if total.header == header]
        words = list(dict.fromkeys(total.word for total in here))
        lines = ", ".join(str(total.line) for total in here)
        page.add(f"{literal(header)} = {{ not = {literal(words)} }}", f"likely: line {lines} sums up the others")
        page.unsure.append(f"{proposal.table}: line {lines} of the file looks like a total and is left out")
    _ask(page, points)


def _numbers(page: _Page, proposal: Proposal) -> None:
    if proposal.marks:
        page.add(f"marks = {literal(list(proposal.marks))}", "certain: they stand beside the amounts")
    guess = proposal.decimal
    if guess is None or (guess.value == "." and not proposal.thousands):
        return
    if guess.sure != "open":
        page.say("decimal", guess, name=f"{proposal.table}.decimal")
        if proposal.thousands:
            page.add(f"thousands = {literal(proposal.thousands)}", "certain: it separates groups of three digits")
        return
    choices = []
    for (mark, group), meaning in guess.options:
        choices.append((f"decimal = {literal(mark)}", meaning))
        if group:
            choices.append((f"thousands = {literal(group)}", "together with the line above"))
    page.ask(f"Which mark is the decimal mark of {proposal.table}? {_sentence(guess.evidence)}", choices, first=ONE_OF)
    page.add('decimal = "?"')


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _dates(page: _Page, proposal: Proposal) -> bool:
    """One form for all dates of the table, if there is one; False where each column needs its own."""
    guesses = list(proposal.dates.values())
    if not guesses or any((g.value, g.options) != (guesses[0].value, guesses[0].options) for g in guesses):
        return not guesses
    if (guess := guesses[0]).sure == "open" or guess.value is not None or proposal.known:
        of = f"{proposal.table} written ({' and '.join(proposal.dates)})"
        _date(page, "dates", guess, of, name=f"{proposal.table}.dates")
    return True


def _date(page: _Page, key: str, guess: Guess, of: str, *, name: str) -> None:
    if guess.sure == "open":
        choices = [(f"{key} = {literal(form)}", meaning) for form, meaning in guess.options]
        page.ask(f"How are the dates of {of}? {_sentence(guess.evidence)}", choices)
    else:
        page.say(key, Guess(guess.value or "%Y-%m-%d", guess.sure, guess.evidence), name=name)


def _dates_by_column(page: _Page, proposal: Proposal, at: str) -> None:
    page.add(f"[{at}.dates]")
    for column, guess in proposal.dates.items():
        _date(page, column, guess, f"{column} written", name=f"{proposal.table}.dates.{column}")


def _columns(page: _Page, proposal: Proposal, at: str, open_points: Sequence[Doubt]) -> None:
    mapped = {name: one for name, one in proposal.columns.items() if one.header != name}
    points = [one for one in open_points if one.section == "columns"]
    if mapped or points:
        page.add(f"[{at}.columns]")
    for name, one in mapped.items():
        page.say(name, one.guess, name=f"{proposal.table}.columns.{name}")
    _ask(page, points)
    if proposal.unused:
        page.add(f"# not used: {', '.join(shown(header) for header in proposal.unused)}")
    if proposal.known:
        page.add(f"# {proposal.known.preset}: {preset(proposal.known.preset)['about']}")


def _words(page: _Page, proposal: Proposal, at: str) -> None:
    answers: dict[str, list[str]] = {}
    for one in proposal.questions.values():
        for ours, theirs in one.words.items():
            answers.setdefault(ours, []).extend(theirs)
    all_words = {**proposal.words, **({"answer": answers} if answers else {})}
    if all_words:
        page.add(f"[{at}.values]")
    for column, words in all_words.items():
        inner = ", ".join(f"{literal(ours)} = {literal(theirs)}" for ours, theirs in words.items())
        if all(ours == theirs.casefold() for ours, many in words.items() for theirs in many):
            page.add(f"{column} = {{ {inner} }}", "certain: only the case differs")
            continue
        page.add(f"{column} = {{ {inner} }}", "likely: the words mean the same")
        page.unsure.append(f"{proposal.table}.values.{column} = {{ {inner} }}: we take these words to mean the same")
