"""Plain English wherever a reader looks: no old or literal word in notebooks, chapters, help, and texts of the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import nbformat
import pytest

from referral_playbook.cli import main

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "referral_playbook"
OLD_WORDS = {
    r"\breckon\w*": "assume, compute",
    r"\blikeliest\b": "most likely",
    r"\bheld possible\b": "assumed to lie between",
    r"\b(?:mend|mends|mended|mending)\b": "fix",
    r"\bcan(?:not)? be told\b": "is not known",
    r"\bno range given\b": "nothing: a decided number just stands",
    r"\bone'?s (?:own )?(?:tables|data)\b": "say whose",
    r"\bthe mark (?:is|of \d)": "the threshold",
    r"\blaid out\b": "spent in advance",
    r"\ba row an? [a-z]+\b": "one row per ...",
    r"\bmiddle (?:future|result|case)\b": "median",
    r"\bheld? against nothing\b": "compared with doing nothing",
}
"""Patterns that must not appear, and what to write instead (STYLE of the project)."""


def old_words(text: str) -> list[str]:
    """Every old word of a text with its surroundings and what to write instead."""
    found = []
    for pattern, instead in OLD_WORDS.items():
        for match in re.finditer(pattern, text, re.I):
            around = " ".join(text[max(0, match.start() - 40) : match.end() + 40].split())
            found.append(f"...{around}... (write: {instead})")
    return found


@pytest.mark.parametrize(
    "text", ["The offer reckoned with", "this cannot be told", "the mark of 40%", "a row a client"]
)
def test_old_words_are_found(text):
    assert old_words(text)


def test_plain_words_are_not():
    assert old_words("Recommend it. We told the client. A market of one. Cash is paid back in the median future.") == []


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module without its docstrings, for a reader sees those only; with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    holders = (ast.Module, ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
    documented = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, holders)
        for statement in node.body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.lineno, node.value


def test_texts_of_the_code_are_in_plain_words():
    """Sentences of steps, errors, headings, scripts: whatever can reach a reader."""
    found = [
        f"{path.relative_to(SOURCE)}:{line}: {fault}"
        for path in sorted(SOURCE.rglob("*.py"))
        for line, text in _texts(path)
        for fault in old_words(text)
    ]
    assert found == []


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_prose_and_parameters_of_a_notebook_are_in_plain_words(path):
    cells = nbformat.read(path, as_version=4).cells
    assert [fault for cell in cells for fault in old_words(cell.source)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "playbook").rglob("*.md")), ids=lambda p: p.stem)
def test_a_chapter_is_in_plain_words(path):
    assert old_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "automation/README.md"])
def test_the_papers_of_the_project_are_in_plain_words(name):
    assert old_words((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.toml")), ids=lambda p: p.stem)
def test_what_the_registers_say_is_in_plain_words(path):
    assert old_words(path.read_text(encoding="utf-8")) == []


def _helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    with click.Context(command, info_name=name) as context:
        yield name, command.get_help(context)
    for inner, one in getattr(command, "commands", {}).items():
        yield from _helps(one, f"{name} {inner}")


def test_the_help_is_in_plain_words():
    helps = dict(_helps(main, "playbook"))
    assert len(helps) > 8
    assert {name: faults for name, text in helps.items() if (faults := old_words(text))} == {}
