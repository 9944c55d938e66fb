"""A table's file or files as text: which reader, and the left join of a second export."""

from __future__ import annotations

from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from referral_playbook.contract.client import Client, JoinSpec, TableSpec
from referral_playbook.intake.csv_file import read_csv
from referral_playbook.intake.faults import Fault, Faults, named
from referral_playbook.intake.sheet_file import read_excel, read_parquet
from referral_playbook.intake.source import Cells, Source

EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def read_source(client: Client, table: str, spec: TableSpec, faults: Faults) -> Source | None:
    """The file of a table, joined with its second where one is declared; None where one cannot be read."""
    first = _read(client, table, spec.file, spec.delimiter, spec.encoding, spec.sheet, faults)
    if spec.join is None:
        return first
    join = spec.join
    delimiter, encoding = join.delimiter or spec.delimiter, join.encoding or spec.encoding
    second = _read(client, table, join.file, delimiter, encoding, join.sheet, faults)
    if first is None or second is None:
        return None
    return _joined(first, second, join, spec, table, faults)


def is_csv(file: str) -> bool:
    """Whether a file is read as CSV: by its name, it is neither Parquet nor a sheet."""
    return PurePosixPath(file).suffix.lower() not in (".parquet", *EXCEL)


def _read(
    client: Client, table: str, file: str, delimiter: str, encoding: str, sheet: str | None, faults: Faults
) -> Source | None:
    path, kind = client.folder / file, PurePosixPath(file).suffix.lower()
    if kind == ".parquet":
        return read_parquet(path, file, table, faults=faults)
    if kind in EXCEL:
        return read_excel(path, file, table, sheet=sheet, faults=faults)
    return read_csv(path, file, table, delimiter=delimiter, encoding=encoding, faults=faults)


def _joined(
    first: Source, second: Source, join: JoinSpec, spec: TableSpec, table: str, faults: Faults
) -> Source | None:
    left = _key(first, spec.columns.get(join.on, join.on), table, faults)
    right = _key(second, join.equals or (left.place.header if left else join.on), table, faults)
    if left is None or right is None:
        return None
    if _refused(right, table, faults):
        return None
    rows = pd.Index(right.text).get_indexer(left.text)
    _note_unmatched(left, right, table, first.file, faults)
    added = second.take(np.where(left.empty, -1, rows).astype(np.int64)).cells
    both = {f"{second.file}:{header}": cells for header, cells in added.items()}
    both |= {header: cells for header, cells in added.items() if header not in first.cells}
    return Source(
        first.file, first.rows, {**first.cells, **both}, first.twice | second.twice, first.files + second.files
    )


def _key(source: Source, header: str, table: str, faults: Faults) -> Cells | None:
    if header not in source.cells:
        fix = f'Name the column of both files: join = {{ on = "...", equals = "..." }}. Headers: {named(source.cells)}'
        problem = "the join has no such column here"
        faults.add(Fault(file=source.file, table=table, column=header, problem=problem, fix=fix))
    return source.cells.get(header)


def _refused(key: Cells, table: str, faults: Faults) -> bool:
    """A joined file with two rows for one key would double rows; one with empty keys belongs to nobody."""
    twice = key.text.duplicated(keep=False).to_numpy() & ~key.empty
    note = {"values": key.text, "place": key.place, "table": table}
    faults.cells(
        twice, problem="the joined file has this key twice", fix="Keep one row a key in the joined file", **note
    )
    faults.cells(
        key.empty, problem="the joined file has a row without key", fix="Fill the key or remove the row", **note
    )
    return bool(twice.any() or key.empty.any())


def _note_unmatched(left: Cells, right: Cells, table: str, first: str, faults: Faults) -> None:
    faults.cells(
        ~right.text.isin(left.text).to_numpy(dtype=bool),
        values=right.text,
        place=right.place,
        table=table,
        problem=f"no row of {first} has this key; the joined row is not used",
        fix="Check that both exports cover the same period",
        severity="warning",
    )
