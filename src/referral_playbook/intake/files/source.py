"""A file as text: one `Cells` per header, with the place of every cell. What the text means comes later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from referral_playbook.intake.faults import Place, stacked_places
from referral_playbook.intake.files.canonical import canonical_text
from referral_playbook.intake.files.hashes import Hashes, is_number, number_hashes, text_hashes

TEXT = pd.StringDtype("pyarrow")
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """One column: its text (blanks around it removed, "" where empty) and where each cell stands.

    `given` is the text, or the numbers or dates as a Parquet file holds them, which become text only where somebody
    asks. `typed` are the cells that the file itself holds as a number or a date (Excel, Parquet): their text is
    canonical (1234.5, 2026-09-30), whatever formats client.toml declares.
    """

    given: pd.Series | pa.ChunkedArray
    place: Place
    typed: Mask

    @property
    def native(self) -> pa.ChunkedArray | None:
        """Numbers or dates as the file holds them; None where the column is text."""
        return self.given if isinstance(self.given, pa.ChunkedArray) else None

    @cached_property
    def text(self) -> pd.Series:
        return as_text(canonical_text(self.given)) if isinstance(self.given, pa.ChunkedArray) else self.given

    @cached_property
    def empty(self) -> Mask:
        native = self.native
        return flags(pc.equal(arrow_values(self.text), "") if native is None else pc.is_null(native, nan_is_null=True))

    @cached_property
    def hashes(self) -> Hashes:
        """The cells as numbers, to compare them with others; 0 where a cell is empty."""
        native = self.native
        if native is None or not is_number(native.type):
            return text_hashes(arrow_values(self.text))
        return number_hashes(native)

    def with_text(self, text: pd.Series) -> Cells:
        """The same cells with other words."""
        return Cells(text, self.place, self.typed)

    def take(self, rows: Rows) -> Cells:
        """These rows in this order; -1 gives an empty cell."""
        none = rows < 0
        if len(self.given) == 0:
            return constant("", self.place, len(rows))
        place, typed = self.place.take(rows), ~none & self.typed[rows]
        if self.native is not None:
            return Cells(self.native.take(pa.array(rows, mask=none)), place, typed)
        chosen = arrow_values(self.text).take(pa.array(rows, mask=none))
        return Cells(pandas_text(pc.fill_null(chosen, "")), place, typed)


@dataclass(frozen=True)
class Source:
    """The rows of a table as its files have them.

    Of several files `file` is the first, and `files` has the name and rows of each. `cells` are columns by header, in
    the order `positions` in the first file; a column without a header, or whose header stands `twice`, has the name "#"
    and its number. `blank_rows`, empty in every cell, and `repeated_rows`, which were folded as declared, are not among
    the rows. `made` are contract columns that were made from several columns of the file (see `wide`). `given` are the
    same rows as a Parquet file holds them, of a piece; None for other files, and for a choice of rows.
    """

    file: str
    rows: int
    cells: dict[str, Cells]
    twice: frozenset[str] = frozenset()
    files: tuple[tuple[str, int], ...] = ()
    positions: tuple[str, ...] = ()
    blank_rows: int = 0
    repeated_rows: int = 0
    made: Mapping[str, Cells] = field(default_factory=dict)
    given: pa.Table | None = None

    def take(self, rows: Rows) -> Source:
        """These rows of every column."""
        return replace(
            self,
            given=None,
            rows=len(rows),
            cells={header: cells.take(rows) for header, cells in self.cells.items()},
            made={name: cells.take(rows) for name, cells in self.made.items()},
        )

    def find(self, header: str) -> Cells | None:
        """The column of a header; "#3" is the third column, unless a header says so itself."""
        if header not in self.cells and header.startswith("#") and header[1:].isdigit():
            number = int(header[1:])
            header = self.positions[number - 1] if 1 <= number <= len(self.positions) else header
        return self.cells.get(header)

    def without_blank_rows(self) -> Source:
        """The same without the rows in which every cell is empty; they are counted."""
        full = np.zeros(self.rows, dtype=bool)
        for cells in self.cells.values():
            full |= ~cells.empty
            if full.all():
                return self
        rows = np.flatnonzero(full)
        blank_rows = self.blank_rows + self.rows - len(rows)
        files = ((self.file, len(rows)),)
        return replace(self.take(rows), blank_rows=blank_rows, files=files)


def constant(value: str, place: Place, rows: int) -> Cells:
    """A column with one value in every row."""
    nowhere = Place(place.file, place.header, np.full(rows, -1, dtype=np.int64))
    return Cells(
        pd.Series([value], dtype=TEXT).repeat(rows).reset_index(drop=True), nowhere, np.zeros(rows, dtype=bool)
    )


def stacked(columns: Sequence[Cells]) -> Cells:
    """Columns one below the other; each cell keeps its place."""
    text = pd.concat([cells.text for cells in columns], ignore_index=True)
    typed = np.concatenate([cells.typed for cells in columns])
    return Cells(text, stacked_places([cells.place for cells in columns]), typed)


def as_text(values: object) -> pd.Series:
    """Text in the one form that the rest works on: no blanks around it, "" for nothing."""
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return pandas_text(pc.utf8_trim_whitespace(pc.fill_null(values, "")))
    return pd.Series(values, dtype=TEXT).fillna("").str.strip()


def arrow_values(column: pd.Series) -> pa.ChunkedArray:
    """Any column as Arrow holds it, null where it is empty."""
    values = pa.array(column, from_pandas=True)
    return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])


def pandas_text(values: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Text of Arrow as a column of pandas; nothing is copied."""
    return pd.Series(pd.arrays.ArrowStringArray(values))


def flags(values: pa.Array | pa.ChunkedArray) -> Mask:
    """Truth values as numpy has them; null is false."""
    mask: Mask = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return mask


def source(
    file: str,
    headers: list[str],
    columns: Sequence[pd.Series | pa.ChunkedArray],
    *,
    lines: Rows,
    typed: list[Mask] | None = None,
) -> Source:
    """A `Source` from columns of one length; of a header that stands twice the first counts (and is noted)."""
    masks = typed or [np.zeros(len(lines), dtype=bool)] * len(headers)
    cells: dict[str, Cells] = {}
    positions = []
    for number, (header, column, mask) in enumerate(zip(headers, columns, masks, strict=True), start=1):
        key = header if header.strip() and header not in cells else f"#{number}"
        cells[key] = Cells(column, Place(file, header if header.strip() else key, lines), mask)
        positions.append(key)
    twice = frozenset(h for h, count in Counter(headers).items() if h.strip() and count > 1)
    return Source(file, len(lines), cells, twice, ((file, len(lines)),), tuple(positions))
