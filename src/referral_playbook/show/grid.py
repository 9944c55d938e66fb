"""From rows to a table, as HTML and as text: cells by their type, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from referral_playbook.contract.evidence import Basis, Estimate
from referral_playbook.contract.writing.agreement import agreed
from referral_playbook.contract.writing.dates import day, month
from referral_playbook.contract.writing.formatting import NOT_KNOWN, interval, number, written
from referral_playbook.show import words
from referral_playbook.show.words import clean, escaped, plain

Format = str | Callable[[Any], str]
"""A unit (`share`, `GBP`, `months`, ...) or a function from value to text."""


@dataclass(frozen=True, repr=False)
class Html:
    """Something to show: `html` is escaped already, `text` says the same in plain text."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True)
class Column:
    """A heading and its cells as they are written; `right` for numbers, `personal` where it identifies people.

    `identity` where every cell is the id of one person, so that a row is about that person.
    """

    heading: str
    cells: tuple[str, ...]
    right: bool
    personal: bool = False
    identity: bool = False


def records(rows: Any) -> list[dict[str, Any]]:
    """Rows of a DataFrame or of mappings, as dictionaries with text keys."""
    if hasattr(rows, "to_dict"):
        rows = rows.to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in rows]


def folded(
    given: list[dict[str, Any]], formats: Mapping[str, Format], asked: Iterable[str] | None
) -> list[dict[str, Any]]:
    """Rows in which `x`, `x_low` and `x_high` are one cell: a number and its range belong together.

    So an estimate in a result's table, which travels as these columns, is shown as one again. A column that was
    `asked` for by name stays.
    """
    there = {key for row in given for key in row}
    shown = set(asked or ())
    heads = [k for k in there if {f"{k}_low", f"{k}_high"} <= there - shown and not callable(formats.get(k))]
    limits = {f"{k}_{end}" for k in heads for end in ("low", "high")}
    return [
        {k: _ranged(row, k, formats) if k in heads else v for k, v in row.items() if k not in limits} for row in given
    ]


def _ranged(row: Mapping[str, Any], key: str, formats: Mapping[str, Format]) -> Any:
    value, low, high = row[key], row.get(f"{key}_low"), row.get(f"{key}_high")
    if _absent(value) or _absent(low):
        return value
    return Estimate(
        value=value,
        low=low,
        high=None if _absent(high) else high,
        confidence=None,
        n=None,
        unit=str(formats.get(key, "count")),
        per="",
        basis=Basis.MEASURED,
        source="",
        reason="no upper limit",
    )


def headings_of(given: list[dict[str, Any]], columns: Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    """Key and heading of every column to show; KeyError for one that the rows lack."""
    there = list(dict.fromkeys(key for row in given for key in row))
    if columns is None:
        return {key: words.name(key) for key in there}
    wanted = dict(columns) if isinstance(columns, Mapping) else {c: words.name(c) for c in columns}
    if given:
        refuse_unknown(wanted, there)
    return wanted


def refuse_unknown(wanted: Iterable[str], there: Iterable[str]) -> None:
    """KeyError that names the columns there are."""
    unknown = [key for key in wanted if key not in there]
    if unknown:
        raise KeyError(f"no column {', '.join(map(repr, unknown))}; the table has {', '.join(there)}")


def column(
    heading: str, values: list[Any], how: Format | None, *, personal: bool = False, identity: bool = False
) -> Column:
    """A column written out, each cell by its format or its type."""
    present = [v for v in values if not _absent(v)]
    numbers = bool(present) and all(map(_is_number, present))
    # An empty number is a number that is not known; empty text is just empty.
    empty = NOT_KNOWN if numbers or how is not None or not present else ""
    cells = tuple(empty if _absent(v) else clean(_cell(v, how, personal)) for v in values)
    return Column(heading=clean(heading), cells=cells, right=numbers, personal=personal, identity=identity)


def _absent(value: Any) -> bool:
    if isinstance(value, Estimate):
        return not value.defined
    # pandas' NA refuses to be compared; NaN and NaT are not equal to themselves.
    return value is None or type(value).__name__ == "NAType" or (not isinstance(value, str) and bool(value != value))


def _is_flag(value: Any) -> bool:
    return type(value).__name__ in ("bool", "bool_")


def _is_number(value: Any) -> bool:
    if isinstance(value, (Estimate, Figure)):
        return True
    return hasattr(value, "__float__") and not isinstance(value, str) and not _is_flag(value)


def _cell(value: Any, how: Format | None, personal: bool) -> str:
    if callable(how):
        return how(value)
    if isinstance(value, Estimate):
        return interval(value)
    if how is not None:
        return written(float(value), how)
    if _is_flag(value):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str) and not personal and not isinstance(value, Figure):
        return _calendar(value) or agreed(plain(value))
    return number(float(value)) if _is_number(value) and not isinstance(value, Figure) else str(value)


_DATE = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])(-\d\d)?")


def _calendar(text: str) -> str:
    """A day or month of a table, as people write it; nothing for other text."""
    found = _DATE.fullmatch(text)
    return "" if not found else day(text) if found[1] else month(text)


PERSONAL = "personal"
"""The class of a cell that identifies a person: pages that are passed on leave such cells out."""
IDENTITY = "id"
"""The further class of a cell that is a person's id: its row is about that person."""
WIDE = 4
"""A table with more columns is set closer, and row by row where the page is narrow."""


class Figure(str):
    """Text that is a number already written: aligned as a number."""


def render(columns: list[Column], caption: str, *, badge: str = "") -> Html:
    """The table of these columns; the one headed `badge` holds a basis and is marked as such."""
    head = "".join(f'<th scope="col"{_align(c)}>{escaped(c.heading)}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(_td(c, i, badge) for c in columns)}</tr>" for i in range(_height(columns)))
    title = f"<caption>{escaped(caption)}</caption>" if caption else ""
    wide = " wide" if len(columns) > WIDE else ""
    html = f'<table class="playbook{wide}">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return Html(html, _plain(columns, clean(caption)))


def _height(columns: list[Column]) -> int:
    return len(columns[0].cells) if columns else 0


def _align(column: Column) -> str:
    side = "right" if column.right else "left"
    kind = "number" if column.right else "text"
    kind += f" {PERSONAL}" * column.personal + f" {IDENTITY}" * (column.personal and column.identity)
    return f' class="{kind}" style="text-align:{side}"'


def _td(column: Column, i: int, badge: str) -> str:
    cell = escaped(column.cells[i])
    if column.heading == badge:
        cell = f'<span class="basis basis-{cell}">{cell}</span>'
    return f'<td dir="auto" data-label="{escaped(column.heading)}"{_align(column)}>{cell}</td>'


def _plain(columns: list[Column], caption: str) -> str:
    widths = [max(map(len, (c.heading, *c.cells))) for c in columns]
    pad = [str.rjust if c.right else str.ljust for c in columns]
    lines = [[p(c.heading, w) for p, c, w in zip(pad, columns, widths, strict=True)], ["-" * w for w in widths]]
    lines += [[p(c.cells[i], w) for p, c, w in zip(pad, columns, widths, strict=True)] for i in range(_height(columns))]
    text = [" | ".join(line).rstrip() for line in lines]
    return "\n".join([caption, *text] if caption else text)
