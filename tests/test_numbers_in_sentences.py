"""Numbers and dates of sentences are written by `contract.writing` alone, so that they follow the client's language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "referral_playbook"
ROOMS = ("steps", "domain", "run/report", "show")
"""Whose sentences a client reads."""
NUMBER = re.compile(r"[,%eEfFgG]$|,")
"""Ends of a format that writes a number in English."""
DATE = re.compile(r"%[A-Za-z]")
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
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in computed:
            yield from _of_text(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, hit) for hit in re.findall(r"\{\w*:[^{}]*[,%feg]\}", node.value))
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


MODULES = sorted(path for room in ROOMS for path in (SOURCE / room).rglob("*.py"))


def test_no_sentence_writes_a_number_or_a_date_by_itself():
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {form}"
        for path in MODULES
        for line, form in own_writing(path.read_text(encoding="utf-8"))
    ]
    assert found == []
