"""TOML as we write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

Scalar = float | int | str | bool


def literal(value: object) -> str:
    """Write a value as TOML does: a day bare, everything else as in JSON.

    Examples
    --------
    >>> literal(True), literal(0.25), literal('say "no"'), literal(date(2026, 9, 30)), literal(["x"])
    ('true', '0.25', '"say \\\\"no\\\\""', '2026-09-30', '["x"]')
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{name} = {literal(one)}' for name, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def entry(name: str, /, **values: object) -> str:
    """One entry of a list of tables, such as a decision; what is None is left out.

    Examples
    --------
    >>> print(entry("scenario", who="Ana", was=None, settings={"uplift": 1.5}))
    [[scenario]]
    who = "Ana"
    settings = { uplift = 1.5 }
    <BLANKLINE>
    """
    lines = [f"{key} = {literal(value)}\n" for key, value in values.items() if value is not None]
    return f"[[{name}]]\n{''.join(lines)}"
