"""A table on its way to Parquet, piece by piece; a client's own Parquet file that says the same is copied as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

EVERYWHERE = frozenset(("SNAPPY", "GZIP", "ZSTD", "UNCOMPRESSED"))
"""Compressions that every engine reads; a file with another one is written again."""


class Store:
    """Where the typed rows of one big table go.

    Pieces that are equal to the client's file in every cell and type are not written. If all are, the file is copied.
    At the first piece that differs, the rows before it are read again and written. A column that some pieces have and
    others lack, such as a day of leaving where nobody left, is empty in the others.

    The client's file is None where it is not Parquet.
    """

    def __init__(self, path: Path, stated: Path | None) -> None:
        self.path, self.rows = path, 0
        self._same_as = stated if stated and _is_readable_everywhere(stated) else None
        self._schema: pa.Schema | None = None
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()
        elif kind is None and self._same_as and self.rows:
            shutil.copyfile(self._same_as, self.path)

    def add(self, rows: pa.Table | None, stated: pa.Table | None) -> None:
        """One more piece: its typed rows (None where none is left), and what the client's Parquet file says."""
        if self._same_as and not _is_equal(rows, stated):
            self._write_rows_so_far(self._same_as)
            self._same_as = None
        if rows is None:
            return
        if self._same_as is None:
            self._to_file(rows)
        self._schema = rows.schema
        self.rows += rows.num_rows

    def _to_file(self, rows: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, rows.schema)
        elif not set(rows.column_names) <= set(self._writer.schema.names):
            self._widen(rows.schema)
        self._writer.write_table(_with_columns(rows, self._writer.schema))

    def _widen(self, columns: pa.Schema) -> None:
        """Write the rows so far again with these columns."""
        assert self._writer is not None
        self._writer.close()
        narrow = self.path.rename(self.path.with_suffix(".narrow"))
        self._writer = pq.ParquetWriter(self.path, columns)
        with pq.ParquetFile(narrow) as file:
            for batch in file.iter_batches():
                self._writer.write_table(_with_columns(pa.Table.from_batches([batch]), columns))
        narrow.unlink()

    def _write_rows_so_far(self, given: Path) -> None:
        if self._schema is not None:
            for rows in _first(given, self.rows, self._schema):
                self._to_file(rows)


def _with_columns(rows: pa.Table, columns: pa.Schema) -> pa.Table:
    """Rows with these columns; those that they lack are empty."""
    if rows.column_names == columns.names:
        return rows
    there = set(rows.column_names)
    return pa.table(
        [rows[f.name] if f.name in there else pa.nulls(rows.num_rows, f.type) for f in columns], schema=columns
    )


def _first(path: Path, rows: int, schema: pa.Schema) -> Iterator[pa.Table]:
    """The first rows of a file, in the columns and types of a schema."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=schema.names):
            part = batch.slice(0, rows)
            rows -= part.num_rows
            yield pa.Table.from_batches([part]).select(schema.names).cast(schema)
            if not rows:
                return


def _is_equal(rows: pa.Table | None, stated: pa.Table | None) -> bool:
    if rows is None or stated is None or set(rows.column_names) != set(stated.column_names):
        return False
    return bool(rows.equals(stated.select(rows.column_names)))


def _is_readable_everywhere(path: Path) -> bool:
    about = pq.read_metadata(path)
    groups = (about.row_group(number) for number in range(about.num_row_groups))
    return all(group.column(n).compression in EVERYWHERE for group in groups for n in range(about.num_columns))
