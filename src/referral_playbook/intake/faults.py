"""What is wrong in the client's files: a `Fault` a cell, many alike told once with their number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from referral_playbook.contract.client_problems import ClientFaultError

SHOWN = 5

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault: where, what, and what to do about it.

    `line` is the physical line of a text file (of a row over several lines: its first) or the row of a sheet;
    `column` is the client's header; `more` counts further cells with the same fault that are not shown.
    An error refuses the client, a warning keeps the row as it is.
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

    def __str__(self) -> str:
        place = [self.file]
        place += [] if self.line is None else [f"line {self.line}"]
        place += [] if self.column is None else [f"column {self.column!r}"]
        given = "" if self.value is None else f"{self.value!r}: "
        more = f" (and {self.more:,} more like it)" if self.more else ""
        return f"{', '.join(place)}: {given}{self.problem}{more}. {self.fix}"


class IntakeError(ClientFaultError):
    """The client's tables cannot be used as they are; `faults` has every error found, and the warnings."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        errors = [f for f in self.faults if f.severity == "error"]
        super().__init__("\n".join(str(f) for f in errors))


@dataclass(frozen=True)
class Place:
    """Where the cells of one column stand in a file: their lines, one a row (-1: no such row)."""

    file: str
    header: str
    lines: npt.NDArray[np.int64]


class Faults:
    """The faults found so far; errors do not stop the reading, so that one run names them all."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._counts: dict[tuple[str, str], int] = {}
        self._told: dict[tuple[str, ...], list[int]] | None = None

    @contextmanager
    def continued(self) -> Iterator[None]:
        """Within, what is found in one piece of a file after the other is told as of one file."""
        self._told = {}
        try:
            yield
        finally:
            self._told = None

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._found)

    @property
    def refused(self) -> bool:
        return any(f.severity == "error" for f in self._found)

    def add(self, fault: Fault) -> None:
        if self._told is not None and fault in self._found:
            return
        self._found.append(fault)
        if fault.column is not None:
            self._count(fault.table, fault.column, 1)

    def cells(
        self,
        bad: Any,
        *,
        values: Any,
        place: Place,
        table: str,
        problem: str,
        fix: str,
        severity: Severity = "error",
    ) -> None:
        """Note the cells where `bad` (bool, one a row): the first few each, the others as a number."""
        rows = np.flatnonzero(np.asarray(bad, dtype=bool))
        told = self._told_of(place, table, problem, severity)
        shown = rows[: SHOWN - len(told)]
        for row in shown:
            told.append(len(self._found))
            self._found.append(
                Fault(
                    file=place.file,
                    line=int(place.lines[row]),
                    column=place.header,
                    value=_shown(values, int(row)),
                    table=table,
                    problem=problem,
                    fix=fix,
                    severity=severity,
                )
            )
        if len(rows) > len(shown):
            last = self._found[told[-1]]
            self._found[told[-1]] = replace(last, more=last.more + len(rows) - len(shown))
        if len(rows):
            self._count(table, place.header, len(rows))

    def _told_of(self, place: Place, *what: str) -> list[int]:
        """Which of the faults that were found are such cells of earlier pieces."""
        return [] if self._told is None else self._told.setdefault((place.file, place.header, *what), [])

    def _count(self, table: str, column: str, cells: int) -> None:
        self._counts[table, column] = self._counts.get((table, column), 0) + cells

    def by_column(self, table: str) -> dict[str, int]:
        """How many cells of each column of a table have a fault."""
        return {column: n for (name, column), n in self._counts.items() if name == table}


def _shown(values: Any, row: int) -> str:
    value = values.iloc[row] if hasattr(values, "iloc") else values[row]
    return str(value) if len(str(value)) <= 80 else str(value)[:77] + "..."


def named(words: Iterable[str], *, at_most: int = 12) -> str:
    """A list of words for a message, each quoted so that blanks show.

    Examples
    --------
    >>> named(["Customerid ", "City"])
    "'Customerid ', 'City'"
    """
    quoted = [repr(word) for word in words]
    rest = f" and {len(quoted) - at_most} more" if len(quoted) > at_most else ""
    return ", ".join(quoted[:at_most]) + rest
