"""Faults in the client's files: one `Fault` per cell; many of the same kind are counted, not listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from referral_playbook.contract.client_toml.problems import ClientFaultError
from referral_playbook.intake.declared.words import Tally

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
        place.append(
            f"lines {', '.join(lines[:-1])} and {lines[-1]}{rest}" if len(lines) > 1 else f"line {lines[0]}{rest}"
        )
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


class Faults:
    """The faults found so far; errors do not stop the reading, so that one run names them all."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._counts: dict[tuple[str, str], int] = {}
        self._noted: dict[tuple[str, ...], list[int]] | None = None
        self.tally = Tally()
        self.foreign: dict[tuple[str, str], Foreign] = {}

    @contextmanager
    def continued(self) -> Iterator[None]:
        """Within this block, faults of the pieces of a file are grouped as if it were whole."""
        self._noted = {}
        try:
            yield
        finally:
            self._noted = None

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._found)

    @property
    def refused(self) -> bool:
        return any(f.severity == "error" for f in self._found)

    def add(self, fault: Fault) -> None:
        if self._noted is not None and fault in self._found:
            return
        self._found.append(fault)
        if fault.column is not None:
            self._count(fault.table, fault.column, 1)

    def cells(
        self, bad: Any, cells: Cells, table: str, problem: str, fix: str, *, warn: bool = False, private: bool = False
    ) -> None:
        """Note the cells where `bad` (bool, one a row): the first few each, the others as a number."""
        if not np.any(bad):  # the text of typed cells is not made for nothing
            return
        rows, place = np.flatnonzero(np.asarray(bad, dtype=bool)), cells.place
        what = {"table": table, "problem": problem, "severity": "warning" if warn else "error"}
        # Of the pieces of a file: which of the faults that were found are such cells of earlier ones.
        key = (place.file, place.header, *what.values())
        noted = [] if self._noted is None else self._noted.setdefault(key, [])
        shown = rows[: SHOWN - len(noted)]
        for row in shown:
            noted.append(len(self._found))
            file, header = place.at(int(row))
            value, line = str(cells.text.iloc[row]), int(place.lines[row])
            value = value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 3]}..."
            where: dict[str, Any] = {"file": file, "line": line, "column": header, "value": value, **what}
            self._found.append(Fault(fix=fix, private=private, **where))
        if len(rows) > len(shown):
            last = self._found[noted[-1]]
            self._found[noted[-1]] = replace(last, more=last.more + len(rows) - len(shown))
        headers = [place.header] * len(rows) if place.part is None else [place.at(int(row))[1] for row in rows]
        for header in dict.fromkeys(headers):
            self._count(table, header, headers.count(header))

    def _count(self, table: str, column: str, cells: int) -> None:
        self._counts[table, column] = self._counts.get((table, column), 0) + cells

    def by_column(self, table: str) -> dict[str, int]:
        """How many cells of each column of a table have a fault."""
        return {column: n for (name, column), n in self._counts.items() if name == table}


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
