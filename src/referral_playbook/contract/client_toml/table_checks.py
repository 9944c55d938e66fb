"""What a table in client.toml must fulfil beyond its shape: names, words, marks and formats that can be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from referral_playbook.contract.client_toml.checks import currencies_in_use, file, zone
from referral_playbook.contract.client_toml.problems import Sheet, did_you_mean
from referral_playbook.contract.client_toml.table import EVERY_COLUMN, TableSpec
from referral_playbook.contract.client_toml.toml_lines import KeyPath
from referral_playbook.contract.tables import QUESTIONS, Table

NAMED_DATES = ("iso", "epoch", "epoch_ms", "excel", "excel1904")
"""Ways to write a date that are no pattern: ISO 8601, seconds or milliseconds since 1970, serial days of Excel."""
DIRECTIVES = frozenset("YymdBbHIMSfpjaAz")
ALIKE = ({"y", "Y"}, {"m", "b", "B"}, {"H", "I"})
"""Directives that say the same twice."""
THOUSANDS = (",", ".", " ", "'", "\u2019", "\u00a0", "\u202f", "_")
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
BRACKETS, PERCENT = "()", "%"
SIGNS = {
    "€": {"EUR"},
    "£": {"GBP"},
    "¥": {"JPY", "CNY"},
    "zł": {"PLN"},
    "₹": {"INR"},
    "₺": {"TRY"},
    "₩": {"KRW"},
    "$": {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"},
}
"""Currency signs and the currencies that they may stand for."""
SCALED = ("csat", "ces")


def table(known: Table, spec: TableSpec, root: Path, sheet: Sheet) -> None:
    """Note everything in the declaration of one table that cannot be used."""
    at = ("tables", known.name)
    _files(spec, at, root, sheet)
    for key in ("columns", "values", "when", "less", "times", "divide", "dates", "width"):
        _columns([column for column in getattr(spec, key) if column], known, (*at, key), sheet)
    for key in ("less", "times", "divide"):
        _amounts([column for column in getattr(spec, key) if column], known, (*at, key), sheet)
    for column, form in spec.dates.items():
        _date_format(form, (*at, "dates", column) if column else (*at, "dates"), sheet)
    for column, words in spec.values.items():
        _words(column, words, known, (*at, "values", column), sheet)
    _marks(spec, at, sheet)
    _lines(spec.skip_lines, (*at, "skip_lines"), sheet)
    _survey_keys(known, spec, at, sheet)
    _period(known, spec, at, sheet)
    _currency(spec, at, sheet)
    if spec.timezone is not None:
        zone(spec.timezone, (*at, "timezone"), sheet)


def _files(spec: TableSpec, at: KeyPath, root: Path, sheet: Sheet) -> None:
    key = "files" if "files" in sheet.at(at) else "file"
    for name in spec.all_files:
        file(name, (*at, key), root, sheet)
    for name in spec.returned:
        file(name, (*at, "returned"), root, sheet)
    if spec.returned and at[-1] != "touchpoints":
        sheet.note((*at, "returned"), "returned lists are touchpoints", "Move it to [tables.touchpoints]")
    if len(set(spec.all_files)) < len(spec.all_files):
        sheet.note((*at, key), "a file is named twice", "Name every file once")
    if sheet.at(at).get("file") and sheet.at(at).get("files"):
        sheet.note((*at, "file"), "both file and files are given", "Keep one of them: files, if there are several")
    if spec.sheet is not None and all(PurePosixPath(name).suffix.lower() not in SHEETS for name in spec.all_files):
        fix = "Remove it: only a workbook such as .xlsx has sheets"
        sheet.note((*at, "sheet"), "the file has no sheets", fix, spec.sheet)
    for join in spec.join:
        file(join.file, (*at, "join", "file"), root, sheet)
        _delimiter(join.delimiter, (*at, "join", "delimiter"), sheet)
        _lines(join.skip_lines, (*at, "join", "skip_lines"), sheet)


def _columns(names: Iterable[str], known: Table, at: KeyPath, sheet: Sheet) -> None:
    for name in names:
        if name not in known.names:
            fix = did_you_mean(name, known.names) + " (the contract's name stands left, the file's header right)"
            sheet.note((*at, name), f"{known.name} has no such column", fix)


def _amounts(names: Iterable[str], known: Table, at: KeyPath, sheet: Sheet) -> None:
    for name in names:
        if name in known.names and known.column(name).kind != "number":
            sheet.note((*at, name), "not an amount", f"{at[-1]} changes amounts; {name} is none")


def _date_format(form: str, path: KeyPath, sheet: Sheet) -> None:
    if form in NAMED_DATES:
        return
    if "%z" in form and not form.endswith("%z"):
        sheet.note(path, "%z does not stand at the end", "Write the offset from UTC last", form)
    elif not _reads_dates(form):
        fix = 'Write it with %d, %m and %Y, each once, for example "%d/%m/%Y"; ' + f"or use {', '.join(NAMED_DATES)}"
        sheet.note(path, "not a form of dates", fix, form)


def _reads_dates(form: str) -> bool:
    """Whether a form has each part once and gives back the year and month that it has written."""
    parts = re.findall("%(.)", form.replace("%%", ""))
    if len(set(parts)) < len(parts) or not set(parts) <= DIRECTIVES:
        return False
    if any(len(alike & set(parts)) > 1 for alike in ALIKE):
        return False
    day = datetime(2026, 9, 30, 13, 45, 50, tzinfo=UTC)
    try:
        back = datetime.strptime(day.strftime(form), form)
    except (ValueError, re.error):
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


def _marks(spec: TableSpec, at: KeyPath, sheet: Sheet) -> None:
    """Signs around and within numbers, and between fields."""
    _delimiter(spec.delimiter, (*at, "delimiter"), sheet)
    if any(sign < " " for sign in spec.encoding):
        sheet.note((*at, "encoding"), "no such encoding", 'Use a name such as "utf-8-sig" or "cp1252"')
    if spec.thousands == spec.decimal:
        sheet.note((*at, "thousands"), "the same mark as decimal", "Declare two different marks", spec.thousands)
    elif spec.thousands is not None and spec.thousands not in THOUSANDS:
        fix = "Use a comma, a point, a blank, an apostrophe or an underscore"
        sheet.note((*at, "thousands"), "not a mark between thousands", fix, spec.thousands)
    path = (*at, "marks")
    for mark in spec.marks:
        lone = not mark.strip() or len(mark) > 8 or not re.search(r"[^\W_]|[^\w.,+()-]", mark)
        if mark != BRACKETS and (lone or re.search("[0-9,+()-]", mark)):
            fix = 'Give what stands beside the number: "€", "EUR", "%", or "()" for negative amounts in brackets'
            sheet.note(path, "not a mark beside a number", fix, mark)
    if not spec.currency or spec.currency.startswith("="):  # else a column names the currency of each row
        home = {spec.currency[1:]} if spec.currency else _home(sheet)
        _mixed(spec.marks, home, path, sheet)


def _mixed(marks: list[str], home: set[str], path: KeyPath, sheet: Sheet) -> None:
    """Marks of two currencies in one table would add up what must not be added."""
    currencies = {mark: _currencies_of(mark, home) for mark in marks if mark not in (BRACKETS, PERCENT)}
    foreign = [mark for mark, codes in currencies.items() if mark in currencies_in_use() and codes != home]
    if foreign and home:
        fix = f'Say that the file is in that currency, currency = "={foreign[0]}", and declare its rate'
        sheet.note(path, "a mark of another currency than the client's", fix, foreign[0])
    shared = set.intersection(*currencies.values()) if currencies else {""}
    if not shared:
        fix = "Put the amounts of each currency into a file of their own, or export them with a currency column"
        sheet.note(path, "marks of different currencies", fix, ", ".join(currencies))


def of_other_currencies(mark: str, home: str) -> bool:
    """Whether a sign is of other currencies alone; countries that are not listed here may share a dollar or a pound.

    Examples
    --------
    >>> [of_other_currencies("$", home) for home in ("EUR", "USD", "CAD", "JMD")]
    [True, False, False, False]
    """
    listed = home in set().union(*SIGNS.values())
    return mark in SIGNS and home not in SIGNS[mark] and (listed or mark not in ("$", "£"))


def _currencies_of(mark: str, home: set[str]) -> set[str]:
    code = mark.upper()
    return {code} if code in currencies_in_use() else SIGNS.get(mark, {f"the currency of {mark}"} | home)


def _home(sheet: Sheet) -> set[str]:
    home = sheet.data.get("currency")
    return {home} if isinstance(home, str) else set()


def _delimiter(mark: str | None, path: KeyPath, sheet: Sheet) -> None:
    if mark is not None and mark != "\t" and (not mark.isascii() or not mark.isprintable() or mark.isalnum()):
        sheet.note(path, "not a sign that can stand between fields", 'Use ";", ",", "|" or a tab: "\\t"', mark)
    elif mark is not None and mark in "\"'. ":
        sheet.note(path, "a sign that also stands within fields", 'Use ";", ",", "|" or a tab: "\\t"', mark)


def _lines(skip: int | list[int], path: KeyPath, sheet: Sheet) -> None:
    if min(skip, default=1) < 1 if isinstance(skip, list) else skip < 0:
        fix = "Give how many lines stand above the header, or a list of line numbers from 1 on: [2, 57]"
        sheet.note(path, "not a number of lines", fix, skip)


def _survey_keys(known: Table, spec: TableSpec, at: KeyPath, sheet: Sheet) -> None:
    if known.name != "surveys":
        for key in ("questions", "scale"):
            if getattr(spec, key):
                sheet.note((*at, key), f"only surveys have {key}", f"Move it to [tables.surveys], or remove {key}")
        return
    for question in spec.questions:
        if question not in QUESTIONS:
            sheet.note((*at, "questions", question), "no such question", did_you_mean(question, QUESTIONS))
    if spec.questions and {"question", "answer"} & spec.columns.keys():
        fix = "Remove question and answer from columns: questions says for each question where its answers are"
        sheet.note((*at, "questions"), "question and answer are mapped too", fix)
    for question, scale in spec.scale.items():
        path = (*at, "scale", question) if question else (*at, "scale")
        if (question, scale) == ("nps", "0-10"):
            continue  # NPS has no other scale; to say it accepts answers that look like those of another
        if question not in (*SCALED, EVERY_COLUMN):
            sheet.note(path, f"{question} has no scale to declare", f"Declare it for {' or '.join(SCALED)}")
        elif not (ends := re.fullmatch("([01])-([0-9]+)", scale)) or not 2 <= int(ends[2]) <= 10:
            fix = 'Write the lowest and the highest answer: scale = "1-5"; it begins at 0 or 1 and ends at 10 or below'
            sheet.note(path, "not a scale", fix, scale)


def _period(known: Table, spec: TableSpec, at: KeyPath, sheet: Sheet) -> None:
    if spec.period is None:
        return
    path = (*at, "period")
    if "period_months" not in known.names:
        sheet.note(path, "only payments have a period", "Move it to [tables.payments], or remove it", spec.period)
    elif "period_months" in spec.columns:
        sheet.note(path, "period_months is mapped too", "Keep one of them", spec.period)
    elif isinstance(spec.period, int) and not 1 <= spec.period <= 120:
        sheet.note(path, "not a number of months", "Give the months that a payment is for: 12 for a year", spec.period)


def _currency(spec: TableSpec, at: KeyPath, sheet: Sheet) -> None:
    if (spec.currency or "").startswith("=") and (spec.currency or "")[1:] not in currencies_in_use():
        sheet.note((*at, "currency"), "not an ISO 4217 currency code", 'Write it as currency = "=USD"', spec.currency)
