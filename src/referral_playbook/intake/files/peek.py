"""A first look at an export nobody has described yet: encoding, delimiter, where its header stands, totals at its end.

Nothing here reads data for a run: that is `reader`, which takes only what client.toml declares.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from referral_playbook.contract.client_toml.checks import SUFFIXES
from referral_playbook.contract.client_toml.problems import CommandFaultError
from referral_playbook.intake.faults import Fault, Faults
from referral_playbook.intake.files import csv_faults, first_look, limits
from referral_playbook.intake.files.form import Form
from referral_playbook.intake.files.reader import is_csv
from referral_playbook.intake.files.sheet_file import read_excel, read_parquet
from referral_playbook.intake.files.sheet_size import too_large
from referral_playbook.intake.files.source import Source
from referral_playbook.intake.files.wrong_kind import wrong_kind
from referral_playbook.intake.proposals.guesses import Guess, Sure, shown

ITSELF = Guess(None, "certain", "the file says so itself")
LOOKED_AT = 50_000_000
"""Bytes of a text file that are looked at; the rest is read by `playbook check`."""
WESTERN = "äöüßÄÖÜéèêëàâçñáíóúåæøœÉÀÇ€£’–"
TOTAL = re.compile(
    r"(grand |sub)?total(s|e)?|sum|summe|gesamt(summe|betrag)?|zwischensumme|endsumme|somme|totaal|suma|totale", re.I
)
NUMBER_OR_DATE = re.compile(r"[\s€$£()+-]*[0-9][0-9.,:/\s%€$£TZ()+-]*")


@dataclass(frozen=True)
class Total:
    """A row that sums up the others: where it is, and the header and the word that give it away."""

    row: int
    line: int
    header: str
    word: str


@dataclass(frozen=True)
class Peek:
    """What a file looks like: text columns by header, and how it has to be read to look so.

    `typed` are the headers whose cells the file itself holds as numbers or dates. Lines with too few or too many fields
    are left out. `skipped` are the lines above the header; `subheader` is the line of a second header below it, 0 where
    there is none. `in_several` counts the rows that stand in more than one of several files.
    """

    path: Path
    columns: dict[str, list[str]]
    encoding: Guess
    delimiter: Guess
    typed: frozenset[str] = frozenset()
    totals: tuple[Total, ...] = ()
    skipped: int = 0
    subheader: int = 0
    sheet: Guess | None = None
    in_several: int = 0
    lines: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.lines)

    def values(self, header: str) -> list[str]:
        """The filled cells of a column, without those of the totals rows."""
        total = {total.line for total in self.totals}
        return [text for text, line in zip(self.columns[header], self.lines, strict=True) if text and line not in total]


def merged(peeks: Sequence[Peek]) -> Peek:
    """Several files of one layout as one; the first says how they are read."""
    first, begin, totals = peeks[0], 0, []
    for one in peeks:
        totals += [replace(total, row=total.row + begin) for total in one.totals]
        begin += one.rows
    return replace(
        first,
        in_several=_in_several(peeks),
        columns={header: [cell for one in peeks for cell in one.columns[header]] for header in first.columns},
        totals=tuple(totals),
        lines=[line for one in peeks for line in one.lines],
    )


def _in_several(peeks: Sequence[Peek]) -> int:
    """How many rows of a file stand in an earlier one too."""
    seen: set[tuple[str, ...]] = set()
    again = 0
    for one in peeks:
        rows = set(zip(*one.columns.values(), strict=True))
        again += len(rows & seen)
        seen |= rows
    return again


def same_layout(one: Peek, other: Peek) -> bool:
    """Whether two files have the same headers and are read in the same way."""

    def way(found: Peek) -> tuple[object, ...]:
        return list(found.columns), found.encoding.value, found.delimiter.value, found.skipped, found.path.suffix

    return way(one) == way(other)


class UnreadableError(CommandFaultError):
    """A file of which not even the header can be found; the message says what to do."""


def peek(path: Path) -> Peek:
    """Look at a CSV file, a workbook or a Parquet file.

    UnreadableError says that the file is empty, has no rows, or is no table.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UnreadableError(f"{path} is not a kind of file that is read. Save it as one of: {', '.join(SUFFIXES)}")
    if fault := wrong_kind(path, path.name):
        raise _unreadable(path, [fault])
    if is_csv(path.name):
        return _text_file(path)
    return _parquet(path) if path.suffix.lower() == ".parquet" else _workbook(path)


def _parquet(path: Path) -> Peek:
    faults = Faults()
    read = read_parquet(path, path.name, "", faults=faults)
    if read is None:
        raise _unreadable(path, faults)
    columns = {header: cells.text.tolist() for header, cells in read.cells.items()}
    lines = next(iter(read.cells.values())).place.lines.tolist()
    totals = tuple(_totals(columns, lines))
    return Peek(path, columns, ITSELF, ITSELF, _typed(read, 0), totals, lines=lines)


def _workbook(path: Path) -> Peek:
    """A workbook; of several sheets the one with most rows is proposed."""
    faults = Faults()
    if fault := too_large(path, path.name, ""):
        raise _unreadable(path, [fault])
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheets = tuple(book.sheet_names)
    except (CalamineError, OSError) as error:
        raise UnreadableError(f"{path} is not a readable workbook ({error}). Save it again as .xlsx") from None
    read = {
        name: read_excel(path, path.name, "", form=Form(sheet=name, header_lines=0), faults=faults) for name in sheets
    }
    full = {name: sheet for name, sheet in read.items() if sheet is not None and sheet.rows > 1}
    if not full:
        raise _unreadable(path, faults)
    name, sheet = max(full.items(), key=lambda pair: pair[1].rows)
    return _sheet(path, sheet, name if len(sheets) > 1 else None, [one for one in full if one != name])


def _sheet(path: Path, found: Source, name: str | None, others: list[str]) -> Peek:
    lines = next(iter(found.cells.values())).place.lines.tolist()
    columns = [cells.text.tolist() for cells in found.cells.values()]
    parsed = [(line, list(row)) for line, row in zip(lines, zip(*columns, strict=True), strict=True)]
    at = _header_at(parsed)
    if at is None:
        raise UnreadableError(f"{path}: no row looks like a header. Export it again with its column names")
    seen = _table(path, parsed, at, ITSELF, ITSELF)
    below = len(found.cells["#1"].text) - seen.rows
    by_place = dict(zip(parsed[at][1], found.cells, strict=True))
    typed = _typed(found, below)
    evidence = f"of several sheets it has most rows{', and ' + ', '.join(others) + ' fewer' if others else ''}"
    sheet = Guess(name, "likely", evidence) if name else None
    return replace(seen, typed=frozenset(h for h in seen.columns if by_place.get(h) in typed), sheet=sheet)


def _typed(found: Source, skip: int) -> frozenset[str]:
    """Columns whose filled cells, below some rows, the file itself holds as numbers or dates."""
    return frozenset(
        header
        for header, cells in found.cells.items()
        if (cells.typed | cells.empty)[skip:].all() and not cells.empty[skip:].all()
    )


def _unreadable(path: Path, faults: Iterable[Fault]) -> UnreadableError:
    return UnreadableError("; ".join(f"{path}: {fault.problem}. {fault.fix}" for fault in faults))


def _text_file(path: Path) -> Peek:
    with path.open("rb") as file:
        data = file.read(LOOKED_AT)
        whole = not file.read(1)
    if not data.strip():
        raise UnreadableError(f"{path} is empty. Export it again")
    encoding = guess_encoding(data)
    if encoding.value != "utf-16":
        if fault := first_look.damage(data, path.name):
            raise UnreadableError(f"{path}, line {fault.line}: {fault.problem}. {fault.fix}")
        data = first_look.beginning(data, whole)
    text = codecs.decode(data, encoding.value or "utf-8-sig", errors="replace")
    if (columns := first_look.most_fields(text, csv_faults.MARKS)) > limits.MOST_COLUMNS:
        raise _unreadable(path, [csv_faults.MANY_COLUMNS.fault(path.name, "", 1, columns)])
    delimiter = guess_delimiter(text)
    try:
        parsed = list(_rows(text, delimiter.value))
    except csv.Error as error:
        raise UnreadableError(f"{path}: quotes are not in order ({error}). {csv_faults.QUOTES}") from None
    if len(parsed) == 1:
        raise UnreadableError(f"{path} has a header but no rows. Export it again")
    header = _header_at(parsed) if parsed else None
    if header is None:
        raise UnreadableError(
            f"{path}: no line looks like a header. Insert a first line that names the columns, for example Customer "
            "number, Customer since, and try again; or describe the columns by their position in client.toml: "
            'header_lines = 0 and columns = { customer_id = "#1" }'
        )
    return _table(path, parsed, header, encoding, delimiter)


def guess_encoding(data: bytes) -> Guess:
    """The encoding of a text file; the value is None where it is UTF-8, which needs no declaration.

    Examples
    --------
    >>> guess_encoding("Müller".encode("cp1252")).value
    'cp1252'
    """
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return Guess("utf-16", "certain", "the file begins with the signature of UTF-16")
    try:
        codecs.getincrementaldecoder("utf-8-sig")().decode(data)
        return Guess(None, "certain", "every byte is valid UTF-8")
    except UnicodeDecodeError as error:
        around = data[max(0, error.start - 30) : error.start + 30]
    scores = {name: _letters(data, name) for name in ("cp1252", "cp850", "mac_roman")}
    best = max(scores, key=lambda name: scores[name])
    word = max(
        re.split(r'[\s;,|"]+', codecs.decode(around, best, errors="replace")), key=lambda part: not part.isascii()
    )
    sure: Sure = "likely" if scores[best] > 0 else "open"
    return Guess(best, sure, f"the file is not UTF-8; as {best} it says {shown(word)}")


def _letters(data: bytes, encoding: str) -> int:
    """Letters and marks of western languages less other signs beyond ASCII, if read so."""
    beyond = bytes(b for b in data if b > 127)
    text = codecs.decode(beyond, encoding, errors="replace")
    return sum(1 if sign in WESTERN else -2 for sign in text)


def guess_delimiter(text: str) -> Guess:
    """The sign that cuts most lines, the header among them, into the same number of fields.

    Examples
    --------
    >>> guess_delimiter("id;amount\\n1;12,50\\n2;3,00\\n").value
    ';'
    """
    sample = "\n".join(text.splitlines()[:400])
    fits = {mark: _width(sample, mark) for mark in csv_faults.MARKS}
    best = max(fits, key=lambda mark: (fits[mark][0] > 1 and fits[mark][1] >= 0.6, fits[mark][1] * fits[mark][0]))
    width, share = fits[best]
    if width < 2:
        return Guess(",", "likely", "the file has one column")
    sure: Sure = "certain" if share > 0.9 else "likely"
    return Guess(best, sure, f"a {csv_faults.MARKS[best]} cuts {share:.0%} of the lines into {width} fields")


def _width(sample: str, mark: str) -> tuple[int, float]:
    """How many fields most rows have, and the share of the rows that do; (0, 0) where the quotes do not work out."""
    try:
        counts = Counter(len(row) for _, row in _rows(sample, mark))
    except csv.Error:
        return 0, 0.0
    width, rows = max(counts.items(), key=lambda pair: (pair[1] * (pair[0] > 1), pair[0]), default=(0, 0))
    return width, rows / max(1, sum(counts.values()))


def _rows(text: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, as they are written, each with its first physical line."""
    csv.field_size_limit(1 << 24)
    last = 0
    reader = csv.reader(text.splitlines(keepends=True), delimiter=mark)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield last + 1, row
        last = reader.line_num


def _header_at(parsed: list[tuple[int, list[str]]]) -> int | None:
    """The first row that is as wide as most, nearly filled, names each column once, and is no data."""
    width = Counter(len(row) for _, row in parsed).most_common(1)[0][0]
    for place, (_, row) in enumerate(parsed[:40]):
        filled = [cell.strip() for cell in row if cell.strip()]
        names = [cell for cell in filled if not NUMBER_OR_DATE.fullmatch(cell)]
        if len(row) == width and len(filled) >= 0.6 * width and len(names) >= 0.8 * len(filled):
            return place if place + 1 < len(parsed) else None
    return None


def _table(path: Path, parsed: list[tuple[int, list[str]]], at: int, encoding: Guess, delimiter: Guess) -> Peek:
    first, headers = parsed[at]
    body = parsed[at + 1 :]
    second = len(body) > 1 and not body[0][1][0].strip() and bool(body[1][1][0].strip())
    subheader, body = (body[0][0], body[1:]) if second else (0, body)
    rows = [(line, row) for line, row in body if len(row) == len(headers)]
    if not rows:
        raise UnreadableError(f"{path} has a header but no rows. Export it again")
    columns: dict[str, list[str]] = {}
    for number, header in enumerate(headers):
        if header.strip():
            columns.setdefault(header, [row[number].strip() for _, row in rows])
    lines = [line for line, _ in rows]
    seen = Peek(path, columns, encoding, delimiter, totals=tuple(_totals(columns, lines)), lines=lines)
    return replace(seen, skipped=first - 1, subheader=subheader)


def _totals(columns: dict[str, list[str]], lines: list[int]) -> Iterable[Total]:
    """Rows at the end of the file that carry a word for a total where other rows do not."""
    for row in range(len(lines) - 1, max(-1, len(lines) - 6), -1):
        for header, cells in columns.items():
            word = cells[row].rstrip(":")
            if word and TOTAL.fullmatch(word.strip()) and cells.count(cells[row]) <= 5:
                yield Total(row, lines[row], header, cells[row])
                break
