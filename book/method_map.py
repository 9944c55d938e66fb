"""The map from what the method lists to the function that does it and the place in the report that shows it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from book import notebooks
from book.code import PACKAGE, SRC, definition, modules
from book.markdown import table
from book.notebooks import Cell, leading_to
from referral_playbook.contract.names import STEPS
from referral_playbook.run.report.section import anchor

ITEMS = Path(__file__).with_name("method.toml")
INTRODUCTION = """\
# Map: what the method lists, where it is worked out, and where the report shows it

Every item of the method, the function that does it, and the section of `evidence.html` in which a client reads it. The
items are declared in `book/method.toml`; functions, cells and sections are found in the code and in the notebooks
(`python -m book`), and a test fails where an item leads nowhere.
"""
NOWHERE = "**not yet**"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that the method lists, in our words, with the step and the functions that do it; the first places it.

    `under` names the heading that shows it, where it is a result's attribute that a cell shows, not a call.
    """

    step: str
    says: str
    functions: tuple[str, ...]
    under: str = ""


@cache
def items() -> tuple[Item, ...]:
    """All items in the method's order."""
    listed = tomllib.loads(ITEMS.read_text(encoding="utf-8"))
    return tuple(
        Item(step=step, says=row["says"], functions=tuple(row["functions"]), under=row.get("under", ""))
        for step in STEPS
        for row in listed[step]
    )


def exists(function: str) -> bool:
    """Whether a dotted name, without the package's, can be imported.

    Examples
    --------
    >>> exists("methods.proportions.proportion"), exists("methods.proportions.share")
    (True, False)
    """
    found = definition(f"{PACKAGE}.{function}")
    module, _, name = found.rpartition(".")
    return bool(found) and hasattr(import_module(module), name)


def reached(item: Item) -> Cell | None:
    """The notebook's cell that leads to an item's functions, None where none does.

    An item that names the heading under which it is shown may be computed in a cell that the report leaves out.
    """
    hidden = bool(item.under)
    found = (leading_to(item.step, definition(f"{PACKAGE}.{f}"), hidden=hidden) for f in item.functions)
    return next((cell for cell in found if cell), None)


def place(item: Item) -> Cell | None:
    """The cell that shows an item: the one that leads to it, or the first under the heading it names."""
    if not item.under or not reached(item):
        return reached(item)
    return next((cell for cell in notebooks.cells(item.step) if cell.heading == item.under), None)


def link(function: str, up: str = "../") -> str:
    """A link to the module that holds a function."""
    module = modules()[definition(f"{PACKAGE}.{function}").rpartition(".")[0]]
    return f"[`{function}`]({up}src/{module.path.relative_to(SRC).as_posix()})"


def page() -> str:
    """The map as Markdown."""
    return "\n".join([INTRODUCTION, *map(_section, STEPS)])


def _section(step: str) -> str:
    rows = [_row(item) for item in items() if item.step == step]
    chapter = notebooks.chapter(step)
    head = f"## {chapter[:2]} {step.replace('_', ' ')}\n\nChapter: [{chapter}]({chapter})\n\n"
    return head + table(("the method lists", "function", "notebook, cell", "section of the report"), rows)


def _row(item: Item) -> tuple[str, str, str, str]:
    functions = ", ".join(link(f) if exists(f) else f"`{f}` {NOWHERE}" for f in item.functions) or NOWHERE
    cell = place(item)
    if cell is None:
        return item.says, functions, NOWHERE, NOWHERE
    book = notebooks.path(item.step).name
    section = f"`#{anchor(item.step)}`, “{cell.heading}”"
    return item.says, functions, f"[{book}](../notebooks/{book}), {cell.number}", section
