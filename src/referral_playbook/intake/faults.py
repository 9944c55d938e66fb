"""Faults in the client's files: one `Fault` per cell; many of the same kind are counted, not listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from referral_playbook.contract.client_toml.client import FILE
from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.contract.writing.wording import listed
from referral_playbook.intake.declared.words import Tally, count_words

if TYPE_CHECKING:
    from referral_playbook.intake.files.source import Cells

SHOWN, MOST_NAMED, LONGEST_VALUE = 5, 12, 80

Severity = Literal["error", "warning"]
Lines = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: where, what, and what to do about it.

    `line` is the physical line of a text file (of a row over several lines: its first) or the row of a sheet;
    `column` is the client's header; `more` counts further cells with the same fault that are not shown.
    An error refuses the client, a warning keeps the row as it is. The value of a `private` fault is somebody's id:
    messages leave it out, because file and line are enough to find it.
    """

    file: str
    problem: str
    fix: str
    table: str = ""
    line: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Severity = "error"
    more: int = 0
    private: bool = False

    def __str__(self) -> str:
        place = [self.file]
        place += [] if self.line is None else [f"line {self.line}"]
        place += [] if self.column is None else [f"column {self.column!r}"]
        value = "" if self.value is None or self.private else f"{self.value!r}: "
        more = f" (and {self.more:,} more like it)" if self.more else ""
        return f"{', '.join(place)}: {value}{self.problem}{more}. {self.fix}"


class IntakeError(ClientFaultError):
    """The client's tables cannot be used as they are; `faults` has every error found, and the warnings."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(grouped(f for f in self.faults if f.severity == "error")))


def grouped(faults: Iterable[Fault]) -> list[str]:
    """One message per cause: equal faults of a column are grouped, with their lines, values and number.

    Examples
    --------
    >>> what = {"file": "p.csv", "column": "paid_on", "problem": "not a date", "fix": "Correct it"}
    >>> grouped([Fault(line=3, value="soon", **what), Fault(line=7, value="never", more=4, **what)])
    ["p.csv, column 'paid_on', lines 3 and 7 and 4 more: 'soon', 'never': not a date. Correct it"]
    """
    causes: dict[tuple[str, str | None, str], list[Fault]] = {}
    for fault in faults:
        causes.setdefault((fault.file, fault.column, fault.problem), []).append(fault)
    return [str(alike[0]) if len(alike) == 1 else _grouped_message(alike) for alike in causes.values()]


def _grouped_message(alike: Sequence[Fault]) -> str:
    first, more = alike[0], sum(fault.more for fault in alike)
    lines = [f"{fault.line:,}" for fault in alike if fault.line is not None and fault.line >= 0]
    place = [first.file, *([] if first.column is None else [f"column {first.column!r}"])]
    if lines:
        rest = f" and {more:,} more" if more else ""
        place.append(f"line{'s' if len(lines) > 1 else ''} {listed(lines)}{rest}")
    values = list(dict.fromkeys(f"{f.value!r}" for f in alike if f.value and not f.private))
    fixes = list(dict.fromkeys(fault.fix for fault in alike))
    return f"{', '.join(place)}: {', '.join(values)}{': ' if values else ''}{first.problem}. {fixes[0]}"


@dataclass(frozen=True)
class Place:
    """Where the cells of one column stand in a file: their lines, one a row (-1: no such row).

    Where the rows come from several columns or files, `parts` are these and `part` is which of them each row is from.
    """

    file: str
    header: str
    lines: Lines
    parts: tuple[tuple[str, str], ...] = ()
    part: Lines | None = None

    def at(self, row: int) -> tuple[str, str]:
        """File and header of one row."""
        return (self.file, self.header) if self.part is None else self.parts[self.part[row]]

    def take(self, rows: Lines) -> Place:
        """The places of these rows; -1 is nowhere."""
        lines = np.where(rows < 0, -1, self.lines[rows])
        return replace(self, lines=lines, part=None if self.part is None else self.part[rows])


def stacked_places(places: Sequence[Place]) -> Place:
    """The places of columns that are put one below the other."""
    named = [place.parts or ((place.file, place.header),) for place in places]
    begins = np.cumsum([0, *(len(names) for names in named)])
    which = [
        begin + (np.zeros(len(place.lines), dtype=np.int64) if place.part is None else place.part)
        for begin, place in zip(begins, places, strict=False)
    ]
    parts = tuple(name for names in named for name in names)
    lines = np.concatenate([place.lines for place in places])
    return Place(places[0].file, places[0].header, lines, parts, np.concatenate(which))


@dataclass
class Foreign:
    """Rows of a table in a currency without a rate: where the first stands, how many, and their sum."""

    file: str
    header: str
    line: int
    rows: int = 0
    total: float = 0.0


@dataclass
class Words:
    """What stands in cells with one fault: the first different texts with their counts, and the number of cells."""

    counts: dict[str, int] = field(default_factory=dict)
    cells: int = 0

    @property
    def ordered(self) -> dict[str, int]:
        """The texts, the most frequent first; empty cells are left out."""
        return dict(sorted(((w, n) for w, n in self.counts.items() if w), key=lambda pair: (-pair[1], pair[0])))

    @property
    def texts(self) -> pd.Series:
        """The different texts, in the order in which they appear."""
        return pd.Series(list(self.counts), dtype=pd.StringDtype("pyarrow"))

    def those(self, keep: Callable[[str], Any]) -> Words:
        """The texts for which something is true."""
        counts = {word: count for word, count in self.counts.items() if keep(word)}
        return Words(counts, sum(counts.values()))


@dataclass(frozen=True)
class Late:
    """A problem that is put into words when all cells were seen; `kind` tells them from other faults of the column."""

    kind: str
    make: Callable[[], str]


Fix = str | Callable[[Words], str]
"""What to do, or how to say it once the words of all cells were seen."""


@dataclass
class _Cause:
    """Cells of a column with one fault, of all pieces so far: the first few, and how many more."""

    fault: Fault
    problem: str | Late
    fix: Fix
    unless: Callable[[], bool] | None = None
    first: list[dict[str, Any]] = field(default_factory=list)
    words: Words = field(default_factory=Words)
    headers: Counter[str] = field(default_factory=Counter)

    def add(self, rows: Lines, cells: Cells) -> None:
        """More cells: those of these rows."""
        place = cells.place
        for row in rows[: SHOWN - len(self.first)]:
            file, header = place.at(int(row))
            value = str(cells.text.iloc[row])
            value = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 3]}..."
            self.first.append({"file": file, "line": int(place.lines[row]), "column": header, "value": value})
        headers = [place.header] if place.part is None else [place.at(int(row))[1] for row in rows]
        self.headers.update({place.header: len(rows)} if place.part is None else headers)
        self.words.cells += len(rows)
        if not isinstance(self.fix, str):
            count_words(self.words.counts, cells.text.iloc[rows])

    def faults(self) -> list[Fault]:
        """The first few, of which the last says how many more there are."""
        problem = self.problem if isinstance(self.problem, str) else self.problem.make()
        fix = self.fix if isinstance(self.fix, str) else self.fix(self.words)
        shown = [replace(self.fault, problem=problem, fix=fix, **where) for where in self.first]
        return [*shown[:-1], replace(shown[-1], more=self.words.cells - len(shown))]


@dataclass
class Seen:
    """What is known of a column over all its pieces, where a message depends on more than the cells that it names.

    `read` are the cells that are read, `fine` the first different texts of these, and `counts` how often a number
    stands there. `refuted` is whether a cell shows that what was suspected is not so. `widths` are the longest ids here
    and among the customers that differ by leading zeros.
    """

    read: int = 0
    fine: dict[str, None] = field(default_factory=dict)
    counts: Counter[float] = field(default_factory=Counter)
    refuted: bool = False
    total: float = 0.0
    widths: tuple[int, int] = (0, 0)


class Faults:
    """The faults found so far; errors do not stop the reading, so that one run names them all.

    A table may come in pieces (see `next_piece`): its messages are the same as if it came whole.
    """

    def __init__(self) -> None:
        self._found: dict[Any, Fault | _Cause | Callable[[], Fault | None]] = {}
        self._calls: Counter[Any] = Counter()
        self._seen: dict[tuple[str, ...], Seen] = {}
        self.tally = Tally()
        self.foreign: dict[tuple[str, str], Foreign] = {}

    def next_piece(self) -> None:
        """Say that what follows is the next piece of a table: its faults are counted with those of earlier pieces."""
        self._calls.clear()

    def seen(self, *column: str) -> Seen:
        """What is known of a column so far."""
        return self._seen.setdefault(column, Seen())

    def __iter__(self) -> Iterator[Fault]:
        for found in self._found.values():
            if fault := _stated(found):
                yield from found.faults() if isinstance(found, _Cause) else [fault]

    def in_order(self, tables: Iterable[str]) -> tuple[Fault, ...]:
        """All faults by table, then by the line where each cause begins; those of no line come last.

        What is wrong with client.toml itself comes before the rows of its table.
        """
        faults, rank = list(self), {name: number for number, name in enumerate(tables)}
        begins: dict[tuple[Any, ...], float] = {}
        for fault in faults:
            first = 0 if fault.file == FILE else np.inf
            begins.setdefault(_cause(fault), first if fault.line is None else fault.line)

        def place(fault: Fault) -> tuple[Any, ...]:
            begin = rank.get(fault.table, -1), begins[_cause(fault)]
            return *begin, fault.file, fault.column or "", fault.problem

        return tuple(sorted(faults, key=place))

    @property
    def refused(self) -> bool:
        stated = (_stated(found) for found in self._found.values())
        return any(fault is not None and fault.severity == "error" for fault in stated)

    def add(self, fault: Fault) -> None:
        """Note a fault once."""
        self._found.setdefault(fault, fault)

    def after(self, kind: str, table: str, make: Callable[[], Fault | None]) -> None:
        """Note what `make` finds when all pieces of the table were seen."""
        self._found[kind, table] = make

    def cells(
        self,
        bad: Any,
        cells: Cells,
        table: str,
        problem: str | Late,
        fix: Fix,
        *,
        warn: bool = False,
        private: bool = False,
        unless: Callable[[], bool] | None = None,
    ) -> None:
        """Note the cells where `bad` (bool, one a row): the first few each, the others as a number.

        Nothing is noted if `unless` is true when all pieces of the table were seen.
        """
        if not np.any(bad):  # the text of typed cells is not made for nothing
            return
        kind = problem if isinstance(problem, str) else problem.kind
        severity: Severity = "warning" if warn else "error"
        key = (table, cells.place.file, cells.place.header, kind, severity)
        self._calls[key] += 1
        fault = Fault(file="", table=table, problem="", fix="", severity=severity, private=private)
        cause = self._found.setdefault((*key, self._calls[key]), _Cause(fault, problem, fix, unless))
        assert isinstance(cause, _Cause)
        cause.add(np.flatnonzero(np.asarray(bad, dtype=bool)), cells)

    def by_column(self, table: str) -> dict[str, int]:
        """How many cells of each column of a table have a fault."""
        counts: Counter[str] = Counter()
        for found in self._found.values():
            fault = _stated(found)
            if fault and fault.table == table:
                counts.update(found.headers if isinstance(found, _Cause) else [fault.column] if fault.column else [])
        return dict(counts)


def _stated(found: Fault | _Cause | Callable[[], Fault | None]) -> Fault | None:
    """A fault as far as it stands before its words are made; None where all cells together refute it."""
    if isinstance(found, Fault):
        return found
    if isinstance(found, _Cause):
        return None if found.unless and found.unless() else found.fault
    return found()


def _cause(fault: Fault) -> tuple[str, str, str | None, str]:
    return fault.table, fault.file, fault.column, fault.problem


def named(words: Iterable[str]) -> str:
    """A list of words for a message, each quoted so that blanks show.

    Examples
    --------
    >>> named(["Customerid ", "City"])
    "'Customerid ', 'City'"
    """
    quoted = [repr(word) for word in words]
    rest = f" and {len(quoted) - MOST_NAMED} more" if len(quoted) > MOST_NAMED else ""
    return ", ".join(quoted[:MOST_NAMED]) + rest
