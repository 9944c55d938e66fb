"""A file as text: one `Cells` a header, with the place of every cell. What the text means comes later."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from referral_playbook.intake.faults import Place

TEXT = pd.StringDtype("pyarrow")


@dataclass(frozen=True)
class Cells:
    """One column: its text (blanks around it removed, "" where empty) and where each cell stands.

    `typed` marks the cells that the file itself holds as a number or a date (Excel, Parquet); their text is
    canonical (1234.5, 2026-09-30), whatever formats client.toml declares.
    """

    text: pd.Series
    place: Place
    typed: npt.NDArray[np.bool_]

    @property
    def empty(self) -> npt.NDArray[np.bool_]:
        empty: npt.NDArray[np.bool_] = (self.text == "").to_numpy(dtype=bool)
        return empty

    def take(self, rows: npt.NDArray[np.int64]) -> Cells:
        """These rows in this order; -1 gives an empty cell."""
        none = rows < 0
        if len(self.text) == 0:
            return blank(self.place, len(rows))
        text = self.text.take(np.where(none, 0, rows)).reset_index(drop=True).mask(none, "")
        lines = np.where(none, -1, self.place.lines[rows])
        return Cells(text, Place(self.place.file, self.place.header, lines), ~none & self.typed[rows])


@dataclass(frozen=True)
class Source:
    """One file, or two joined: cells by header, rows of the (first) file, headers that stand twice."""

    file: str
    rows: int
    cells: dict[str, Cells]
    twice: frozenset[str] = frozenset()
    files: tuple[tuple[str, int], ...] = field(default=())

    def take(self, rows: npt.NDArray[np.int64]) -> Source:
        """These rows of every column."""
        kept = {header: cells.take(rows) for header, cells in self.cells.items()}
        return Source(self.file, len(rows), kept, self.twice, self.files)


def blank(place: Place, rows: int) -> Cells:
    """A column of empty cells."""
    text = pd.Series([""] * rows, dtype=TEXT)
    nowhere = Place(place.file, place.header, np.full(rows, -1, dtype=np.int64))
    return Cells(text, nowhere, np.zeros(rows, dtype=bool))


def as_text(values: object) -> pd.Series:
    """Text in the one form that the rest works on: no blanks around it, "" for nothing."""
    return pd.Series(values, dtype=TEXT).fillna("").str.strip()


def source(
    file: str,
    headers: list[str],
    columns: list[pd.Series],
    *,
    lines: npt.NDArray[np.int64],
    typed: list[npt.NDArray[np.bool_]] | None = None,
) -> Source:
    """A `Source` from columns of one length; of a header that stands twice the first counts (and is noted)."""
    masks = typed or [np.zeros(len(lines), dtype=bool)] * len(headers)
    cells: dict[str, Cells] = {}
    for header, column, mask in zip(headers, columns, masks, strict=True):
        if header.strip():
            cells.setdefault(header, Cells(column, Place(file, header, lines), mask))
    twice = frozenset(h for h in headers if h.strip() and headers.count(h) > 1)
    return Source(file, len(lines), cells, twice, ((file, len(lines)),))
