"""Which table an export is, and which of its columns is which: by the header's words, checked against the values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from referral_playbook.contract.tables import TABLES, Column, Table
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.declared.vocabulary import plain, says, vocabulary, word_for
from referral_playbook.intake.files.formats import are_numbers, guess_dates, tolerated
from referral_playbook.intake.files.peek import Peek
from referral_playbook.intake.proposals.guesses import Guess, shown

WHOLE_WORDS = 0.5
"""Quality of a header that has exactly the words of a column; below, it has other words as well."""
MARGIN = 0.5
"""How much better the best table must be than the next for a file to be taken for it."""
MONTH = re.compile(r"\d{4}-\d{2}|\d{1,2}[./]\d{4}")


@dataclass(frozen=True)
class Matched:
    """A column of the contract, the header that is proposed for it, and how well the words fit (0 to 1)."""

    header: str
    quality: float
    guess: Guess


@dataclass(frozen=True)
class TableMatch:
    """A table an export may be, its columns, and how much speaks for it."""

    table: str
    columns: Mapping[str, Matched]
    score: float
    missing: tuple[str, ...]


def quality(header: str, name: str, words: list[str]) -> float:
    """How well a header fits a column of the contract: 1 for its own name, less the later its word stands in the list.

    Examples
    --------
    >>> quality("paid_on", "paid_on", ["paid on", "date"]), quality("Date", "paid_on", ["paid on", "date"])
    (1.0, 0.75)
    """
    own = plain(header)
    if header == name:
        return 1.0
    for place, word in enumerate(words):
        if own.replace(" ", "") == plain(word).replace(" ", ""):
            return 1.0 - 0.5 * place / len(words)
    parts, kernel = set(own.split()), _kernel(own)
    for place, word in enumerate(words):
        sought = plain(word).split()
        if kernel and kernel == _kernel(plain(word)):
            return 0.48 - 0.25 * place / len(words)
        if len(sought) > 1 and set(sought) <= parts and len(parts) <= len(sought) + 2:
            return 0.45 - 0.25 * place / len(words)
    return 0.0


def _kernel(text: str) -> str:
    """The words of a header that tell which column it is."""
    return " ".join(word for word in text.split() if not says(word, "fillers"))


def tables_for(found: Peek) -> list[TableMatch]:
    """The tables whose needed columns are all there, the most likely first."""
    fits = [match_table(table, found) for table in TABLES.values()]
    return sorted((fit for fit in fits if not fit.missing), key=lambda fit: -fit.score)


def match_table(table: Table, found: Peek) -> TableMatch:
    """The best header for each column of a table; a header serves one column."""
    ranked = sorted(
        (
            (_quality(column, header, table, found), column.name, header)
            for column in table.columns
            for header in found.columns
        ),
        key=lambda one: (-one[0], one[1]),
    )
    columns: dict[str, Matched] = {}
    for good, name, header in ranked:
        if good > 0 and name not in columns and header not in {one.header for one in columns.values()}:
            columns[name] = Matched(header, good, Guess(header, "certain", ""))
    rivals = {name: [h for good, n, h in ranked if good and n == name] for name in columns}
    columns = {name: _explained(one, name, rivals[name], columns, found) for name, one in columns.items()}
    columns |= _stand_in(table, columns, found)
    needed = set(table.required) - columns.keys()
    if table.name == "customers" and {"tenure_months", "status"} <= columns.keys():
        needed -= {"joined_on"}
    score = sum(one.quality for one in columns.values()) + _file_hint(table.name, found)
    return TableMatch(table.name, columns, score, tuple(sorted(needed)))


def _quality(column: Column, header: str, table: Table, found: Peek) -> float:
    words = vocabulary().get(table.name, {}).get(column.name, [])
    good = quality(header, column.name, words)
    return good if good and holds(column, header, table, found) else 0.0


def _explained(one: Matched, name: str, fits: list[str], columns: Mapping[str, Matched], found: Peek) -> Matched:
    """The match with how sure it is: certain where the header has the very words and no free header has them too."""
    headers = {other.header for other in columns.values()}
    rivals = [header for header in fits if header not in headers]
    seen = counted(len(set(found.values(one.header))), "different value")
    if rivals:
        evidence = f"the best fit, but {shown(rivals[0])} could be {name} too; {seen}"
    elif one.quality >= WHOLE_WORDS:
        return replace(one, guess=Guess(one.header, "certain", f"the header says so; {seen}"))
    else:
        evidence = f"the header reads like {name}, and the values fit; {seen}"
    return replace(one, guess=Guess(one.header, "likely", evidence))


def _file_hint(table: str, found: Peek) -> float:
    name = plain(found.path.stem)
    return 1.0 if any(plain(word) in name for word in vocabulary().get(table, {}).get("files", [])) else 0.0


def holds(column: Column, header: str, table: Table, found: Peek) -> bool:
    """Whether the values of a file's column can be those of a contract's."""
    values = found.values(header)
    blank = len(found.columns[header]) - len(values) - len(found.totals)
    if column.required and blank > (0.6 * found.rows if column.kind in ("text", "date") else tolerated(found.rows)):
        return False
    if not values:
        return not column.required
    match column.kind:
        case "date":
            return guess_dates(values) is not None
        case "number" | "count":
            return are_numbers(values)
        case "month":
            return all(MONTH.fullmatch(value) for value in set(values))
        case "choice":
            return all(word_for(column.name, value, header) or value in column.choices for value in set(values))
        case _:
            return _is_text(column, values, table)


def _is_text(column: Column, values: list[str], table: Table) -> bool:
    if guess_dates(values[:200]) is not None and not values[0].isdigit():
        return False
    if column.is_id and all(says(value, "yes") or says(value, "no") for value in set(values)):
        return len(set(values)) == len(values) and column.name == table.key
    if column.name == table.key:
        return len(values) - len(set(values)) <= tolerated(len(values))
    return True


def _stand_in(table: Table, columns: Mapping[str, Matched], found: Peek) -> dict[str, Matched]:
    """A referral without an id of its own has its friend's, where every friend stands in one row."""
    if table.name != "referrals" or "referral_id" in columns or "friend_id" not in columns:
        return {}
    header = columns["friend_id"].header
    values = found.values(header)
    if len(set(values)) < len(values):
        return {}
    evidence = "there is no id of the referral, and every friend stands in one row"
    return {"referral_id": Matched(header, 0.3, Guess(header, "likely", evidence))}
