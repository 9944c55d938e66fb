"""What a client.toml must fulfil beyond its shape: known names, safe paths, words that the contract has."""

from __future__ import annotations

import difflib
import os
import zoneinfo
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from babel.core import get_global
from babel.numbers import list_currencies

from referral_playbook.contract.client_toml.problems import Sheet, did_you_mean
from referral_playbook.contract.client_toml.toml_lines import KeyPath
from referral_playbook.contract.writing.language import locale_of

LONGEST_NAME = 255
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
        example = EXAMPLES.get(key, f"{key} = ...")
        sheet.note(path, "missing", ADVICE[kind].format(example=example))
    elif kind == "literal_error":
        sheet.note(path, "not a word known here", f"Use one of: {found['ctx']['expected']}", found["input"])
    else:
        fix = ADVICE.get(kind, "See data/brightdesk/client.toml for an example").format()
        sheet.note(path, found["msg"].replace("Input should be", "it should be"), fix, found["input"])


def name(sheet: Sheet) -> None:
    """A name that can be seen: blanks and invisible signs alone are none."""
    value = sheet.data.get("name")
    if isinstance(value, str) and value and not any(sign.isalnum() for sign in value):
        sheet.note(("name",), "the name is blank", 'Write the name of the client: name = "Brightdesk"', value)


@cache
def currencies_in_use() -> frozenset[str]:
    """ISO 4217 codes of the currencies that are legal tender somewhere today."""
    periods = (period for territory in get_global("territory_currencies").values() for period in territory)
    return frozenset(code for code, _, until, tender in periods if until is None and tender)


def currency(sheet: Sheet) -> None:
    """An ISO 4217 code of a currency that is in use."""
    value = sheet.data.get("currency")
    if not isinstance(value, str) or value in (known := currencies_in_use()):
        return
    if value in list_currencies():
        fix = f"Use the currency that replaced {value}, and convert the amounts before the export"
        sheet.note(("currency",), "this currency is no longer in use", fix, value)
    else:
        swapped = [code for code in sorted(known) if sorted(code) == sorted(value.upper())]
        near = swapped or difflib.get_close_matches(value.upper(), sorted(known), n=3, cutoff=0.6)
        fix = f"Did you mean {' or '.join(near)}?" if near else 'Use the three-letter code: "GBP", "EUR", "USD"'
        sheet.note(("currency",), "not an ISO 4217 currency code", fix, value)


def as_of(sheet: Sheet) -> None:
    """A day, not an instant: results must not depend on the hour of the export."""
    value = sheet.data.get("as_of")
    if isinstance(value, datetime) and not sheet.blames(("as_of",)):
        fix = f"Write the day alone: as_of = {value.date().isoformat()}"
        sheet.note(("as_of",), "a date with a time", fix, value.isoformat())
    elif isinstance(value, date) and not isinstance(value, datetime) and value > LAST_DAY:
        sheet.note(("as_of",), "too far in the future", "Give the day of the export", value.isoformat())


LAST_DAY = date(2199, 12, 31)


def time_unit(sheet: Sheet) -> None:
    """Every figure is by month; another unit is refused, because it would not be used."""
    value = sheet.data.get("time_unit", "month")
    if isinstance(value, str) and value != "month":
        fix = 'Write time_unit = "month" or remove the key: every figure of the playbook is per month'
        sheet.note(("time_unit",), "only the month is supported as unit of time", fix, value)


def timezone(sheet: Sheet) -> None:
    """A zone of the IANA database."""
    value = sheet.data.get("timezone")
    if isinstance(value, str) and value:
        zone(value, ("timezone",), sheet)


def language(sheet: Sheet) -> None:
    """A language tag that numbers and dates can be written in."""
    value = sheet.data.get("language")
    if isinstance(value, str) and value:
        try:
            locale_of(value)
        except ValueError:
            sheet.note(("language",), "not a language", 'Use a tag such as "en-GB", "de-DE" or "fr-FR"', value)


def zone(given: str, path: KeyPath, sheet: Sheet) -> None:
    """Note a time zone that is not known."""
    if given not in (known := zoneinfo.available_timezones()):
        near = difflib.get_close_matches(given, sorted(known), n=3, cutoff=0.6)
        fix = f"Did you mean {' or '.join(near)}?" if near else 'Use a name such as "Europe/Berlin" or "UTC"'
        sheet.note(path, "not a time zone", fix, given)


def rates(sheet: Sheet) -> None:
    """Rates convert into the client's currency, from currencies that are in use."""
    entries, home = sheet.data.get("rates", {}), sheet.data.get("currency")
    for code, rate in entries.items() if isinstance(entries, Mapping) else ():
        if code not in currencies_in_use():
            sheet.note(("rates", code), "not an ISO 4217 currency code", 'Use a code such as "USD"', code)
        elif code == home:
            sheet.note(("rates", code), "this is the client's own currency", "Remove the rate")
        elif isinstance(rate, Mapping) and rate.get("to") != home and "to" in rate:
            sheet.note(("rates", code, "to"), f"the client's currency is {home}", f'Write to = "{home}"', rate["to"])


def file(name: str, path: KeyPath, root: Path, sheet: Sheet) -> None:
    """A file that is there, inside the client folder, and of a kind that is read."""
    if len(name.encode()) > LONGEST_NAME:
        sheet.note(path, "the name is longer than a file can have", "Give the name of a file in the client folder")
    elif not _inside(name, root):
        fix = "Copy the file into the client folder and give its name, for example customers.csv"
        sheet.note(path, "the path leaves the client folder", fix, name)
    elif PurePosixPath(name).suffix.lower() not in SUFFIXES:
        sheet.note(path, "not a kind of file that is read", f"Use one of: {', '.join(SUFFIXES)}", name)
    elif not (root / name).is_file():
        there = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.suffix.lower() in SUFFIXES)
        fix = did_you_mean(name, there) if there else "The folder holds no table yet"
        sheet.note(path, "there is no such file in the client folder", fix, name)
    elif has_name_outside(root / name, root) and sheet.data.get("hard_links") is not True:
        sheet.note(path, "the file also has a name outside the client folder (a hard link)", HARD_LINK, name)


HARD_LINK = (
    "Copy the file, delete the original here and rename the copy. If a backup program made the link, allow it at the "
    "top of client.toml: hard_links = true"
)


def has_name_outside(path: Path, root: Path) -> bool:
    """Whether a file has more names on the disk than the client folder has for it."""
    file = path.stat()
    return file.st_nlink > 1 and file.st_nlink > sum(_same_file(file, other) for other in root.rglob("*"))


def _same_file(file: os.stat_result, other: Path) -> bool:
    try:
        return os.path.samestat(file, other.lstat())
    except OSError:  # it went away in between
        return False


def _inside(name: str, root: Path) -> bool:
    windows = PureWindowsPath(name)  # knows both kinds of slash, so one check serves every machine
    if windows.drive or windows.root or ".." in windows.parts or "\0" in name:
        return False
    try:
        return (root / name).resolve(strict=False).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        return False
