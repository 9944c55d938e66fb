"""Numbers and dates of sentences are written by `contract.writing` alone, so that they follow the client's language."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import pytest
from clocks import words_of
from monkey.chain import OK, Outcome, run_folder
from monkey.clients import OddClient, ordinary
from monkey.judge import sentences_of

from referral_playbook.contract.writing.language import write_numbers_in
from referral_playbook.run.report.lists import list_files

SOURCE = Path(__file__).resolve().parents[1] / "src" / "referral_playbook"
ROOMS = ("steps", "domain", "run/report", "show")
"""Whose sentences a client reads."""
NUMBER = re.compile(r"[,%eEfFgG]$|,")
"""Ends of a format that writes a number in English."""
DATE = re.compile(r"%[A-Za-z]")
WRITTEN = re.compile(r"\d%|\b[1-9]\d{0,2},\d{3}\b|\b\d+\.\d+\b")
"""A number in English within a text."""
PLAIN = re.compile(r"WeasyPrint|like 0\.10|which a sheet cannot run|\bpadding:")
"""Messages in a terminal, and styles."""
MACHINE = re.compile(r"\.\d+g$|^0\d+[dx]$")


def own_writing(source: str) -> Iterator[tuple[int, str]]:
    """Places of a module that write a percentage, a number with thousands or decimals, or a date by themselves.

    A number between `float(` and `)` is one that is computed on, and a text that is nothing but a date is a key.
    """
    tree = ast.parse(source)
    computed = {
        id(call.args[0])
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "float" and call.args
    }
    documented = {id(statement.value) for statement in ast.walk(tree) if isinstance(statement, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in computed:
            yield from _of_text(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, hit) for hit in re.findall(r"\{\w*:[^{}]*[,%feg]\}", node.value))
            if " " in node.value.strip() and id(node) not in documented and not PLAIN.search(node.value):
                yield from ((node.lineno, hit) for hit in WRITTEN.findall(node.value))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _is_text(node.left):
            yield node.lineno, "%"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _of_text(text: ast.JoinedStr) -> Iterator[tuple[int, str]]:
    if isinstance(text.values[0], ast.Constant) and str(text.values[0].value).startswith("<"):
        return  # markup
    for part in (part for part in text.values if isinstance(part, ast.FormattedValue)):
        form = (
            "".join(str(p.value) for p in part.format_spec.values if isinstance(p, ast.Constant))
            if (isinstance(part.format_spec, ast.JoinedStr))
            else ""
        )
        if NUMBER.search(form) and not DATE.search(form) and not MACHINE.search(form):
            yield part.lineno, form
        if DATE.search(form) and len(text.values) > 1:
            yield part.lineno, form
        for call in (call for call in ast.walk(part.value) if isinstance(call, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ("strftime", "isoformat") and len(text.values) > 1:
                yield call.lineno, name
            if name == "round" and call is part.value and len(call.args) > 1:
                yield call.lineno, name


@pytest.mark.parametrize(
    "line",
    [
        'f"{x:.0%} of all"', 'f"{x:,} rows"', 'f"about {x:.1f}"', 'f"{x:g} months"', '"{:,.0f} a year".format(x)',
        'f"since {day:%Y-%m-%d}"', 'f"since {day.isoformat()}"', 'f"in {m.strftime(\'%B\')}"', '"%d rows" % n',
        'x = "above 100% a year"', 'x = "top 1,000 of all"',
        'f"{round(x, 2)} times"',
    ],
)  # fmt: skip
def test_a_number_written_by_itself_is_seen(line):
    assert list(own_writing(line))


@pytest.mark.parametrize(
    "line", ['f"{share(x)} of all"', 'float(f"{x:.1g}")', 'f"{day:%Y-%m}"', 'f"{n:02d}"', 'f"{n} rows"', "a % b"]
)
def test_what_is_no_sentence_passes(line):
    assert list(own_writing(line)) == []


COORDINATES = {SOURCE / "show" / "svg.py", SOURCE / "run" / "report" / "printed_charts.py"}
"""Their numbers are read by browsers and printers alone."""
MODULES = sorted({path for room in ROOMS for path in (SOURCE / room).rglob("*.py")} - COORDINATES)


def test_no_sentence_writes_a_number_or_a_date_by_itself():
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {form}"
        for path in MODULES
        for line, form in own_writing(path.read_text(encoding="utf-8"))
    ]
    assert found == []


ENGLISH = {
    "a decimal point": re.compile(r"(?<![\w.,/-])\d+\.\d{1,2}(?![\d.])(?=[\s%,;:)]|$)"),
    "thousands with a comma": re.compile(r"(?<![\d.,])[1-9]\d{0,2},\d{3}(?![\d,])"),
    "thousands without a point": re.compile(r"(?<![\w.,/-])(?!(?:19|20)\d\d\b)\d{4,}(?![\w.-])"),
    "percent without a blank": re.compile(r"\d%"),
    "a day": re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b"),
    "a month in English": re.compile(r"\b(?:Jan|Feb|Mar|May|June?|July?|Aug|Sept|Oct|Dec|January|March|October) \d{4}"),
}
"""What no German client reads, by what it is."""
CODES = re.compile(
    r"referral-playbook \d[\d.]*|\b[clrx]\d{1,4}\b|https?://\S+|\b10\.\d{4,}/\S+|[\w-]+\.(?:csv|toml|xlsx)"
    r"|rollout = \[.*?\]|about 10,000 accounts"
)
"""Versions, ids, addresses, files, lines for client.toml and quotations of a study: no numbers of ours."""


def english(text: str) -> list[str]:
    """English numbers and dates in a text that was written for a German client, with their surroundings."""
    plain = CODES.sub("_", text)
    return [
        f"{what}: ...{plain[max(0, hit.start() - 70) : hit.end() + 30]}..."
        for what, pattern in ENGLISH.items()
        for hit in pattern.finditer(plain)
    ]


@pytest.mark.parametrize(
    "text", ["3.5 Monate", "1,234 Kunden", "1234 Kunden", "12%", "since 2026-09-30", "in 2026-09", "Sept 2026"]
)
def test_an_english_number_is_seen(text):
    assert english(text)


@pytest.mark.parametrize("text", ["3,5 months", "1.234 customers", "12 %", "30. September 2026", "see ask-list.csv"])
def test_german_numbers_pass(text):
    assert english(text) == []


class GermanClient(OddClient):
    """A client whose numbers and dates are German."""

    def _toml(self) -> str:
        return 'language = "de-DE"\n' + super()._toml()


def test_a_german_client_finds_no_english_number_or_date(tmp_path):
    """In the memo, in all that the notebooks show, in every sentence of the results, and in the lists."""
    made = ordinary(Random(3), customers=24)
    client = GermanClient(tables=made.tables, headers=made.headers, currency="EUR")
    try:
        outcome = run_folder(client.write(tmp_path / "client"))
        lists = list_files(outcome.results)
    finally:
        write_numbers_in(None)
    assert outcome.code == OK, outcome.message
    assert {name for name, _ in outcome.shown} >= {"memo", "intake", "break_even"}
    assert {where: hits for where, text in _read(outcome, lists) if (hits := english(text))} == {}


def _read(outcome: Outcome, lists: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """What a client reads, by where it stands."""
    for n, (where, html) in enumerate(outcome.shown):
        yield f"{where}, shown {n}", words_of(html)
    for step, result in outcome.results.items():
        yield f"{step}, sentences", "\n".join(sentences_of(result))
    for name, content in lists.items():
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        yield name, "\n".join(row[column] for row in rows for column in ("reason", "script"))
