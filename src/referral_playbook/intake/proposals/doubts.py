"""What an export may mean otherwise than its headers say: asked in client.toml, never decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from referral_playbook.contract.client_toml.toml_text import literal
from referral_playbook.contract.tables import QUESTIONS, TABLES
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.declared.presets import preset
from referral_playbook.intake.declared.vocabulary import plain, says
from referral_playbook.intake.proposals.guesses import MOST, Doubt, shown
from referral_playbook.intake.proposals.matching import holds
from referral_playbook.intake.proposals.money_doubts import money_doubts
from referral_playbook.intake.proposals.propose import Proposal

SAYS_WON = ("won", "gewonnen")


def doubts(proposal: Proposal) -> list[Doubt]:
    """Everything that has to be asked of one proposal beyond its formats."""
    if proposal.known:
        spec = preset(proposal.known.preset)
        used = set(spec["columns"].values())
        asked = [] if "question" in spec["columns"] else list(_no_question(proposal, used))
        return [*_absent(proposal, spec), *_other_words(proposal, spec.get("when", {})), *asked, *_overlap(proposal)]
    no_question = [] if "question" in proposal.columns else _no_question(proposal, set())
    return [
        *no_question,
        *_missing(proposal),
        *_rows_without_key(proposal),
        *_price_or_amount(proposal),
        *_overlap(proposal),
        *money_doubts(proposal),
        *_won_or_expected(proposal),
    ]


def _absent(proposal: Proposal, spec: Mapping[str, Any]) -> Iterator[Doubt]:
    """Columns that a preset subtracts or reads the currency from, and that were left out of the export."""
    there = proposal.found.columns
    for header in spec.get("less", {}).values():
        if header not in there:
            text = f"The file has no column {shown(header)}, which is subtracted from the amounts. Is it needed?"
            yield Doubt("top", text, (("less = {}", "no; otherwise export the file again with it"),))
    if spec.get("currency") and spec["currency"] not in there:
        text = f"The file has no column {shown(spec['currency'])}. Are all amounts in the client's currency?"
        yield Doubt("top", text, (('currency = ""', "yes"),))


def _other_words(proposal: Proposal, when: Mapping[str, Mapping[str, list[str]]]) -> Iterator[Doubt]:
    """Words that a preset expects in a column, none of which the file has."""
    for column, conditions in when.items():
        for header, expected in conditions.items():
            words = Counter(proposal.found.values(header)) if header in proposal.found.columns else Counter()
            if words and not set(expected) & set(words):
                text = f"Which {shown(header)} is meant for {column}? No row says {shown(expected[0])}."
                yield Doubt("when", text, _stages(column, header, words), f'{column} = {{ "?" = ["?"] }}')


def _stages(column: str, header: str, words: Counter[str]) -> tuple[tuple[str, str], ...]:
    won = {word for word in words if any(said in plain(word).replace(" ", "") for said in SAYS_WON)}
    ordered = sorted(words.items(), key=lambda item: (item[0] not in won, -item[1]))[:MOST]
    return tuple(
        (f"{column} = {{ {literal(header)} = [{literal(word)}] }}", counted(rows, "row")) for word, rows in ordered
    )


def _no_question(proposal: Proposal, used: set[str]) -> Iterator[Doubt]:
    """A form in which no column asks one of our questions in words we know."""
    if proposal.table != "surveys" or proposal.questions:
        return
    used = used | {one.header for one in proposal.columns.values()}
    free = [header for header in proposal.found.columns if header not in used]
    choices = tuple((f"nps = {literal(header)}", _sample(header, proposal)) for header in free[:MOST])
    text = f"Which column asks what? No header reads like one of our questions ({', '.join(QUESTIONS)})."
    yield Doubt("questions", text, choices)


def _missing(proposal: Proposal) -> Iterator[Doubt]:
    """Columns that the table needs and no header was found for."""
    table = TABLES[proposal.table]
    made = {"question", "answer"} if proposal.table == "surveys" and "question" not in proposal.columns else set()
    made |= {"joined_on"} if {"tenure_months", "status"} <= proposal.columns.keys() else set()
    for name in table.required:
        if name in proposal.columns or name in made:
            continue
        column = table.column(name)
        free = [header for header in proposal.unused if holds(column, header, table, proposal.found)]
        choices = [(f"{name} = {literal(header)}", _sample(header, proposal)) for header in free[:MOST]]
        says = f" ({column.says})" if column.says else ""
        text = f"Which column is {name}{says}? {table.name} needs it, and no header reads like it."
        yield Doubt("columns", text, tuple(choices) or ((f'{name} = "..."', "no column of the file fits"),))


def _sample(header: str, proposal: Proposal) -> str:
    return f"for example {shown(next(iter(proposal.found.values(header)), ''))}"


def _rows_without_key(proposal: Proposal) -> Iterator[Doubt]:
    """Rows in which a column that names somebody is empty."""
    peeked, table = proposal.found, TABLES[proposal.table]
    sums = {total.row for total in peeked.totals}
    for name in table.required:
        if name not in proposal.columns or table.column(name).kind not in ("text", "date"):
            continue
        header = proposal.columns[name].header
        blank = sum(not cell for row, cell in enumerate(peeked.columns[header]) if row not in sums)
        if blank:
            rows = f"{counted(blank, 'row')} of {peeked.rows:,}"
            text = f"{shown(header)} is empty in {rows}. Are such rows to be left out?"
            choice = (f"{literal(header)} = {{ empty = false }}", "yes; otherwise fill the cells in the file")
            yield Doubt("where", text, (choice,))


def _overlap(proposal: Proposal) -> Iterator[Doubt]:
    """Rows that stand in more than one of the files."""
    if not (rows := proposal.found.in_several):
        return
    text = f"Files overlap: {counted(rows, 'row')} of one file can be found in another too. Was it exported twice?"
    yield Doubt("top", text, (('repeats = "fold"', "yes, count them once"), ('repeats = "keep"', "no, count them all")))


def _price_or_amount(proposal: Proposal) -> Iterator[Doubt]:
    """A price beside a quantity is most often that of one piece."""
    amount = proposal.columns.get("amount")
    number = next((header for header in proposal.found.columns if says(header, "quantities")), None)
    if amount is None or number is None or not says(amount.header, "prices"):
        return
    text = (
        f"Is {shown(amount.header)} the price of one piece, to be multiplied by {shown(number)}? "
        'If it is the price of the whole line, only remove the line with "?".'
    )
    yield Doubt(
        "times", text, ((f"amount = {literal(number)}", "yes, the amount is price x quantity"),), 'amount = "?"'
    )


def _won_or_expected(proposal: Proposal) -> Iterator[Doubt]:
    """A close date is that of an expected or a lost deal too, unless a stage says that it was won."""
    won = proposal.columns.get("won_on")
    if won is None or any(word in plain(won.header).split() for word in SAYS_WON):
        return
    stage = next((header for header in proposal.unused if says(header, "stages")), None)
    if stage is None:
        return
    choices = _stages("won_on", stage, Counter(proposal.found.values(stage)))
    text = f"Which {shown(stage)} means won? {shown(won.header)} may be that of an open or a lost deal as well."
    yield Doubt("when", text, choices, 'won_on = { "?" = ["?"] }')
