"""What a notebook declares in its `parameters` cell: names, types, defaults, units."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from referral_playbook.contract.settings.declarations import PYTHON

TAG = "parameters"
KINDS = frozenset({*PYTHON.values(), *(f"list[{kind}]" for kind in PYTHON.values()), "None"})
"""The types that a cell may declare, for a value becomes source code there."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One declared parameter: `kinds` are the types it may have, `says` is its comment (unit, what it is)."""

    name: str
    kinds: tuple[str, ...]
    default: Any
    says: str = ""


def declared_in(sources: Sequence[str], *, where: str | Path = "notebook") -> dict[str, Parameter]:
    """The parameters that a notebook declares, in their order.

    Parameters
    ----------
    sources
        Sources of the cells with the tag `parameters`: one, or none.
    where
        Its file, for messages.

    Raises
    ------
    ValueError
        More than one cell, or a cell with anything but annotated assignments of literals: a fault of the notebook,
        not of a client.

    Examples
    --------
    >>> declared_in(["rate: float | None = None  # share, per qualified referral"])["rate"].kinds
    ('float', 'None')
    """
    if len(sources) > 1:
        raise ValueError(f"{where}: more than one cell has the tag {TAG!r}")
    parameters = [_parameter(node, _comments(source), where) for source in sources for node in ast.parse(source).body]
    return {parameter.name: parameter for parameter in parameters}


def _parameter(node: ast.stmt, says: Mapping[int, str], where: str | Path) -> Parameter:
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name) or node.value is None:
        raise ValueError(f"{where}, parameters, line {node.lineno}: write name: type = default  # unit")
    kinds = tuple(part.strip() for part in ast.unparse(node.annotation).split("|"))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"{where}, parameters, {node.target.id}: no such type here: {', '.join(unknown)}")
    try:
        default = ast.literal_eval(node.value)
    except ValueError:
        raise ValueError(f"{where}, parameters, {node.target.id}: the default is not a literal") from None
    return Parameter(name=node.target.id, kinds=kinds, default=default, says=says.get(node.end_lineno or 0, ""))


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {t.start[0]: t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT}
