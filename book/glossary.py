"""The glossary: what each word means here, linked to the functions that work it out."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from book.markdown import table
from book.method_map import link
from referral_playbook.contract.quantities import quantities

TERMS = Path(__file__).with_name("glossary.toml")
INTRODUCTION = """\
# Glossary: what each word means here

The same word means the same thing in the chapters, the notebooks, the report and the code. Beside each stands the
function that works it out, with formula and source in its docstring. Made from `book/glossary.toml` by
`python -m book`; a test fails where a function is not there.
"""


@cache
def groups() -> tuple[dict[str, Any], ...]:
    """Groups of terms, as the file lists them: name, and terms with term, says and functions."""
    return tuple(tomllib.loads(TERMS.read_text(encoding="utf-8"))["group"])


def page() -> str:
    """The glossary as Markdown."""
    return "\n".join([INTRODUCTION, *map(_section, groups()), _numbers()])


def _numbers() -> str:
    """The numbers of the results, explained with the text that `playbook explain` prints."""
    rows = [(f"**{q.title}** (`{q.name}`)", q.meaning, q.formula, link(q.function)) for q in quantities().values()]
    return "## The numbers of a result\n\n" + table(("number", "what it says", "how it is computed", "function"), rows)


def _section(group: dict[str, Any]) -> str:
    rows = [(f"**{t['term']}**", t["says"], ", ".join(map(link, t["functions"]))) for t in group["terms"]]
    return f"## {group['name']}\n\n" + table(("word", "what it means", "function"), rows)
