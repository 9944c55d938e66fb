"""Rows that repeat another row cell by cell: folded or kept as declared, refused where two files overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.client import TableSpec
from referral_playbook.contract.tables import Table
from referral_playbook.intake.faults import Fault, Faults, Severity
from referral_playbook.intake.files.hashes import Hashes, row_hashes, stands_twice
from referral_playbook.intake.files.source import Mask, Rows, Source

REPEATED = "{} equal to an earlier row in every cell"
OF_ANOTHER_FILE = "{} that another file has too"


def without_repeats(source: Source, spec: TableSpec, table: Table, faults: Faults) -> Source:
    """The rows once each where `repeats = "fold"`; else a warning, or a refusal where two files have the same row."""
    several = len(source.files) > 1
    if spec.repeats == "keep" or (spec.repeats is None and table.key is not None and not several):
        return source
    hashes = row_hashes(cells.hashes for cells in source.cells.values())
    again = _again(source, hashes)
    if not again.any():
        return source
    if spec.repeats == "fold":
        return replace(source.take(np.flatnonzero(~again)), repeated_rows=int(again.sum()))
    across = again & _in_another_file(hashes, source)
    place = next(iter(source.cells.values())).place
    rows = np.flatnonzero(again), np.flatnonzero(across)
    note_repeats(*rows, table, lambda row: (place.at(row)[0], int(place.lines[row])), faults)
    return source


def folded(pieces: Iterable[Source]) -> Iterator[Source]:
    """The pieces of a file, each without the rows that are equal to an earlier one of the file (8 bytes per row)."""
    seen: Hashes = np.zeros(0, dtype=np.uint64)
    for piece in pieces:
        hashes = row_hashes(cells.hashes for cells in piece.cells.values())
        again = np.isin(hashes, seen) | _again(piece, hashes)
        seen = np.concatenate([seen, hashes[~again]])
        yield replace(piece.take(np.flatnonzero(~again)), repeated_rows=int(again.sum())) if again.any() else piece


def _again(source: Source, hashes: Hashes) -> Mask:
    """Rows that are equal to an earlier one in every cell; only rows with the same hash are compared."""
    alike = np.flatnonzero(stands_twice(hashes))
    repeated = np.zeros(source.rows, dtype=bool)
    if len(alike):
        some = source.take(alike)
        repeated[alike] = pd.DataFrame({header: cells.text for header, cells in some.cells.items()}).duplicated()
    return repeated


def _in_another_file(hashes: Hashes, source: Source) -> Mask:
    """Rows whose like stands in another file than they do."""
    part = next(iter(source.cells.values())).place.part
    if part is None:
        return np.zeros(source.rows, dtype=bool)
    files = pd.Series(part).groupby(hashes).transform("nunique")
    return np.asarray(files > 1)


def note_repeats(
    again: Rows, across: Rows, table: Table, place: Callable[[int], tuple[str, int]], faults: Faults
) -> None:
    """Refuse rows that another file has too (`across`); else warn of rows that repeat an earlier one.

    A table with a key needs no warning, because its keys are compared.
    """
    if len(across):
        faults.add(_fault(len(across), OF_ANOTHER_FILE, *place(int(across[0])), table.name, "error"))
    elif table.key is None:
        faults.add(_fault(len(again), REPEATED, *place(int(again[0])), table.name, "warning"))


def _fault(count: int, what: str, file: str, line: int, table: str, severity: Severity) -> Fault:
    fix = f'If they are repeats, fold them: [tables.{table}] repeats = "fold"; if they are real, repeats = "keep"'
    problem = what.format("1 row" if count == 1 else f"{count:,} rows")
    return Fault(file=file, table=table, line=line, problem=problem, fix=fix, severity=severity)
