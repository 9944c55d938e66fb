"""Tables and sentences, escaped: what is shown in a notebook and kept in the report.

Every object is HTML for the eye (`_repr_html_`) and plain text for the rest (`repr`): tests of notebooks
compare the text. pandas Styler is not used, for it does not escape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from referral_playbook.contract.evidence import Action, Check, Estimate, Status, StepResult, Verdict
from referral_playbook.contract.personal import IDS, is_personal
from referral_playbook.contract.writing.agreement import agreed
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import interval, number, quantity, share, written
from referral_playbook.contract.writing.units import NPS, is_symbol
from referral_playbook.show import words
from referral_playbook.show.grid import (
    Figure,
    Format,
    Html,
    column,
    folded,
    headings_of,
    records,
    refuse_unknown,
    render,
)
from referral_playbook.show.words import clean, escaped

VERDICT_COLOURS = {
    Status.GO: "#00664b",
    Status.TEST_SMALL: "#7a4f00",
    Status.STOP: "#9c3b00",
    Status.NOT_ENOUGH_DATA: "#4d4d4d",
}
"""White text on each has a contrast of at least 5:1."""
P_VALUES = ("p_value", "p_adjusted")
"""Columns that are written as p-values wherever they occur."""


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
        Cells may be text, numbers, dates, booleans, None or an `Estimate` (shown with its range). Columns `x`,
        `x_low` and `x_high` are shown as one, unless `columns` names them.
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
    formats = formats or {}
    cells = folded(records(rows), formats, columns)
    headings = headings_of(cells, columns)
    if headings:  # without rows nothing says which columns there would be
        refuse_unknown(formats, headings)
    shown = cells if most is None else cells[:most]
    if len(shown) < len(cells):
        caption = f"{caption} (the first {number(len(shown))} of {number(len(cells))} rows)".strip()
    how = dict.fromkeys(P_VALUES, "p") | dict(formats)
    made = [
        column(
            h,
            [_by_unit(r, key) if how.get(key) is None else r.get(key) for r in shown],
            how.get(key),
            personal=is_personal(key, headings),
            identity=key in IDS,
        )
        for key, h in headings.items()
    ]
    return render(made, words.plain(caption))


def _by_unit(row: Mapping[str, Any], key: str) -> Any:
    """A plain number of a row that names its unit, written in that unit: 14% and not 0.137."""
    value, unit = row.get(key), row.get("unit")
    is_plain = isinstance(value, float) and value == value
    return Figure(written(value, unit)) if is_plain and isinstance(unit, str) and is_symbol(unit) else value


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
    made = [column(k, [row[k] for row in rows], None) for k in columns]
    return render(made, "The numbers, with their range and where they come from", badge="Basis")


def checks(result: StepResult) -> Html:
    """Show what was looked at, and whether it was passed, was not, or is not known."""
    rows = [_check_row(check) for check in result.checks]
    return _or_none(rows, ("Check", "Outcome", "What it says"), "What was checked", "No checks were made.")


def actions(result: StepResult) -> Html:
    """Show who does what by when, and why."""
    rows = [_action_row(action, result.as_of) for action in result.actions]
    return _or_none(rows, ("What", "Why", "Owner", "Due"), "What to do next", "No action follows from this step.")


def verdict(result: StepResult) -> Html:
    """Show the verdict as a badge with its reason, and the headline."""
    text, headline = badge(result.verdict), clean(result.headline)
    html = f'<div class="verdict verdict-{result.verdict.status.value}">{text.html}<p>{escaped(headline)}</p></div>'
    return Html(html, f"{text!r}\n{headline}")


def badge(found: Verdict) -> Html:
    """Show a verdict alone: its status as a badge, and its reason."""
    name = words.STATUS[found.status]
    style = f"background:{VERDICT_COLOURS[found.status]};color:#fff;padding:0.15em 0.6em;border-radius:0.3em"
    html = f'<p><strong class="badge" style="{style}">{escaped(name)}</strong> {escaped(found.reason)}</p>'
    return Html(html, f"{name}: {clean(found.reason)}")


def reading(*parts: str | Estimate | Iterable[str | Estimate]) -> Html:
    """Show a sentence made of text and estimates; estimates are written with their range.

    Examples
    --------
    >>> from referral_playbook.contract.evidence import assumed
    >>> reading("Conversion is ", assumed(0.1, 0.05, 0.2, unit="share", per="lead", source="x"), ".")
    Conversion is 10% (5% to 20%).
    """
    flat = [piece for part in parts for piece in ([part] if isinstance(part, (str, Estimate)) else part)]
    text = "".join(interval(piece) if isinstance(piece, Estimate) else piece for piece in flat)
    paragraphs = [_sentence(agreed(words.plain(clean(p)))) for p in text.split("\n\n") if p.strip()]
    return Html("".join(f"<p>{escaped(p)}</p>" for p in paragraphs), "\n\n".join(paragraphs))


def _sentence(text: str) -> str:
    """A paragraph begins with a capital, also where it is made of a check's text."""
    return text[:1].upper() + text[1:]


def _evidence_row(name: str, estimate: Estimate) -> dict[str, Any]:
    unit = {"share": "%", NPS: "points, -100 to 100"}.get(estimate.unit, estimate.unit)
    return {
        "What": words.title(name),
        "Value": Figure(quantity(estimate)),
        "Range": _range(estimate),
        "n": Figure("" if estimate.n is None else number(estimate.n)),
        "Unit": unit,
        "Per": estimate.per,
        "Basis": estimate.basis.value,
        "Source": words.plain(estimate.source or estimate.reason),
    }


def _range(estimate: Estimate) -> str:
    text = interval(estimate)
    if "(" not in text:
        return "" if estimate.defined else words.plain(estimate.reason)
    inner = text[text.index("(") + 1 : text.rindex(")")]
    return inner if estimate.confidence is None else f"{inner} ({share(estimate.confidence)} confidence)"


def _check_row(check: Check) -> dict[str, Any]:
    return {
        "Check": words.name(check.name),
        "Outcome": words.OUTCOME[check.passed],
        "What it says": words.plain(check.text),
    }


def _action_row(action: Action, as_of: date) -> dict[str, Any]:
    due = action.due_on(as_of)
    return {
        "What": words.plain(action.what),
        "Why": words.plain(action.why),
        "Owner": action.owner,
        "Due": day(due) if due else "no date",
    }


def _or_none(rows: list[dict[str, Any]], columns: Sequence[str], caption: str, none: str) -> Html:
    return table(rows, columns={c: c for c in columns}, caption=caption) if rows else reading(none)
