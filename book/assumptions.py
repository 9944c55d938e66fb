"""The page of everything the playbook assumes where nobody said otherwise, read from the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from book import notebooks
from book.code import Module, assigned, modules
from book.markdown import table
from referral_playbook.benchmarks.registry import Benchmark, registry
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.settings.declarations import Declaration, declarations, declared_for
from referral_playbook.domain.assumptions import Default
from referral_playbook.domain.programme.money_defaults import IN_POUNDS

STEP_MODULES = ("referral_playbook.steps.", "referral_playbook.domain.")
MONEY = "client's currency"
INTRODUCTION = """\
# Assumptions: what the playbook takes where nobody said otherwise

A number that was assumed is never shown as measured: the report marks it, no verdict is better than the weakest basis
it stands on, and step [10 Client report](10-client-report.md) sorts the assumptions by how far they move the result.
Here are all of them, with their ranges. Replace those that matter first: in `client.toml` under `[parameters]` or
`[parameters.STEP]`, or for one run with `--set NAME=VALUE`. This page is read from the code (`python -m book`).
"""
STATED = """\
## Numbers with a range

The most likely value and its range. Who states a number of their own keeps the range in proportion, for
stating is not measuring. *As stated* means that there is no default, only the range around a number that is stated.
"""
OUTSIDE = """\
## Figures from outside that stand in

From the [benchmarks](benchmarks.md), used by name; the report shows the source and marks the number as benchmark.
"""
SETTINGS = """\
## Settings of each step

You can set each of them for one client. A *shared* one has one value in every step of a run, wherever you set it.
*Taken or computed* means that there is no fixed default; the last column says where the value comes from.
"""


class Stated(NamedTuple):
    """One call that assumes a number where none was given."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    per: str
    module: str


def page() -> str:
    """The page as Markdown."""
    rows = [(f"`{s.name}`", _most_likely(s), _range(s), s.unit, s.per, _link(s.module)) for s in stated()]
    steps = [_section(step) for step in STEPS]
    parts = [
        INTRODUCTION,
        STATED,
        table(("parameter", "most likely", "range", "unit", "per", "where"), rows),
        OUTSIDE,
        table(("benchmark", "value", "per", "firmness", "where"), _outside()),
        SETTINGS,
        *steps,
    ]
    return "\n".join(parts)


@cache
def stated() -> tuple[Stated, ...]:
    """Every assumed number with a range, once, by name; those that no parameter sets by the name of their constant.

    Two steps may assume different things under one name: then it is there twice.
    """
    inside = _step_modules()
    used = {ast.unparse(call.args[2]) for module in inside for call in _calls(module.tree, "assumed_value")}
    found = [s for module in inside for s in (*_stated_in(module), *_unset(module, used))]
    once = {s[:4]: s for s in reversed([*found, *_money()])}
    return tuple(once[key] for key in sorted(once))


def _money() -> Iterator[Stated]:
    """Costs, which are assumed in pounds and converted to the client's currency."""
    for name, default in IN_POUNDS.items():
        per = declarations()[name].unit.removeprefix("money").strip(", ").removeprefix("per ") or "programme"
        yield Stated(name, *default, "pounds, converted", per, "referral_playbook.domain.programme.money_defaults")


def _step_modules() -> list[Module]:
    return [module for name, module in sorted(modules().items()) if name.startswith(STEP_MODULES)]


def _calls(tree: ast.AST, function: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
            yield node


def _stated_in(module: Module) -> Iterator[Stated]:
    for definition in module.defines.values():
        for call in _calls(definition, "assumed_value"):
            name, _, default = call.args
            if isinstance(name, ast.Constant):
                said = _labels(call, definition, module)
                unit, per = said.get("unit", ""), said.get("per", "")
                yield Stated(name.value, *_value(default, module), unit, per, module.name)


def _unset(module: Module, used: set[str]) -> Iterator[Stated]:
    """Constants that are a `Default` and are handed to something else than `assumed_value`."""
    scope = vars(import_module(module.name))
    for name in module.defines:
        if isinstance(scope.get(name), Default) and name not in used:
            yield Stated(name.lower(), *scope[name], "", "", module.name)


def _value(node: ast.expr, module: Module) -> Any:
    """The `Default`: written on the spot, or a constant of this module or of one that it imports."""
    if isinstance(node, ast.Call):
        return tuple(ast.literal_eval(arg) for arg in node.args)
    return eval(ast.unparse(node), vars(import_module(module.name)))


def _labels(call: ast.Call, definition: ast.stmt, module: Module) -> dict[str, str]:
    """Unit and per of a call, as far as the source says them in words; `**said` is looked up where it is made."""
    found: dict[str, ast.expr] = {}
    for keyword in call.keywords:
        node = _made(keyword.value, definition)
        if keyword.arg:
            found[keyword.arg] = node
        elif isinstance(node, ast.Dict):
            found |= {k.value: v for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)}
    return {name: _words(node, module) for name, node in found.items()}


def _made(node: ast.expr, definition: ast.stmt) -> ast.expr:
    """What a local name was made from, where that is one assignment."""
    if not isinstance(node, ast.Name):
        return node
    for part in ast.walk(definition):
        if isinstance(part, ast.Assign | ast.AnnAssign) and part is not definition and node.id in assigned(part):
            return part.value or node
    return node


def _words(node: ast.expr, module: Module) -> str:
    """The words of a label, "" where they are known only at work."""
    said = ast.unparse(node)
    if said == "currency" or said.endswith((".currency", "rate.unit")):
        return MONEY
    try:
        return str(eval(said, vars(import_module(module.name))))
    except NameError:
        return ""


def _most_likely(s: Stated) -> str:
    return "as stated" if _relative(s) else f"{s.value:g}"


def _range(s: Stated) -> str:
    return f"{s.low:g} to {s.high:g}" + (" times that" if _relative(s) else "")


def _relative(s: Stated) -> bool:
    """Only a range around what is stated: by convention its most likely value is 1."""
    return s.value == 1.0 and s.unit != "times"


def _link(module: str) -> str:
    short = module.removeprefix("referral_playbook.")
    return f"[`{short}`](../src/{module.replace('.', '/')}.py)"


def _outside() -> Iterator[tuple[str, ...]]:
    known = registry()
    for module in _step_modules():
        said = [call.args[0] for call in _calls(module.tree, "benchmark")]
        names = {name.value for name in said if isinstance(name, ast.Constant)}
        yield from (_figure(known[name], module.name) for name in sorted(names))


def _figure(entry: Benchmark, module: str) -> tuple[str, ...]:
    value = f"{entry.value:g}" + ("" if entry.unit == "share" else f" {entry.unit}")
    return f"`{entry.name}`", value, entry.per, entry.firmness, _link(module)


def _section(step: str) -> str:
    chapter = notebooks.chapter(step)
    rows = [(f"`{p.name}`", _default(p), p.bounds, _meaning(p)) for p in declared_for(step).values()]
    head = f"### {notebooks.title(step)}\n\nChapter: [{chapter}]({chapter})\n"
    columns = ("setting", "default", "allowed", "meaning and unit")
    return head + "\n" + (table(columns, rows) if rows else "No settings.\n")


def _default(p: Declaration) -> str:
    if p.default is None:
        return "taken or computed"
    return f"`{p.default}`" if p.default != "" else "empty"


def _meaning(p: Declaration) -> str:
    text = p.comment.replace("None = ", "if empty: ")
    return f"{text} (*shared*)" if p.shared else text
