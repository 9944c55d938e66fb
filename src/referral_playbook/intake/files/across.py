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

    Rows are compared where the table has no key or several files, and client.toml does not say that repeats are meant.
    """

    table: Table
    spec: TableSpec
    rows: list[Hashes] = field(default_factory=list)
    lines: list[tuple[str, Rows | range]] = field(default_factory=list)
    keys: list[Hashes] = field(default_factory=list)
    left: list[tuple[Hashes, pd.Series | None]] = field(default_factory=list)
    named: list[Hashes] = field(default_factory=list)
    used: list[Hashes] = field(default_factory=list)
    amounts: rules.Amounts = field(default_factory=rules.Amounts)
    last: Typed | None = None

    def add(self, source: Source, one: Typed | None) -> None:
        """One more piece: as the file has it, and as it was typed (None: it could not be)."""
        of_file = None
        may_repeat = self.table.key is None or len(self.spec.all_files) > 1
        if may_repeat and self.spec.repeats is None and source.rows:
            of_file = row_hashes(cells.hashes for cells in source.cells.values())
            self.rows.append(of_file)
            place = next(iter(source.cells.values())).place
            self.lines.append((place.at(0)[0], _compact(place.lines)))
        if one is None or not one.picked.rows:
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
        """Warn of rows that repeat another, or refuse those of two files; warn of a last row that is the sum of all."""
        hashes = _joined(self.rows)
        repeated = np.flatnonzero(stands_twice(hashes))
        if len(repeated):
            _, first = np.unique(hashes[repeated], return_index=True)
            again = np.delete(repeated, first)
            part = np.repeat(
                [self.files.index(file) for file, _ in self.lines], [len(lines) for _, lines in self.lines]
            )
            files = pd.Series(part[repeated]).groupby(hashes[repeated]).transform("nunique")
            note_repeats(again, again[np.isin(again, repeated[files > 1])], self.table, self._place, faults)
        if self.last is not None:
            rules.check_total(self.last.frame, read, self.last.picked, self.amounts)

    def note_keys(self, one: Typed, begin: int, read: Callable[[str], Reading]) -> None:
        """Refuse the rows of a piece, whose first row is the one with this number, whose key another row has."""
        twice = self.twice[begin : begin + one.picked.rows]
        if self.table.key is not None and twice.any():
            rules.note_twice(twice, one.picked.cells[self.table.key], read(self.table.key))

    @property
    def files(self) -> list[str]:
        """The files of the rows, in their order."""
        return list(dict.fromkeys(file for file, _ in self.lines))

    def _place(self, row: int) -> tuple[str, int]:
        """File and line of a row."""
        for file, lines in self.lines:
            if row < len(lines):
                return file, int(lines[row])
            row -= len(lines)
        raise IndexError(row)


def _joined(hashes: list[Hashes]) -> Hashes:
    return np.concatenate([np.zeros(0, dtype=np.uint64), *hashes])


def _compact(lines: Rows) -> Rows | range:
    """The lines of rows: first and last where no line is left out."""
    first, last = int(lines[0]), int(lines[-1])
    return range(first, last + 1) if last - first + 1 == len(lines) else lines
