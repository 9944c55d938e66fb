"""What client.toml should say of an export: every line with how sure it is and what it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.contract.tables import TABLES
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.declared.presets import preset
from referral_playbook.intake.declared.questions import Asked, find_questions
from referral_playbook.intake.declared.vocabulary import says, word_for
from referral_playbook.intake.files.formats import are_numbers, fits_form, guess_dates, guess_marks, signs_in
from referral_playbook.intake.files.peek import Peek
from referral_playbook.intake.proposals.guesses import Guess, shown
from referral_playbook.intake.proposals.matching import (
    MARGIN,
    Matched,
    TableMatch,
    match_table,
    tables_for,
)
from referral_playbook.intake.proposals.recognise import Recognised, recognise

CODE = re.compile(r"[A-Za-z]{3}")


class UnknownExportError(CommandFaultError):
    """A file of which we cannot tell what it is; the message says how the user can."""


@dataclass(frozen=True)
class Join:
    """A file to be joined: the key in the rows so far, the key in this file, and why the two are the same."""

    found: Peek
    on: str
    equals: str
    why: str

    @property
    def path(self) -> Path:
        return self.found.path


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one file.

    `known` is the preset whose headers the file has; the columns that it maps are not repeated in `columns`, which has
    those that the file has beyond them. `dates`
    has the format of each contract column, None for plain ISO days, and `decimal` is None where the table has no
    numbers. `words` has, by contract column, our word and the client's words that safely stand for it; `questions` the
    columns of a survey form that ask one of ours. `marks` are signs beside the numbers, and `currency` is the header of
    the column that names the currency of each row. `files` have the same layout; of the `joins`, whose columns stand
    beside the rows, `found` has the columns already.
    """

    found: Peek
    table: str
    known: Recognised | None = None
    columns: Mapping[str, Matched] = field(default_factory=dict)
    dates: Mapping[str, Guess] = field(default_factory=dict)
    decimal: Guess | None = None
    thousands: str | None = None
    words: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    questions: Mapping[str, Asked] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    currency: str | None = None
    files: tuple[Path, ...] = ()
    joins: tuple[Join, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """The header in the file of each column of the contract."""
        columns = {name: one.header for name, one in self.columns.items()}
        named = preset(self.known.preset)["columns"] | columns if self.known else columns
        return {name: header for name, header in named.items() if header in self.found.columns}

    @property
    def unused(self) -> list[str]:
        """Headers that nothing is proposed for."""
        used = {one.header for one in self.columns.values()} | {one.header for one in self.questions.values()}
        used |= {self.currency or ""}
        return [] if self.known else [header for header in self.found.columns if header not in used]


def propose(found: Peek, table: str | None = None) -> Proposal:
    """Propose how to read a file that was looked at, or several of one layout.

    `table` is the contract's table where the user has said it. Where nothing fits, or several tables do,
    UnknownExportError says what to do.
    """
    candidates = [one for one in recognise(found.columns) if table in (None, one.table)]
    if len(candidates) == 1:
        return _of_preset(found, candidates[0])
    questions = find_questions(found)
    fit = match_table(TABLES[table], found) if table else _best(found, questions)
    if fit.table != "surveys":
        return _filled(Proposal(found, fit.table, columns=fit.columns))
    return _filled(Proposal(found, "surveys", columns=_form(fit, questions), questions=questions))


def _form(fit: TableMatch, questions: Mapping[str, Asked]) -> dict[str, Matched]:
    """The columns of a survey; where each question has a column, there is none for the question and the answer."""
    asked = {one.header for one in questions.values()}
    columns = {
        name: one
        for name, one in fit.columns.items()
        if not questions or (name not in ("question", "answer") and one.header not in asked)
    }
    if "respondent_id" not in columns and "asked_on" in columns:
        header = columns["asked_on"].header
        evidence = "nobody is named, so the time of an answer stands for the person"
        columns["respondent_id"] = Matched(header, 0.2, Guess(header, "likely", evidence))
    return columns


def _candidates(found: Peek, questions: Mapping[str, Asked]) -> list[TableMatch]:
    """The tables the file may be; a form is a survey although it has no column named question."""
    fits = tables_for(found)
    form = match_table(TABLES["surveys"], found)
    if questions and not set(form.missing) - {"question", "answer", "respondent_id"}:
        fits = [fit for fit in fits if fit.table != "surveys"]
        fits.append(replace(form, missing=(), score=form.score + 2 * len(questions)))
    return sorted(fits, key=lambda fit: -fit.score)


def _best(found: Peek, questions: Mapping[str, Asked]) -> TableMatch:
    fits = _candidates(found, questions)
    if not fits:
        raise UnknownExportError(_nothing_fits(found))
    if len(fits) > 1 and fits[0].score - fits[1].score < MARGIN:
        choice = " or ".join(f"--from {fit.table}={found.path}" for fit in fits[:2])
        says = " or ".join(TABLES[fit.table].says for fit in fits[:2])
        raise UnknownExportError(f"{found.path.name} can be {says}. Say which: {choice}")
    return fits[0]


def _nothing_fits(found: Peek) -> str:
    """That we do not know what a file is, which table comes nearest, and how the user says it."""
    headers = ", ".join(shown(header) for header in list(found.columns)[:12])
    if len(months := _months(found)) >= 3:
        return (
            f"{found.path.name} has a column for each month ({shown(months[0])}, {shown(months[1])}, ...); payments "
            "need a row for each payment or month. In Excel, choose Data, From Table/Range, mark the month columns, "
            "choose Transform, Unpivot Columns, and save the result as CSV"
        )
    near = max((match_table(table, found) for table in TABLES.values()), key=lambda fit: fit.score)
    lacks = f" ({near.table} comes nearest, but lacks {', '.join(near.missing)})" if near.columns else ""
    table = near.table if near.columns else "payments"
    return (
        f"We cannot tell what {found.path.name} is from its headers: {headers}{lacks}. Say which table it is, "
        f"for example --from {table}={found.path}. The tables are: {', '.join(TABLES)}"
    )


MONTH_NAME = re.compile(
    r"(?:jan|feb|m[aä]r|apr|ma[iy]|ju[nl]|aug|sep|o[ck]t|nov|de[cz])[a-zé]*\.?[ -]?'?[0-9]{2,4}|"
    r"[0-9]{4}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{4}",
    re.I,
)


def _months(found: Peek) -> list[str]:
    """Headers that are months, above numbers."""
    named = [header for header in found.columns if MONTH_NAME.fullmatch(header.strip())]
    return [header for header in named if are_numbers(found.values(header) or ["0"])]


def _of_preset(found: Peek, known: Recognised) -> Proposal:
    """A recognised export: what it writes otherwise than the preset expects, and the columns that it has beyond."""
    spec = preset(known.preset)
    beyond = _beyond(found, known, spec)
    start = Proposal(found, known.table, known, columns=beyond)
    values = {column: found.values(header) for column, header in start.headers.items() if header not in found.typed}
    dates, declared = {}, spec.get("dates", {})
    for column, texts in values.items():
        if TABLES[known.table].column(column).kind != "date" or not texts:
            continue
        form = declared.get(column)
        seen = guess_dates(texts) if form is None or not fits_form(texts, form) else None
        if seen and (form or seen.value or seen.options):
            dates[column] = seen
    kinds = {column: TABLES[known.table].column(column).kind for column in values}
    numbers = [v for column, kind in kinds.items() if kind in ("number", "count") for v in values[column]]
    decimal, thousands = guess_marks(numbers) if numbers else (None, None)
    open_form = known.table == "surveys" and not {"question", "questions"} & {*spec, *spec["columns"]}
    return replace(
        start,
        dates=dates,
        decimal=decimal,
        thousands=thousands,
        questions=find_questions(found) if open_form else {},
        marks=signs_in(numbers),
        currency=spec.get("currency") or _currency(found),
        words=_words(known.table, {name: values[name] for name in beyond if name in values}, start.headers),
    )


def _beyond(found: Peek, known: Recognised, spec: Mapping[str, Any]) -> dict[str, Matched]:
    """Columns of the table that the preset leaves out, from headers that it has no use for."""
    used = {*spec["columns"].values(), *spec.get("where", {}), spec.get("currency")}
    used |= {header for key in ("less", "times") for header in spec.get(key, {}).values()}
    used |= {header for conditions in spec.get("when", {}).values() for header in conditions}
    if known.table == "surveys":  # its questions have columns of their own
        return {}
    rest = replace(found, columns={header: cells for header, cells in found.columns.items() if header not in used})
    fit = match_table(TABLES[known.table], rest)
    return {name: one for name, one in fit.columns.items() if name not in spec["columns"]}


def _filled(start: Proposal) -> Proposal:
    """The proposal with formats and words for the columns it maps."""
    start = per_line(start)
    peeked, table, headers = start.found, TABLES[start.table], start.headers
    kinds = {name: table.column(name).kind for name in headers}
    values = {name: peeked.values(header) for name, header in headers.items()}
    typed = {name for name, header in headers.items() if header in peeked.typed}
    dates = {n: g for n, kind in kinds.items() if kind == "date" and (g := guess_dates(values[n]))}
    dates = {n: g for n, g in dates.items() if n not in typed or g.options}
    numbers = [v for n, kind in kinds.items() if kind in ("number", "count") and n not in typed for v in values[n]]
    decimal, thousands = guess_marks(numbers) if numbers else (None, None)
    return replace(
        start,
        dates=_settled(dates),
        decimal=decimal,
        thousands=thousands,
        words=_words(start.table, values, headers),
        marks=signs_in(numbers),
        currency=_currency(peeked) if "number" in kinds.values() else None,
    )


def per_line(start: Proposal) -> Proposal:
    """The amount of a line in place of the total of its order, where the total stands on every line of an order."""
    amount, peeked = start.columns.get("amount"), start.found
    order = next((header for header in peeked.columns if says(header, "orders")), None)
    if start.table != "payments" or amount is None or order is None or not _same_in_order(amount.header, order, peeked):
        return start
    line = next(
        (header for header in start.unused if says(header, "lines") and are_numbers(peeked.values(header))), None
    )
    observation = f"{shown(amount.header)} is the same on every row of an order ({shown(order)})"
    if line is None:
        evidence = f"{observation}, so an order with several rows may count several times: is it the amount of the row?"
        guess = Guess(amount.header, "likely", evidence)
    else:
        guess = Guess(line, "likely", f"the amount of the row, because {observation}")
    return replace(start, columns={**start.columns, "amount": Matched(guess.value, amount.quality, guess)})


def _same_in_order(header: str, order: str, found: Peek) -> bool:
    """Whether orders of several rows have one value on all of them."""
    rows: dict[str, list[str]] = {}
    for key, value in zip(found.columns[order], found.columns[header], strict=True):
        rows.setdefault(key, []).append(value)
    several = [values for key, values in rows.items() if key and len(values) > 1]
    return bool(several) and all(len(set(values)) == 1 for values in several)


def _currency(found: Peek) -> str | None:
    """The column that names a currency in every row that names any."""
    for header in found.columns:
        values = found.values(header)
        if says(header, "currencies") and values and all(CODE.fullmatch(value) for value in values):
            return header
    return None


def _settled(dates: Mapping[str, Guess]) -> dict[str, Guess]:
    """Open formats settled by another column of the same file that leaves no doubt."""
    sure = {guess.value: name for name, guess in dates.items() if guess.sure != "open" and guess.value}
    out = dict(dates)
    for name, guess in dates.items():
        fits = [form for form, _ in guess.options if form in sure]
        if guess.sure == "open" and len(fits) == 1:
            out[name] = Guess(fits[0], "likely", f"{sure[fits[0]]} in the same file is written so, and this fits too")
    return out


def _words(table: str, values: Mapping[str, list[str]], headers: Mapping[str, str]) -> dict[str, dict[str, list[str]]]:
    """Words of choices, and of the source, for which one of ours safely stands."""
    safe: dict[str, dict[str, list[str]]] = {}
    for name, texts in values.items():
        if not TABLES[table].column(name).choices and name != "source":
            continue
        for word in Counter(texts):
            ours = word_for(name, word, headers[name])
            if ours and ours != word:
                safe.setdefault(name, {}).setdefault(ours, []).append(word)
    return safe


def summary(proposal: Proposal) -> str:
    """What a file was taken for, and why, in one sentence."""
    names = " and ".join(path.name for path in (proposal.found.path, *proposal.files))
    seen = f"{names}: {counted(proposal.found.rows, 'row')}"
    if proposal.joins:
        seen += f", joined with {' and '.join(join.path.name for join in proposal.joins)}"
    if proposal.known:
        return f"{seen}. Recognised as {proposal.known.preset}, because {proposal.known.why}"
    says = TABLES[proposal.table].says
    mapped = proposal.headers | {question: one.header for question, one in proposal.questions.items()}
    named = ", ".join(f"{name} from {shown(header)}" for name, header in mapped.items())
    return f"{seen}. Read as {proposal.table} ({says}): {named}"
