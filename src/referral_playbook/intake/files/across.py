"""What can only be seen over all pieces of a file: rows and keys that repeat, a total below all rows, unknown ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.tables import Table
from referral_playbook.intake.columns import rules
from referral_playbook.intake.columns.convert import Reading
from referral_playbook.intake.columns.ids import KnownIds, hashes_of
from referral_playbook.intake.columns.typed import Typed, used_hashes
from referral_playbook.intake.declared.repeats import note_repeats
from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.hashes import Hashes, beyond_first, different, row_hashes, stands_twice
from referral_playbook.intake.files.source import Mask, Rows, Source


@dataclass
class Across:
    """What is held of the pieces that went by: 8 bytes per row for each comparison.

    Rows are compared where the table has no key and client.toml does not say that repeats are meant.
    """

    table: Table
    spec: TableSpec
    file: str = ""
    rows: list[Hashes] = field(default_factory=list)
    lines: list[Rows | range] = field(default_factory=list)
    keys: list[Hashes] = field(default_factory=list)
    left: list[tuple[Hashes, pd.Series | None]] = field(default_factory=list)
    named: list[Hashes] = field(default_factory=list)
    used: list[Hashes] = field(default_factory=list)
    amounts: rules.Amounts = field(default_factory=rules.Amounts)
    last: Typed | None = None

    def add(self, source: Source, one: Typed) -> None:
        """One more piece: as the file has it, and as it was typed."""
        self.file = source.file
        of_file = None
        if self.table.key is None and self.spec.repeats is None and source.rows:
            of_file = row_hashes(cells.hashes for cells in source.cells.values())
            self.rows.append(of_file)
            self.lines.append(_compact(next(iter(source.cells.values())).place.lines))
        if not one.picked.rows:
            return
        if self.table.key is None:
            self.used.append(used_hashes(self.table.name, one, of_file))
        if self.table.key in one.frame:
            self.keys.append(hashes_of(one.frame[self.table.key], one.picked.cells[self.table.key]))
            self._add_leaving(one)
        if "referred_by" in one.frame:
            self.named.append(hashes_of(one.frame["referred_by"], one.picked.cells["referred_by"]))
        if self.last is not None and "amount" in self.last.frame:
            self.amounts = self.amounts.with_all(self.last.frame["amount"])
        self.last = one

    def _add_leaving(self, one: Typed) -> None:
        """Who left, and when, where these are customers."""
        if "left_on" in one.frame:
            gone = one.frame["left_on"].notna().to_numpy()
            self.left.append((self.keys[-1][gone], one.frame["left_on"][gone]))

    @cached_property
    def twice(self) -> Mask:
        """The rows whose key another row has; an empty key is none."""
        keys = _joined(self.keys)
        repeated: Mask = stands_twice(keys) & (keys != 0)
        return repeated

    @property
    def beyond_first(self) -> int:
        """How many rows have a key that an earlier row has."""
        return beyond_first(_joined(self.keys)[self.twice]) if self.twice.any() else 0

    @property
    def alike(self) -> int | None:
        """How many used rows repeat an earlier one in all columns of the contract; None where they have a key."""
        return beyond_first(_joined(self.used)) if self.table.key is None else None

    def known(self) -> pd.Index:
        """The hashes of all keys."""
        keys = different(_joined(self.keys))
        return pd.Index(keys[keys != 0])

    def unknown(self, known: KnownIds) -> bool:
        """Whether any customer names a referrer who is no customer."""
        named = _joined(self.named)
        return bool((known.hashes.get_indexer(pd.Index(named[named != 0])) < 0).any())

    def note_rows(self, faults: Faults, read: Callable[[str], Reading]) -> None:
        """Warn of rows that repeat another, and of a last row that is the sum of all others."""
        hashes = _joined(self.rows)
        repeated = np.flatnonzero(stands_twice(hashes))
        if len(repeated):
            _, first = np.unique(hashes[repeated], return_index=True)
            again = np.delete(repeated, first)
            note_repeats(len(again), self._line(int(again[0])), self.file, self.table.name, faults)
        if self.last is not None:
            rules.check_total(self.last.frame, read, self.last.picked, self.amounts)

    def note_keys(self, one: Typed, begin: int, read: Callable[[str], Reading]) -> None:
        """Refuse the rows of a piece, whose first row is the one with this number, whose key another row has."""
        twice = self.twice[begin : begin + one.picked.rows]
        if self.table.key is not None and twice.any():
            rules.note_twice(twice, one.picked.cells[self.table.key], read(self.table.key))

    def _line(self, row: int) -> int:
        """The line of a row of the file."""
        for lines in self.lines:
            if row < len(lines):
                return int(lines[row])
            row -= len(lines)
        raise IndexError(row)


def _joined(hashes: list[Hashes]) -> Hashes:
    return np.concatenate([np.zeros(0, dtype=np.uint64), *hashes])


def _compact(lines: Rows) -> Rows | range:
    """The lines of rows: first and last where no line is left out."""
    first, last = int(lines[0]), int(lines[-1])
    return range(first, last + 1) if last - first + 1 == len(lines) else lines
