"""`playbook init CLIENT --from FILE ...`: look at exports, copy them into a client folder and write its client.toml."""

from __future__ import annotations

import filecmp
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from referral_playbook.contract.client_toml.checks import currencies_in_use
from referral_playbook.contract.tables import TABLES
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake.columns.days import parsed_days
from referral_playbook.intake.declared.presets import preset
from referral_playbook.intake.files.formats import MARKS
from referral_playbook.intake.files.peek import Peek, merged, peek, same_layout
from referral_playbook.intake.proposals.draft import Draft, draft
from referral_playbook.intake.proposals.guesses import Guess
from referral_playbook.intake.proposals.joining import find_join, with_columns
from referral_playbook.intake.proposals.missing import still_missing
from referral_playbook.intake.proposals.propose import Proposal, UnknownExportError, propose, summary

SIGNS = {"€": "EUR", "£": "GBP"}


@dataclass(frozen=True)
class Source:
    """A file that the user names, with the table where they said it."""

    path: Path
    table: str | None = None

    @classmethod
    def read(cls, text: str) -> Source:
        """From ``FILE`` or ``TABLE=FILE``.

        Examples
        --------
        >>> Source.read("payments=export.csv").table, Source.read("a=b.csv").table
        ('payments', None)
        """
        table, mark, file = text.partition("=")
        return cls(Path(file), table) if mark and table in TABLES else cls(Path(text))


def start_client(
    folder: Path, sources: Sequence[Source], *, name: str, currency: str | None, as_of: date | None
) -> Iterator[str]:
    """Write ``<folder>/client.toml`` from exports; yield what was seen, asked and is missing, in plain words.

    The folder is made where it does not exist, and a file outside it is copied into it. What is None of the head of
    client.toml is proposed as a question.

    UnreadableError and UnknownExportError come before anything is written.
    """
    proposals = _proposals(sources)
    _refuse_twice(proposals)
    names = _copied(folder, proposals)
    written = draft(
        list(zip(names, proposals, strict=True)),
        name=name,
        currency=Guess(currency, "certain", "as you said") if currency else guess_currency(proposals),
        as_of=Guess(as_of, "certain", "as you said") if as_of else guess_as_of(proposals),
    )
    (folder / "client.toml").write_text(written.text, encoding="utf-8")
    yield from _told(folder, proposals, written)


def _proposals(sources: Sequence[Source]) -> list[Proposal]:
    """One proposal for each layout: files with the same headers stand one below the other."""
    groups: list[tuple[str | None, list[Peek]]] = []
    for source in sources:
        peeked = peek(source.path)
        like = next((peeks for table, peeks in groups if table == source.table and same_layout(peeks[0], peeked)), None)
        if like is None:
            groups.append((source.table, [peeked]))
        else:
            like.append(peeked)
    made: list[Proposal] = []
    others: list[tuple[Peek, UnknownExportError]] = []
    for table, peeks in groups:
        try:
            made.append(replace(propose(merged(peeks), table), files=tuple(one.path for one in peeks[1:])))
        except UnknownExportError as unknown:
            if len(peeks) > 1:
                raise
            others.append((peeks[0], unknown))
    for peeked, reason in others:
        made = _with_join(made, peeked, reason)
    return made


def _with_join(made: list[Proposal], found: Peek, unknown: UnknownExportError) -> list[Proposal]:
    """The proposals with a file joined to one of them that knows its key; the file stays unknown where none does."""
    for place, one in enumerate(made):
        if join := find_join(one, found):
            joined = propose(with_columns(one.found, join), one.table)
            return [*made[:place], replace(joined, files=one.files, joins=(*one.joins, join)), *made[place + 1 :]]
    raise unknown


def _refuse_twice(proposals: Sequence[Proposal]) -> None:
    for table, number in Counter(one.table for one in proposals).items():
        if number > 1:
            named = " and ".join(one.found.path.name for one in proposals if one.table == table)
            raise UnknownExportError(
                f"{named} all look like {table}. Say which table each one is, for example "
                f"--from {table}={proposals[0].found.path}, or leave one out"
            )


def _copied(folder: Path, proposals: Sequence[Proposal]) -> list[list[str]]:
    """The names of each proposal's files in the client folder, where they are now."""
    paths = [(one.found.path, *one.files, *(join.path for join in one.joins)) for one in proposals]
    names = [[_place(folder, path) for path in some] for some in paths]
    folder.mkdir(parents=True, exist_ok=True)
    for some, files in zip(paths, names, strict=True):
        for path, file in zip(some, files, strict=True):
            if not (folder / file).exists():
                shutil.copyfile(path, folder / file)
    return names


def _place(folder: Path, path: Path) -> str:
    """The name of a file in the client folder; its own where it is there, else where it will be copied to."""
    inside = path.resolve()
    if inside.is_relative_to(folder.resolve()):
        return inside.relative_to(folder.resolve()).as_posix()
    target = folder / path.name
    if target.exists() and not filecmp.cmp(path, target, shallow=False):
        raise UnknownExportError(f"{target} is there already and differs from {path}. Rename one of them")
    return path.name


def guess_currency(proposals: Sequence[Proposal]) -> Guess:
    """The currency that the files themselves name; open where they do not, or name several."""
    codes: Counter[str] = Counter()
    for one in proposals:
        if one.currency:
            codes.update(value.upper() for value in one.found.values(one.currency))
        money = (matched.header for name, matched in one.columns.items() if TABLES[one.table].column(name).is_money)
        codes.update(code for header in money for code in (*_in_header(header), *_named(header, one)))
    if len(codes) == 1:
        code, rows = codes.most_common()[0]
        return Guess(code, "certain", f"the files name {code} {counted(rows, 'time')} and no other currency")
    if codes:
        options = tuple((code, counted(rows, "row")) for code, rows in codes.most_common())
        return Guess(None, "open", "The files name several.", options)
    return Guess(None, "open", "The files do not say.", (("EUR", "for example"),))


def _in_header(header: str) -> Iterator[str]:
    """A currency that a header names, as in "Betrag in EUR" or "Amount (USD)".

    Examples
    --------
    >>> list(_in_header("Betrag in EUR")), list(_in_header("Amount (USD)")), list(_in_header("ALL orders"))
    (['EUR'], ['USD'], [])
    """
    for code in re.findall(r"(?:\(|\[|\bin\s+)([A-Z]{3}|[€£])(?:\)|\]|$)", header):
        if (named := SIGNS.get(code, code)) in currencies_in_use():
            yield named


def _named(header: str, one: Proposal) -> Iterator[str]:
    """Currencies in the amounts of a column."""
    for value in one.found.values(header):
        sign = MARKS.search(value)
        if sign and any(c.isdigit() for c in value) and (code := SIGNS.get(sign[0], sign[0])) in currencies_in_use():
            yield code


def guess_as_of(proposals: Sequence[Proposal]) -> Guess:
    """The newest day in the files, as a question: the day of the export may be later."""
    days = [day for one in proposals if (day := _newest(one))]
    if not days:
        return Guess(None, "open", "The files do not say.", ((date.today(), "today"),))
    newest = max(days)
    return Guess(None, "open", f"The newest date in the files is {newest.isoformat()}.", ((newest, "the newest date"),))


def _newest(one: Proposal) -> date | None:
    """The newest day of a table's dates, where their form is not open; days to come are those of plans."""
    kinds = {column.name: column.kind for column in TABLES[one.table].columns}
    days = [_newest_of(column, header, one) for column, header in one.headers.items() if kinds.get(column) == "date"]
    return max((day for day in days if day), default=None)


def _newest_of(column: str, header: str, one: Proposal) -> date | None:
    guess, spec = one.dates.get(column), preset(one.known.preset) if one.known else {}
    if guess and guess.sure == "open":
        return None
    form = (guess.value if guess else spec.get("dates", {}).get(column)) or "iso"
    values = pd.Series(one.found.values(header), dtype=object)
    stamps = parsed_days(values, form).dropna()
    past = stamps[stamps <= pd.Timestamp(date.today())]
    return past.max().date() if len(past) else None


def _told(folder: Path, proposals: Sequence[Proposal], written: Draft) -> Iterator[str]:
    yield from (summary(one) for one in proposals)
    yield f"Written: {folder / 'client.toml'}"
    if written.questions:
        yield f"\n{counted(len(written.questions), 'open question')}; `playbook check` refuses the folder until then:"
        yield from (f"  {n}. line {line}: {text}" for n, (line, text) in enumerate(written.questions, start=1))
    if written.unsure:
        yield "\nLikely, not certain; please look at these lines:"
        yield from (f"  - {text}" for text in written.unsure)
    if missing := still_missing({one.table: one.headers for one in proposals}):
        yield "\nStill missing:"
        yield from (f"  - {text}" for text in missing)
    first = "Answer the questions in client.toml, then" if written.questions else "Next"
    yield f"\n{first}: playbook check {folder}"
