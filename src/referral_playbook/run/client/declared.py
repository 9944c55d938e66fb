"""What a notebook declares in its `parameters` cell: names, types and defaults."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from referral_playbook.contract.settings.declarations import PYTHON

TAG = "parameters"
KINDS = frozenset({*PYTHON.values(), *(f"list[{kind}]" for kind in PYTHON.values()), "None"})
"""The types that a cell may declare, for a value becomes source code there."""


def declared_in(sources: Sequence[str], *, where: str | Path = "notebook") -> dict[str, Any]:
    """The parameters that a notebook declares, in their order, with their defaults.

    The sources are those of the cells with the tag `parameters`: one, or none. Messages name the file `where`.

    More than one cell, or a cell with anything but annotated assignments of literals, raises ValueError: a fault of the
    notebook, not of a client.

    Examples
    --------
    >>> declared_in(["rate: float | None = None  # share, per qualified referral"])
    {'rate': None}
    """
    if len(sources) > 1:
        raise ValueError(f"{where}: more than one cell has the tag {TAG!r}")
    return dict(_parameter(node, where) for source in sources for node in ast.parse(source).body)


def _parameter(node: ast.stmt, where: str | Path) -> tuple[str, Any]:
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name) or node.value is None:
        raise ValueError(f"{where}, parameters, line {node.lineno}: write name: type = default  # unit")
    name, kinds = node.target.id, [part.strip() for part in ast.unparse(node.annotation).split("|")]
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"{where}, parameters, {name}: no such type here: {', '.join(unknown)}")
    try:
        return name, ast.literal_eval(node.value)
    except ValueError:
        raise ValueError(f"{where}, parameters, {name}: the default is not a literal") from None
