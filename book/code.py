"""The package's source as a graph: which definition names which others. Read, not run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "referral_playbook"
SRC = Path(__file__).resolve().parents[1] / "src"


@dataclass(frozen=True, kw_only=True)
class Module:
    """One module: its tree, what it imports (name in the module -> dotted name) and what it defines at the top."""

    name: str
    path: Path
    tree: ast.Module
    imports: dict[str, str]
    defines: dict[str, ast.stmt]


@cache
def modules() -> dict[str, Module]:
    """All modules of the package by dotted name."""
    paths = sorted((SRC / PACKAGE).rglob("*.py"))
    found = (_read(path) for path in paths)
    return {module.name: module for module in found}


def _read(path: Path) -> Module:
    name = ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return Module(name=name, path=path, tree=tree, imports=imports(tree), defines=dict(_defined(tree)))


def imports(tree: ast.Module) -> dict[str, str]:
    """Name to what it stands for, of the imports from this package.

    Examples
    --------
    >>> imports(ast.parse("from referral_playbook.steps import pmf_check as fit"))
    {'fit': 'referral_playbook.steps.pmf_check'}
    """
    lines = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [node for node in lines if (node.module or "").startswith(PACKAGE)]
    return {alias.asname or alias.name: f"{node.module}.{alias.name}" for node in ours for alias in node.names}


def _defined(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            yield from ((name, node) for name in assigned(node))


def assigned(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """The names that an assignment gives a value to."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]


@cache
def named_by() -> dict[str, frozenset[str]]:
    """Definition to the definitions of the package that its body names."""
    return {
        f"{module.name}.{name}": frozenset(references(node, module.imports, module.name))
        for module in modules().values()
        for name, node in module.defines.items()
    }


@cache
def naming() -> dict[str, frozenset[str]]:
    """Definition to the definitions that name it."""
    found: dict[str, set[str]] = {}
    for name, named in named_by().items():
        for other in named:
            found.setdefault(other, set()).add(name)
    return {name: frozenset(others) for name, others in found.items()}


def references(node: ast.AST, known: dict[str, str], inside: str = "") -> Iterator[str]:
    """Dotted names of the package's definitions that a piece of source names."""
    for part in ast.walk(node):
        dotted = _dotted(part, known, inside)
        if dotted and (found := definition(dotted)):
            yield found


def _dotted(node: ast.AST, known: dict[str, str], inside: str) -> str:
    if isinstance(node, ast.Name):
        return known.get(node.id, f"{inside}.{node.id}" if inside else "")
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, known, inside)
        return f"{before}.{node.attr}" if before else ""
    return ""


@cache
def definition(dotted: str) -> str:
    """The top-level definition that a dotted name leads to, "" where there is none.

    Examples
    --------
    >>> definition("referral_playbook.contract.evidence.Estimate.defined")
    'referral_playbook.contract.estimate.Estimate'
    >>> definition("referral_playbook.steps.no_such.thing")
    ''
    """
    parts = dotted.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = modules().get(".".join(parts[:end]))
        if module and parts[end] in module.defines:
            return f"{module.name}.{parts[end]}"
        if module and (other := module.imports.get(parts[end])):  # the module passes another's definition on
            return definition(".".join([other, *parts[end + 1 :]]))
    return ""
