"""The client's headers and words into the contract's: exact, declared in client.toml, never guessed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from referral_playbook.contract.client import TableSpec
from referral_playbook.contract.tables import Column, Table
from referral_playbook.intake.faults import Fault, Faults, named
from referral_playbook.intake.source import TEXT, Cells, Source


@dataclass(frozen=True)
class Picked:
    """The columns of one table under their contract names, what is to be taken off, rows that `where` left out."""

    cells: dict[str, Cells]
    less: dict[str, Cells]
    rows: int
    left_out: int


def pick(table: Table, spec: TableSpec, source: Source, optional: Iterable[str], faults: Faults) -> Picked:
    """Choose rows and columns of a file by what client.toml declares.

    Parameters
    ----------
    table, spec, source
        The contract's table, the client's declaration (over its preset), the file as text.
    optional
        Contract columns that the file may lack although they are mapped (those that only a preset names).
    faults
        Takes every header that is missing or stands twice.

    Returns
    -------
    Picked
        Text columns by contract name.
    """
    kept = _where(spec, source, table, faults)
    chosen = source.take(kept) if len(kept) < source.rows else source
    cells: dict[str, Cells] = {}
    for column in table.columns:
        header = spec.columns.get(column.name, column.name)
        if found := _found(header, column, table, spec, chosen, set(optional), faults):
            cells[column.name] = _worded(
                _when(found, column, spec, chosen, table, faults), spec.values.get(column.name)
            )
    _note_missing(table, spec, source, cells, faults)
    less = {
        column: chosen.cells[header]
        for column, header in spec.less.items()
        if _known(header, "less", chosen, spec, table, faults)
    }
    return Picked(cells, less, chosen.rows, source.rows - chosen.rows)


def _found(
    header: str, column: Column, table: Table, spec: TableSpec, source: Source, optional: set[str], faults: Faults
) -> Cells | None:
    if header in source.cells:
        if header in source.twice:
            fix = "Rename one of them in the file, so that it is clear which is meant"
            _header_fault(header, "the header stands twice", fix, table, source, faults)
        return source.cells[header]
    if column.name in spec.columns and header:
        severity = "warning" if column.name in optional and not column.required else "error"
        problem = f"no such header (mapped to {column.name})"
        _header_fault(header, problem, nearest(header, source, spec), table, source, faults, severity=severity)
    return None


def _header_fault(
    header: str, problem: str, fix: str, table: Table, source: Source, faults: Faults, *, severity: Any = "error"
) -> None:
    faults.add(
        Fault(file=source.file, table=table.name, column=header, problem=problem, fix=fix, severity=severity, line=1)
    )


def nearest(header: str, source: Source, spec: TableSpec) -> str:
    """What to do about a header that the file lacks: the nearest one, with its invisible marks shown."""
    if len(source.cells) == 1 and (other := _other_delimiter(next(iter(source.cells)), spec)):
        return f"The whole header is one field: declare delimiter = {other!r} in client.toml"
    bare = {_bare(name): name for name in source.cells}
    near = difflib.get_close_matches(_bare(header), list(bare), n=2, cutoff=0.6)
    if near:
        return f"Nearest headers: {named(ascii_shown(bare[n]) for n in near)}; write it exactly so in client.toml"
    return f"Headers of the file: {named(source.cells)}"


def ascii_shown(header: str) -> str:
    """The header with invisible marks (a byte order mark, a hard blank) written out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in header)


def _bare(header: str) -> str:
    return "".join(c for c in header.lower() if c.isalnum())


def _other_delimiter(header: str, spec: TableSpec) -> str | None:
    return next((mark for mark in (";", "\t", "|", ",") if mark != spec.delimiter and mark in header), None)


def _where(spec: TableSpec, source: Source, table: Table, faults: Faults) -> npt.NDArray[np.int64]:
    keep = np.ones(source.rows, dtype=bool)
    for header, words in spec.where.items():
        keep &= _has(header, words, "where", source, spec, table, faults)
    return np.flatnonzero(keep)


def _has(
    header: str, words: list[str], key: str, source: Source, spec: TableSpec, table: Table, faults: Faults
) -> npt.NDArray[np.bool_]:
    if not _known(header, key, source, spec, table, faults):
        return np.ones(source.rows, dtype=bool)
    found: npt.NDArray[np.bool_] = source.cells[header].text.isin(words).to_numpy(dtype=bool)
    return found


def _known(header: str, key: str, source: Source, spec: TableSpec, table: Table, faults: Faults) -> bool:
    if header not in source.cells:
        _header_fault(header, f"no such header (used in {key})", nearest(header, source, spec), table, source, faults)
    return header in source.cells


def _when(cells: Cells, column: Column, spec: TableSpec, source: Source, table: Table, faults: Faults) -> Cells:
    """The value only on rows where another column has one of the declared words; else empty."""
    keep = np.ones(len(cells.text), dtype=bool)
    for header, words in spec.when.get(column.name, {}).items():
        keep &= _has(header, words, "when", source, spec, table, faults)
    return cells if keep.all() else replace(cells, text=cells.text.where(keep, ""))


def _worded(cells: Cells, words: Mapping[str, list[str]] | None) -> Cells:
    """The client's words replaced by the contract's; words that are not declared stay as they are."""
    if not words:
        return cells
    contract = {theirs: ours for ours, many in words.items() for theirs in many}
    codes, known = pd.factorize(cells.text)
    text = pd.Series([contract.get(word, word) for word in known], dtype=TEXT).take(codes).reset_index(drop=True)
    return replace(cells, text=text)


def _note_missing(table: Table, spec: TableSpec, source: Source, cells: Mapping[str, Cells], faults: Faults) -> None:
    stands_in = {"joined_on"} if {"tenure_months", "status"} <= cells.keys() else set()
    for name in table.required:
        if name not in cells and name not in stands_in and not spec.columns.get(name):
            problem = f"{table.name} needs {name}, and no header has this name"
            fix = f'Map it in client.toml: columns = {{ {name} = "..." }}. {nearest(name, source, spec)}'
            if name == "joined_on":
                fix += ". Without dates, tenure_months with status (active, left) may stand for it"
            faults.add(Fault(file=source.file, table=table.name, line=1, problem=problem, fix=fix))
