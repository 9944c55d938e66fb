"""Tables and sentences, escaped: what is shown in a notebook and kept in the report.

Every object is HTML for the eye (`_repr_html_`) and plain text for the rest (`repr`): tests of notebooks
compare the text. pandas Styler is not used, for it does not escape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult
from referral_playbook.show import words
from referral_playbook.show.money import NOT_KNOWN, day, interval, number, quantity, share, written
from referral_playbook.show.words import clean, escaped

Format = str | Callable[[Any], str]
"""A unit (`share`, `GBP`, `months`, ...) or a function from value to text."""

VERDICT_COLOURS = {
    Status.GO: "#00664b", Status.TEST_SMALL: "#7a4f00", Status.STOP: "#9c3b00", Status.NOT_ENOUGH_DATA: "#4d4d4d",
}  # fmt: skip
"""White text on each has a contrast of at least 5:1."""


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
class _Column:
    heading: str
    cells: tuple[str, ...]
    right: bool


def table(
    rows: Any,
    *,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    caption: str = "",
    formats: Mapping[str, Format] | None = None,
    most: int | None = None,
) -> Html:
    """Show rows as a table; every cell is escaped, numbers are aligned to the right.

    Parameters
    ----------
    rows : DataFrame or iterable of mappings
        Cells may be text, numbers, dates, booleans, None or an `Estimate` (shown with its range).
    columns : sequence or mapping, optional
        Which columns, in which order; a mapping gives their headings. Default: all of the first row.
    caption : str
    formats : mapping of column to str or callable, optional
        A unit (``"share"``, ``"GBP"``, ``"months"``) or a function. Default: by the type of the cell.
    most : int, optional
        Show at most this many rows, and say how many there are.

    Returns
    -------
    Html

    Raises
    ------
    KeyError
        A column or a format that names no column of the rows.

    Examples
    --------
    >>> table([{"source": "web", "share": 0.41}], formats={"share": "share"}, caption="Sources")
    Sources
    Source | Share
    ------ | -----
    web    |   41%
    """
    records = _records(rows)
    headings = _headings(records, columns)
    formats = formats or {}
    _refuse_unknown(formats, headings)
    shown = records if most is None else records[:most]
    if len(shown) < len(records):
        caption = f"{caption} (the first {number(len(shown))} of {number(len(records))} rows)".strip()
    made = [_column(h, [r.get(key) for r in shown], formats.get(key)) for key, h in headings.items()]
    return _render(made, caption)


def evidence(result: StepResult) -> Html:
    """Show every estimate of a step: value, range, observations, unit, basis and source.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import Verdict, assumed
    >>> step = StepResult(step="pmf_check", client="A", as_of=date(2026, 9, 30), headline="h",
    ...     verdict=Verdict(status="go", reason="r"),
    ...     estimates={"nps": assumed(34, 20, 48, unit="points", per="answer", source="owner")})
    >>> "20 to 48" in repr(evidence(step))
    True
    """
    rows = [_evidence_row(name, estimate) for name, estimate in result.estimates.items()]
    columns = {k: k for k in ("What", "Value", "Range", "n", "Unit", "Per", "Basis", "Source")}
    made = [_column(k, [row[k] for row in rows], None) for k in columns]
    return _render(made, "The numbers, with their range and where they come from", badge="Basis")


def checks(result: StepResult) -> Html:
    """Show what was looked at, and whether it held, failed or cannot be told."""
    rows = [_check_row(check) for check in result.checks]
    return _or_none(rows, ("Check", "Outcome", "What it says"), "What was checked", "No checks were made.")


def actions(result: StepResult) -> Html:
    """Show who does what by when, and why."""
    rows = [_action_row(action, result.as_of) for action in result.actions]
    return _or_none(rows, ("What", "Why", "Owner", "Due"), "What to do next", "No action follows from this step.")


def verdict(result: StepResult) -> Html:
    """Show the verdict as a badge with its reason, and the headline."""
    status = result.verdict.status
    badge = words.STATUS[status]
    style = f"background:{VERDICT_COLOURS[status]};color:#fff;padding:0.15em 0.6em;border-radius:0.3em"
    html = (
        f'<div class="verdict verdict-{status.value}"><p>'
        f'<strong class="badge" style="{style}">{escaped(badge)}</strong> {escaped(result.verdict.reason)}</p>'
        f"<p>{escaped(result.headline)}</p></div>"
    )
    return Html(html, f"{badge}: {clean(result.verdict.reason)}\n{clean(result.headline)}")


def reading(*parts: str | Estimate | Iterable[str | Estimate]) -> Html:
    """Show a sentence made of text and estimates; estimates are written with their range.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> reading("Conversion is ", assumed(0.1, 0.05, 0.2, unit="share", per="lead", source="x"), ".")
    Conversion is 10% (5% to 20%).
    """
    flat = [piece for part in parts for piece in ([part] if isinstance(part, (str, Estimate)) else part)]
    said = "".join(interval(piece) if isinstance(piece, Estimate) else piece for piece in flat)
    paragraphs = [clean(p) for p in said.split("\n\n") if p.strip()]
    return Html("".join(f"<p>{escaped(p)}</p>" for p in paragraphs), "\n\n".join(paragraphs))


def _records(rows: Any) -> list[dict[str, Any]]:
    if hasattr(rows, "to_dict"):
        rows = rows.to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in rows]


def _headings(records: list[dict[str, Any]], columns: Sequence[str] | Mapping[str, str] | None) -> dict[str, str]:
    there = list(dict.fromkeys(key for row in records for key in row))
    if columns is None:
        return {key: words.name(key) for key in there}
    wanted = dict(columns) if isinstance(columns, Mapping) else {c: words.name(c) for c in columns}
    if records:
        _refuse_unknown(wanted, there)
    return wanted


def _refuse_unknown(wanted: Iterable[str], there: Iterable[str]) -> None:
    unknown = [key for key in wanted if key not in there]
    if unknown:
        raise KeyError(f"no column {', '.join(map(repr, unknown))}; the table has {', '.join(there)}")


def _column(heading: str, values: list[Any], how: Format | None) -> _Column:
    given = [v for v in values if not _absent(v)]
    numbers = bool(given) and all(map(_is_number, given))
    # An empty number is a number that is not known; empty text is just empty.
    empty = NOT_KNOWN if numbers or how is not None or not given else ""
    cells = tuple(empty if _absent(v) else clean(_cell(v, how)) for v in values)
    return _Column(heading=clean(heading), cells=cells, right=numbers)


def _absent(value: Any) -> bool:
    if isinstance(value, Estimate):
        return not value.defined
    # pandas' NA refuses to be compared; NaN and NaT are not equal to themselves.
    return value is None or type(value).__name__ == "NAType" or (not isinstance(value, str) and bool(value != value))


def _is_flag(value: Any) -> bool:
    return type(value).__name__ in ("bool", "bool_")


def _is_number(value: Any) -> bool:
    if isinstance(value, (Estimate, _Figure)):
        return True
    return hasattr(value, "__float__") and not isinstance(value, str) and not _is_flag(value)


def _cell(value: Any, how: Format | None) -> str:
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
    return number(float(value)) if _is_number(value) and not isinstance(value, _Figure) else str(value)


class _Figure(str):
    """Text that is a number already written: aligned as a number."""


def _evidence_row(name: str, estimate: Estimate) -> dict[str, Any]:
    unit = "%" if estimate.unit == "share" else estimate.unit
    return {
        "What": words.name(name), "Value": _Figure(quantity(estimate)), "Range": _range(estimate),
        "n": _Figure("" if estimate.n is None else number(estimate.n)), "Unit": unit, "Per": estimate.per,
        "Basis": estimate.basis.value, "Source": estimate.source or estimate.reason,
    }  # fmt: skip


def _range(estimate: Estimate) -> str:
    said = interval(estimate)
    if "(" not in said:
        return "" if estimate.defined else estimate.reason
    inner = said[said.index("(") + 1 : said.rindex(")")]
    return inner if estimate.confidence is None else f"{inner} ({share(estimate.confidence)} confidence)"


def _check_row(check: Check) -> dict[str, Any]:
    return {"Check": words.name(check.name), "Outcome": words.OUTCOME[check.passed], "What it says": check.text}


def _action_row(action: Action, as_of: date) -> dict[str, Any]:
    due = as_of + timedelta(days=action.due) if isinstance(action.due, int) else action.due
    return {"What": action.what, "Why": action.why, "Owner": action.owner, "Due": day(due) if due else "no date"}


def _or_none(rows: list[dict[str, Any]], columns: Sequence[str], caption: str, none: str) -> Html:
    return table(rows, columns={c: c for c in columns}, caption=caption) if rows else reading(none)


def _render(columns: list[_Column], caption: str, *, badge: str = "") -> Html:
    head = "".join(f'<th scope="col"{_align(c)}>{escaped(c.heading)}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(_td(c, i, badge) for c in columns)}</tr>" for i in range(_height(columns)))
    title = f"<caption>{escaped(caption)}</caption>" if caption else ""
    html = f'<table class="playbook">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    return Html(html, _plain(columns, clean(caption)))


def _height(columns: list[_Column]) -> int:
    return len(columns[0].cells) if columns else 0


def _align(column: _Column) -> str:
    side = "right" if column.right else "left"
    return f' class="{"number" if column.right else "text"}" style="text-align:{side}"'


def _td(column: _Column, i: int, badge: str) -> str:
    cell = escaped(column.cells[i])
    if column.heading == badge:
        cell = f'<span class="basis basis-{cell}">{cell}</span>'
    return f'<td dir="auto"{_align(column)}>{cell}</td>'


def _plain(columns: list[_Column], caption: str) -> str:
    widths = [max(map(len, (c.heading, *c.cells))) for c in columns]
    pad = [str.rjust if c.right else str.ljust for c in columns]
    lines = [[p(c.heading, w) for p, c, w in zip(pad, columns, widths, strict=True)], ["-" * w for w in widths]]
    lines += [[p(c.cells[i], w) for p, c, w in zip(pad, columns, widths, strict=True)] for i in range(_height(columns))]
    text = [" | ".join(line).rstrip() for line in lines]
    return "\n".join([caption, *text] if caption else text)
