"""What a client.toml must fulfil beyond its shape: known names, safe paths, words that the contract has."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from babel.numbers import list_currencies

from referral_playbook.contract.client_problems import Sheet, did_you_mean
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.tables import Table
from referral_playbook.contract.toml_lines import KeyPath

if TYPE_CHECKING:
    from referral_playbook.contract.client import TableSpec

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet")
ADVICE = {
    "missing": "Add it, for example {example}",
    "string_type": "Write text in quotes",
    "string_too_short": "Give a value or remove the key",
    "string_too_long": "Give one character",
    "date_type": "Write a date without quotes: as_of = 2026-09-30",
    "dict_type": 'Write a table, for example {{ contract_name = "name in the file" }}',
    "model_type": 'Write a table, for example join = {{ file = "deals.csv", on = "lead_id" }}',
    "list_type": 'Write a list of texts: ["Stayed", "Joined"]',
    "too_short": "Give at least one word",
}
EXAMPLES = {
    "name": 'name = "Brightdesk"',
    "currency": 'currency = "GBP"',
    "as_of": "as_of = 2026-09-30",
    "file": 'file = "customers.csv"',
    "on": 'on = "lead_id"',
}


def shape(found: Mapping[str, Any], path: KeyPath, known: Iterable[str], sheet: Sheet) -> None:
    """One error of pydantic, in the words of this file."""
    kind, key = found["type"], path[-1]
    if kind == "extra_forbidden":
        sheet.note(path, "no such key", did_you_mean(key, known))
    elif kind == "missing":
        sheet.note(path, "missing", ADVICE[kind].format(example=EXAMPLES[key]))
    elif kind == "literal_error":
        sheet.note(path, "not a word known here", f"Use one of: {found['ctx']['expected']}", found["input"])
    else:
        fix = ADVICE.get(kind, "See data/brightdesk/client.toml for an example").format()
        sheet.note(path, found["msg"].replace("Input should be", "it should be"), fix, found["input"])


def currency(sheet: Sheet) -> None:
    """An ISO 4217 code, as babel knows them."""
    given = sheet.data.get("currency")
    if isinstance(given, str) and given not in (known := list_currencies()):
        swapped = [code for code in sorted(known) if sorted(code) == sorted(given.upper())]
        near = swapped or difflib.get_close_matches(given.upper(), sorted(known), n=3, cutoff=0.6)
        fix = f"Did you mean {' or '.join(near)}?" if near else 'Use the three-letter code: "GBP", "EUR", "USD"'
        sheet.note(("currency",), "not an ISO 4217 currency code", fix, given)


def as_of(sheet: Sheet) -> None:
    """A day, not an instant: results must not hang on the hour of the export."""
    given = sheet.data.get("as_of")
    if isinstance(given, datetime) and not sheet.blames(("as_of",)):
        fix = f"Write the day alone: as_of = {given.date().isoformat()}"
        sheet.note(("as_of",), "a date with a time", fix, given.isoformat())


def parameters(given: Mapping[str, Any], sheet: Sheet) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Parameters of all steps and of single steps; whether a step knows them, the runner says."""
    shared: dict[str, Any] = {}
    by_step: dict[str, dict[str, Any]] = {}
    for key, value in given.items():
        if not isinstance(value, Mapping):
            shared[key] = _plain(value, ("parameters", key), sheet)
        elif key not in STEPS:
            sheet.note(("parameters", key), "no such step", did_you_mean(key, STEPS))
        else:
            by_step[key] = {k: _plain(v, ("parameters", key, k), sheet) for k, v in value.items()}
    return shared, by_step


def _plain(value: Any, path: KeyPath, sheet: Sheet) -> Any:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, datetime) or not isinstance(one, (str, int, float, bool, date)):
            sheet.note(
                path, "not a value that a step can take", "Give text, a number, true, false, a date or a list", one
            )
        elif isinstance(one, float) and not math.isfinite(one):
            sheet.note(path, "not a finite number", "Give a number, or remove the key for the default", str(one))
    return value


def table(known: Table, spec: TableSpec, root: Path, sheet: Sheet) -> None:
    """Files of one table, and the contract names and words it uses."""
    at = ("tables", known.name)
    _file(spec.file, (*at, "file"), root, sheet)
    if spec.join:
        _file(spec.join.file, (*at, "join", "file"), root, sheet)
    for key in ("columns", "values", "when", "less"):
        _columns(getattr(spec, key), known, (*at, key), sheet)
    _columns([column for column in spec.dates if column], known, (*at, "dates"), sheet)
    for column, form in spec.dates.items():
        if form != "iso" and not _reads_dates(form):
            at_form = (*at, "dates", column) if column else (*at, "dates")
            sheet.note(at_form, "not a form of dates", 'Write it with %d, %m and %Y, for example "%d/%m/%Y"', form)
    for column in spec.less:
        if column in known.names and known.column(column).kind != "number":
            sheet.note((*at, "less", column), "not an amount", "Only an amount can be taken off an amount")
    for column, words in spec.values.items():
        _words(column, words, known, (*at, "values", column), sheet)
    if spec.thousands == spec.decimal:
        sheet.note((*at, "thousands"), "the same mark as decimal", "Declare two different marks", spec.thousands)


def _columns(names: Iterable[str], known: Table, at: KeyPath, sheet: Sheet) -> None:
    for name in names:
        if name not in known.names:
            fix = did_you_mean(name, known.names) + " (the contract's name stands left, the file's header right)"
            sheet.note((*at, name), f"{known.name} has no such column", fix)


def _reads_dates(form: str) -> bool:
    """Whether a form gives year and month of what it has written itself."""
    day = datetime(2026, 9, 30, 13, 45, 50, tzinfo=UTC)
    try:
        back = datetime.strptime(day.strftime(form), form)
    except ValueError:
        return False
    return (back.year, back.month) == (day.year, day.month)


def _words(column: str, words: Mapping[str, list[str]], known: Table, at: KeyPath, sheet: Sheet) -> None:
    choices = known.column(column).choices if column in known.names else ()
    for word in words:
        if choices and word and word not in choices:
            sheet.note((*at, word), f"{column} has no such word", did_you_mean(word, choices))
    theirs = [w for many in words.values() for w in many]
    for twice in sorted({w for w in theirs if theirs.count(w) > 1}):
        sheet.note(at, f"the client's word {twice!r} stands for two words of the contract", "Keep one of them", twice)


def _file(name: str, path: KeyPath, root: Path, sheet: Sheet) -> None:
    if not _inside(name, root):
        fix = "Copy the file into the client folder and give its name, for example customers.csv"
        sheet.note(path, "the path leaves the client folder", fix, name)
    elif PurePosixPath(name).suffix.lower() not in SUFFIXES:
        sheet.note(path, "not a kind of file that is read", f"Use one of: {', '.join(SUFFIXES)}", name)
    elif not (root / name).is_file():
        there = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.suffix.lower() in SUFFIXES)
        fix = did_you_mean(name, there) if there else "The folder holds no table yet"
        sheet.note(path, "there is no such file in the client folder", fix, name)


def _inside(name: str, root: Path) -> bool:
    windows = PureWindowsPath(name)  # knows both kinds of slash, so one check serves every machine
    if windows.drive or windows.root or ".." in windows.parts or "\0" in name:
        return False
    return (root / name).resolve().is_relative_to(root.resolve())
