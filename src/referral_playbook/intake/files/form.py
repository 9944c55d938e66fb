"""How one file is to be read: its delimiter and encoding, and which lines are header, rows or neither."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

from referral_playbook.contract.client_toml.client import JoinSpec, TableSpec
from referral_playbook.contract.tables import Table

HEADER_JOINED = " - "
"""Between the lines of a header of several lines."""


@dataclass(frozen=True)
class Form:
    """The declared form of one file.

    `skipped` counts the lines above the header, and `dropped` are single lines that are no rows. Without header lines
    (0) columns have their numbers. The headers that are `wanted` only serve to say what to declare where they are not
    there.
    """

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    sheet: str | None = None
    skipped: int = 0
    dropped: frozenset[int] = frozenset()
    header_lines: int = 1
    wanted: frozenset[str] = frozenset()


def form_of(spec: TableSpec, table: Table) -> Form:
    """The form of a table's own files."""
    form = Form(spec.delimiter, spec.encoding, spec.sheet, header_lines=spec.header_lines, wanted=wanted(spec, table))
    return _skipping(form, spec.skip_lines)


def form_of_join(join: JoinSpec, spec: TableSpec) -> Form:
    """The form of a joined file: that of the table, unless it says otherwise."""
    form = Form(
        join.delimiter or spec.delimiter,
        join.encoding or spec.encoding,
        join.sheet,
        header_lines=join.header_lines,
        wanted=frozenset({join.equals or spec.columns.get(join.on, join.on)}),
    )
    return _skipping(form, join.skip_lines)


def _skipping(form: Form, skip: int | list[int]) -> Form:
    if isinstance(skip, int):
        return replace(form, skipped=skip)
    above = next(number for number in count() if number + 1 not in skip)  # lines 1 to `above` stand over the header
    return replace(form, skipped=above, dropped=frozenset(n for n in skip if n > above))


def wanted(spec: TableSpec, table: Table) -> frozenset[str]:
    """The headers that a declaration uses, and those of the contract that need no mapping."""
    named = {*spec.columns.values(), *spec.where, *spec.less.values(), *spec.times.values(), *spec.questions.values()}
    named |= {header for headers in spec.when.values() for header in headers}
    own = {name for name in table.names if name not in spec.columns}
    return frozenset(h for h in named | own if h and not h.startswith(("=", "#")))


def joined_header(rows: list[list[str]]) -> list[str]:
    """One header from several lines; in all but the last, an empty cell repeats what stands to its left.

    Examples
    --------
    >>> joined_header([["ID", "How likely?", ""], ["", "Score", "Comment"]])
    ['ID', 'How likely? - Score', 'How likely? - Comment']
    """
    if len(rows) == 1:
        return rows[0]
    lines = [_filled(row) for row in rows[:-1]] + [rows[-1]]
    return [
        HEADER_JOINED.join(dict.fromkeys(part.strip() for part in parts if part.strip()))
        for parts in zip(*lines, strict=False)
    ]


def _filled(row: list[str]) -> list[str]:
    out: list[str] = []
    for cell in row:
        out.append(cell if cell.strip() or not out else out[-1])
    return out
