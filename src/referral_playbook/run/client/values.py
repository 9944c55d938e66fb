"""Which values a notebook may be given: a short list, because the value becomes source code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

PLAIN = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
KINDS = PLAIN | {f"list[{kind}]": f"a list of {words}" for kind, words in PLAIN.items()} | {"None": "nothing"}
"""The types that a parameter may be declared with, in words."""


def accepted(value: Any, kinds: Sequence[str]) -> Any:
    """The value as one of the kinds.

    A whole number passes for a number, a date becomes its text. Nothing else is turned into anything else:
    ``"0.1"`` is not a number, ``1`` is not true.

    Raises
    ------
    ValueError
        With the reason.

    Examples
    --------
    >>> accepted(1, ["float", "None"]), accepted(date(2027, 1, 31), ["str"]), accepted(["web"], ["list[str]"])
    (1.0, '2027-01-31', ['web'])
    >>> accepted(b"x", ["str"])
    Traceback (most recent call last):
    ...
    ValueError: bytes cannot be given to a notebook
    """
    for kind in kinds:
        if _is(value, kind):
            return _as(value, kind)
    raise ValueError(_why_not(value, kinds))


def _is(value: Any, kind: str) -> bool:
    if kind.startswith("list["):
        return type(value) is list and all(_is(one, kind[5:-1]) for one in value)
    if kind == "None":
        return value is None
    if kind == "str":
        return type(value) in (str, date)
    if kind == "float":
        return type(value) in (float, int) and math.isfinite(value)
    return type(value).__name__ == kind


def _as(value: Any, kind: str) -> Any:
    if kind.startswith("list["):
        return [_as(one, kind[5:-1]) for one in value]
    if kind == "float":
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _why_not(value: Any, kinds: Sequence[str]) -> str:
    wanted = " or ".join(KINDS[kind] for kind in kinds if kind != "None")
    if type(value) in (list, float, int, str, bool, type(None)):
        return f"not {wanted}"
    if isinstance(value, datetime):
        return "a date with a time; give the day alone"
    if isinstance(value, date):
        return f"a date, not {wanted}"
    return f"{type(value).__name__} cannot be given to a notebook"
