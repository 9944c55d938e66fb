"""A big CSV or Parquet file, piece by piece: each is mapped, converted, checked, written to Parquet and forgotten.

What can only be seen over the whole file, such as a key that stands twice, is compared by hashes (`Across`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client_toml.client import Client, TableSpec
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake.columns import rules
from referral_playbook.intake.columns.ids import KnownIds, days_of_leaving
from referral_playbook.intake.columns.typed import Typed, note_nothing, quality, reading_of, schema, typed
from referral_playbook.intake.declared.mapping import all_codes, pick
from referral_playbook.intake.declared.periods import period_column
from referral_playbook.intake.declared.repeats import folded
from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.across import Across
from referral_playbook.intake.files.csv_file import csv_pieces, stacked_csv_pieces
from referral_playbook.intake.files.form import form_of
from referral_playbook.intake.files.reader import is_csv
from referral_playbook.intake.files.sheet_file import parquet_pieces
from referral_playbook.intake.files.source import Source, pandas_text
from referral_playbook.intake.files.store import Store
from referral_playbook.intake.files.wrong_kind import wrong_kind

BIG = 64 << 20
"""Bytes of a CSV above which it goes piece by piece. All of a table is some seven times its CSV in memory."""
BIG_ROWS = 1 << 20
"""Rows of a Parquet file above which it goes piece by piece."""


@dataclass(frozen=True)
class Spooled:
    """A table that went to Parquet piece by piece, as `write_tables` would write it.

    `ids` are the hashes of its keys, to look ids of other tables up in; None where it has no key.
    """

    path: Path
    ids: KnownIds | None = None


@dataclass(frozen=True)
class Big:
    """One big table on its way.

    The ids of the customers are None where there are none, or where this is their own table.
    """

    client: Client
    name: str
    spec: TableSpec
    customers: KnownIds | None
    faults: Faults


def is_big(client: Client, spec: TableSpec) -> bool:
    """Whether a table goes piece by piece: big CSV files, or a big Parquet file, without others beside them."""
    paths = [client.folder / file for file in spec.all_files]
    if spec.join or spec.returned or not all(path.is_file() for path in paths):
        return False
    if all(is_csv(file) for file in spec.all_files):
        return sum(path.stat().st_size for path in paths) > BIG
    is_parquet = [PurePosixPath(file).suffix.lower() == ".parquet" for file in spec.all_files]
    return is_parquet == [True] and _rows_of(paths[0]) > BIG_ROWS


def _rows_of(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowInvalid, OSError):
        return 0  # the reader says what is wrong with it


def spooled(big: Big, folder: Path) -> tuple[Spooled, dict[str, Any]] | None:
    """Write ``<folder>/<table>.parquet``; the table and its quality row, None where no row is left."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{big.name}.parquet"
    across, qualities, written = _written(big, path)
    if qualities and not written:
        note_nothing(big.name, big.spec, big.faults)
    across.note_rows(big.faults, partial(_reading, big))
    if not written:
        return None
    own = _own_ids(big.name, across, path)
    return Spooled(path, own), _together(qualities) | _compared(big, across, own)


def _written(big: Big, path: Path) -> tuple[Across, list[dict[str, Any]], bool]:
    """Write all pieces to a file: what is compared over them, their quality rows, and whether any had a row."""
    across, qualities = Across(TABLES[big.name], big.spec), []
    with Store(path, None if is_csv(big.spec.file) else big.client.folder / big.spec.file) as store:
        for source, one in _pieces(big, big.faults):
            across.add(source, one)
            if one is None:
                continue
            store.add(_rows(big.name, one) if one.picked.rows else None, source.given)
            orphans = None if big.customers is None else _orphans(big, one, big.customers)
            qualities.append(quality(big.name, one, orphans, big.faults, whole=False))
    return across, qualities, store.rows > 0


def _pieces(big: Big, faults: Faults) -> Iterator[tuple[Source, Typed | None]]:
    """Each piece as the file has it, and as it was typed: None in all pieces where no header is there."""
    spec = None
    sources = _sources(big, faults)
    for source in folded(sources) if big.spec.repeats == "fold" else sources:
        spec = spec or _with_currency(big, source)
        faults.next_piece()
        yield source, typed(big.client, big.name, spec, source, faults, whole=False)


def _sources(big: Big, faults: Faults) -> Iterator[Source]:
    files = {file: big.client.folder / file for file in big.spec.all_files}
    wrong = [fault for file, path in files.items() if (fault := wrong_kind(path, file, big.name))]
    for fault in wrong:
        faults.add(fault)
    if wrong:
        return
    (file, path), *others = files.items()
    form = form_of(big.spec, TABLES[big.name])
    if others:
        yield from stacked_csv_pieces(files, big.name, form=form, faults=faults)
    elif is_csv(file):
        yield from csv_pieces(path, file, big.name, form=form, faults=faults)
    else:
        yield from parquet_pieces(path, file, big.name, faults=faults)


def _with_currency(big: Big, first: Source) -> TableSpec:
    """The declaration with the column that names the currency, where only all of its words show whether it does."""
    spec = period_column(big.spec)
    if not pick(TABLES[big.name], spec, first, (), Faults()).like_currency:
        return big.spec
    codes: dict[str, list[bool]] = {}
    for source in _sources(big, Faults()):
        for header, cells in pick(TABLES[big.name], spec, source, (), Faults()).like_currency.items():
            codes.setdefault(header, []).extend(known for known in [all_codes(cells)] if known is not None)
    header = next((header for header, known in codes.items() if known and all(known)), "")
    return big.spec.model_copy(update={"currency": header})


def _rows(name: str, one: Typed) -> pa.Table:
    frame = pd.DataFrame(one.frame)
    return pa.Table.from_pandas(frame, schema(name, frame.columns), preserve_index=False)


def _own_ids(name: str, across: Across, path: Path) -> KnownIds | None:
    """The keys of a table that was just written; where their text is asked for, it is read from the file."""
    key = TABLES[name].key
    if key is None or not across.keys:
        return None
    left = days_of_leaving(across.left)
    return KnownIds(across.known(), lambda: pandas_text(pq.read_table(path, columns=[key]).column(key)), left)


def _compared(big: Big, across: Across, own: KnownIds | None) -> dict[str, Any]:
    """What the quality row says of the whole file. Where something is wrong, the file is read again to say where."""
    known = own if big.name == "customers" else None
    orphans = 0
    if across.twice.any() or (known and across.unknown(known)):
        begin = 0
        for _, one in _pieces(big, Faults()):
            if one is None:
                continue
            big.faults.next_piece()
            across.note_keys(one, begin, partial(_reading, big))
            orphans += (_orphans(big, one, known) or 0) if known else 0
            begin += one.picked.rows
    counted: dict[str, Any] = {"duplicates": across.beyond_first, "rows_alike": across.alike}
    return counted | {"orphans": orphans} if known else counted


def _orphans(big: Big, one: Typed, known: KnownIds) -> int | None:
    return rules.check_customers(big.name, one.frame, one.picked, known, partial(_reading, big))


def _reading(big: Big, column: str) -> Any:
    return reading_of(big.name, big.spec, big.faults, column)


def _together(qualities: list[dict[str, Any]]) -> dict[str, Any]:
    """One quality row for all pieces."""
    out = dict(qualities[-1])
    for name in ("rows_in_files", "rows_blank", "rows_repeated", "rows_left_out", "rows_used", "rows_after_as_of"):
        out[name] = sum(row[name] for row in qualities)
    rows: Counter[str] = Counter()
    for file in (file for row in qualities for file in row["files"]):
        rows[file["file"]] += file["rows"]
    out["files"] = [{"file": file, "rows": number} for file, number in rows.items()]
    codes = sorted({code for row in qualities for code in row["converted"]})
    out["converted"] = {code: sum(row["converted"].get(code, 0) for row in qualities) for code in codes}
    known = [row["orphans"] for row in qualities if row["orphans"] is not None]
    out["orphans"] = sum(known) if known else None
    made = next((row for row in qualities if row["synthetic_dates"]), out)
    out |= {key: made[key] for key in ("synthetic_dates", "note")}
    for name, which in (("first", min), ("last", max)):
        out[name] = which((row[name] for row in qualities if row[name] is not None), default=None)
    return out
