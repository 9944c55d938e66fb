"""A further export beside the rows of a table: a left join, by keys that may have different names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.client import JoinSpec, TableSpec
from referral_playbook.contract.client_toml.table import EVERY_COLUMN
from referral_playbook.intake.columns.figures import cell_numbers
from referral_playbook.intake.columns.ids import Digits, plain_ids, zeros_lost
from referral_playbook.intake.faults import Fault, Faults, Place, named
from referral_playbook.intake.files.source import TEXT, Cells, Rows, Source

COUNT = "count"
"""The column that says how many rows of the joined file a key has."""


def joined(first: Source, second: Source, join: JoinSpec, spec: TableSpec, table: str, faults: Faults) -> Source | None:
    """The rows of the first source with the columns of the second; None where the keys cannot be used."""
    left = _key(first, spec.columns.get(join.on, join.on), table, faults)
    right = _key(second, join.equals or (left.place.header if left else join.on), table, faults)
    if left is None or right is None or _refused(right, join, table, faults):
        return None
    width = spec.width.get(join.on)
    left_keys, right_keys = plain_ids(left.text, width), plain_ids(right.text, width)
    _note_unmatched(left_keys, right_keys, right, join.on, table, first.file, faults)
    added = _folded(second, right_keys, join, spec, table, faults) if join.many else dict(second.cells)
    keys = right_keys.drop_duplicates() if join.many else right_keys
    rows = np.where(left.empty, -1, pd.Index(keys).get_indexer(left_keys)).astype(np.int64)
    added = {header: cells.take(rows) for header, cells in added.items()}
    both = {f"{second.file}:{header}": cells for header, cells in added.items()}
    both |= {header: cells for header, cells in added.items() if header not in first.cells}
    return replace(
        first, cells={**first.cells, **both}, twice=first.twice | second.twice, files=first.files + second.files
    )


def _key(source: Source, header: str, table: str, faults: Faults) -> Cells | None:
    cells = source.find(header)
    if cells is None:
        fix = f'Name the column of both files: join = {{ on = "...", equals = "..." }}. Headers: {named(source.cells)}'
        problem = "the join has no such column here"
        faults.add(Fault(file=source.file, table=table, column=header, problem=problem, fix=fix))
    return cells


def _refused(key: Cells, join: JoinSpec, table: str, faults: Faults) -> bool:
    """A joined file with two rows for one key would double rows; one with empty keys belongs to nobody."""
    many = bool(join.many)
    twice = plain_ids(key.text).duplicated(keep=False).to_numpy() & ~key.empty & (not many)
    fix = (
        'Say what to make of several rows, many = "first", "last", "sum" or "count" in the join; '
        "or keep one row per key in the joined file"
    )
    faults.cells(twice, key, table, "the joined file has this key twice", fix, private=True)
    fix = "Fill the key or remove the row"
    faults.cells(key.empty, key, table, "the joined file has a row without key", fix, warn=many, private=True)
    return bool(twice.any() or (key.empty.any() and not many))


def _note_unmatched(
    left: pd.Series, right: pd.Series, key: Cells, on: str, table: str, first: str, faults: Faults
) -> None:
    lost = ~right.isin(left).to_numpy(dtype=bool) & ~key.empty
    fix = "Check that both exports cover the same period"
    if lost.any() and (width := max(zeros_lost(right.where(lost), Digits.of(left))[1:])):
        fix = f"Leading zeros were lost in one of the files: declare [tables.{table}] width = {{ {on} = {width} }}"
    problem = f"no row of {first} has this key; the joined row is not used"
    faults.cells(lost, key, table, problem, fix, warn=True, private=True)


def _folded(
    second: Source, keys: pd.Series, join: JoinSpec, spec: TableSpec, table: str, faults: Faults
) -> dict[str, Cells]:
    """One row per key, in the order in which the keys appear; only columns for which a rule is declared."""
    codes, _ = pd.factorize(keys)
    first, last = _ends(codes)
    out: dict[str, Cells] = {}
    for header, cells in second.cells.items():
        rule = join.many.get(header, join.many.get(EVERY_COLUMN))
        if rule in ("first", "last"):
            out[header] = cells.take(first if rule == "first" else last)
        elif rule == "sum" and (total := _summed(cells, codes, first, spec, header in join.many, table, faults)):
            out[header] = total
    if COUNT in join.many.values():
        counts = np.bincount(codes)
        out[COUNT] = _made(counts.astype(str), next(iter(second.cells.values())), first, COUNT)
    return out


def _ends(codes: Rows) -> tuple[Rows, Rows]:
    """The first and the last row of each key."""
    _, first = np.unique(codes, return_index=True)
    _, from_end = np.unique(codes[::-1], return_index=True)
    return first.astype(np.int64), (len(codes) - 1 - from_end).astype(np.int64)


def _summed(
    cells: Cells, codes: Rows, first: Rows, spec: TableSpec, asked: bool, table: str, faults: Faults
) -> Cells | None:
    """The sum of each key; None where the column holds other text than numbers, a fault if it was asked for."""
    numbers = cell_numbers(cells, spec)
    bad = numbers.isna().to_numpy(dtype=bool) & ~cells.empty
    if asked:
        fix = 'Correct it, or choose another rule: "first" or "last"'
        faults.cells(bad, cells, table, "not a number to sum", fix)
    if bad.any():
        return None
    totals = np.bincount(codes, weights=numbers.fillna(0.0).to_numpy())
    return _made([repr(float(total)) for total in totals], cells, first, cells.place.header)


def _made(text: object, cells: Cells, first: Rows, header: str) -> Cells:
    place = Place(cells.place.file, header, cells.place.lines[first])
    return Cells(pd.Series(text, dtype=TEXT), place, np.ones(len(first), dtype=bool))
