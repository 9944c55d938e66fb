"""What a parameter is: type, unit, bounds, default and meaning, declared once in `parameters.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

Value = None | str | float | int | bool | tuple[str, ...] | tuple[float, ...] | tuple[int, ...]


class Kind(StrEnum):
    """The type of a parameter, as `parameters.toml` writes it."""

    NUMBER = "number"
    COUNT = "count"
    TEXT = "text"
    FLAG = "flag"
    NUMBERS = "numbers"
    COUNTS = "counts"
    TEXTS = "texts"

    @property
    def of_one(self) -> Kind:
        """The type of one entry: of a list, its entries' type."""
        return Kind(self.value.removesuffix("s"))

    @property
    def is_list(self) -> bool:
        return self.value.endswith("s")


LARGEST = 1e15
PYTHON = {Kind.NUMBER: "float", Kind.COUNT: "int", Kind.TEXT: "str", Kind.FLAG: "bool"}
IN_WORDS = {Kind.NUMBER: "a number", Kind.COUNT: "a whole number", Kind.TEXT: "text", Kind.FLAG: "true or false"}


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """One parameter of the playbook.

    "money" stands for the client's currency in `unit`. `default` is None where the parameter is empty unless somebody
    sets it; where it may be empty (`optional`), `empty` says what happens then. Bounds are both allowed; `choices` are
    the only texts allowed, and a text must match `pattern` as a whole. `steps` have it in their notebook's parameter
    cell; a `shared` one has one value for the whole run, wherever it is set. `was` is an earlier name, which is still
    accepted.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    steps: tuple[str, ...]
    default: Any = None
    optional: bool = False
    empty: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    shared: bool = False
    was: str | None = None

    @property
    def annotation(self) -> str:
        """Its type in Python, as a notebook's parameter cell writes it."""
        one = PYTHON[self.kind.of_one]
        return (f"list[{one}]" if self.kind.is_list else one) + (" | None" if self.optional else "")

    @property
    def bounds(self) -> str:
        """The values allowed, in words; empty where every value of the type is.

        Examples
        --------
        >>> declarations()["conversion_rate"].bounds, declarations()["owner"].bounds
        ('from 0 to 1', '')
        """
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.low is None and self.high is None:
            return self.unit if self.pattern else ""
        low = "" if self.low is None else f"from {self.low:,g}"
        return f"{low} to {self.high:,g}".strip() if self.high is not None else f"{low} up"

    @property
    def kind_in_words(self) -> str:
        """Its type for a reader: "a number", "a list of texts"."""
        one = IN_WORDS[self.kind.of_one]
        return f"a list, each {one}" if self.kind.is_list else one

    @property
    def comment(self) -> str:
        """Meaning and unit in one line, for the parameter cell and for messages."""
        unit = " or ".join(self.choices) or self.unit
        meaning = f"{self.meaning} ({unit})" if unit else self.meaning
        return f"{meaning}; None = {self.empty}" if self.optional else meaning

    def __str__(self) -> str:
        allowed = ", ".join(part for part in (self.kind_in_words, self.bounds) if part)
        return f"{self.name} is {allowed} ({self.comment})"

    def accept(self, value: Any) -> Value:
        """The value in its Python type, lists as tuples.

        A whole number passes for a number and a date for its text; nothing else is turned into anything else:
        ``"0.1"`` is not a number, ``1`` is not true.

        Another type, or a value outside the bounds, raises ValueError, whose message says which.

        Examples
        --------
        >>> declarations()["conversion_rate"].accept(8)
        Traceback (most recent call last):
        ...
        ValueError: 8 is outside its bounds, from 0 to 1
        """
        if value is None:
            if not self.optional:
                raise ValueError(f"it cannot be empty; its default is {self.default!r}")
            return None
        if not self.kind.is_list:
            accepted: Value = self._one(value)
            return accepted
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"not {self.kind_in_words}")
        return tuple(self._one(entry) for entry in value)

    def _one(self, value: Any) -> Any:
        accepted: Any = _typed(value, self.kind.of_one)
        if isinstance(accepted, str):
            self._check_text(accepted)
        elif not isinstance(accepted, bool):
            self._check_bounds(accepted)
        return accepted

    def _check_bounds(self, value: float) -> None:
        too_low = self.low is not None and value < self.low
        too_high = self.high is not None and value > self.high
        if too_low or too_high:
            raise ValueError(f"{value:g} is outside its bounds, {self.bounds}")

    def _check_text(self, value: str) -> None:
        if self.choices and value not in self.choices:
            raise ValueError(f"{value!r} is not one of {', '.join(self.choices)}")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise ValueError(f"{value!r} is not written as {self.unit}")


def _typed(value: Any, kind: Kind) -> Any:
    if kind is Kind.TEXT and type(value) in (str, date):
        return value.isoformat() if isinstance(value, date) else value
    if type(value) in (float, int) and not abs(value) <= LARGEST:
        raise ValueError("not a number below 1e15" if abs(value) > LARGEST else "not a number")
    if kind is Kind.NUMBER and type(value) in (float, int):
        return float(value)
    if type(value).__name__ == PYTHON[kind] and kind is not Kind.NUMBER:
        return value
    raise ValueError(_why_not(value, kind))


def _why_not(value: Any, kind: Kind) -> str:
    if type(value) in (list, tuple, float, int, str, bool, type(None)):
        return f"not {IN_WORDS[kind]}"
    if isinstance(value, datetime):
        return "a date with a time; give the day alone"
    if isinstance(value, date):
        return f"a date, not {IN_WORDS[kind]}"
    return f"{type(value).__name__} cannot be a parameter"


@cache
def declarations() -> Mapping[str, Declaration]:
    """Every declared parameter by name, in the order of the file."""
    text = files("referral_playbook.contract").joinpath("parameters.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)
    return MappingProxyType({name: _declaration(name, entry) for name, entry in entries.items()})


def _declaration(name: str, entry: dict[str, Any]) -> Declaration:
    kind = Kind(entry.pop("type"))
    fields: dict[str, Any] = {
        key: tuple(value) if key in ("steps", "choices") else value for key, value in entry.items()
    }
    optional = bool(fields.pop("optional", "default" not in fields))
    return Declaration(name=name, kind=kind, optional=optional, **fields)


def declared_for(step: str) -> dict[str, Declaration]:
    """The parameters in the cell of one step's notebook, by name."""
    return {name: entry for name, entry in declarations().items() if step in entry.steps}


def readable_by(step: str) -> dict[str, Declaration]:
    """The parameters that a step can read, by name: its own and every shared one."""
    return {name: entry for name, entry in declarations().items() if entry.shared or step in entry.steps}


def current_name(name: str, step: str | None) -> str:
    """The name that a parameter has now: an earlier one is translated, for the step where there are several.

    Examples
    --------
    >>> current_name("months", "break_even"), current_name("purse", None)
    ('break_even_months', 'purse')
    """
    if name in declarations():
        return name
    for entry in declarations().values():
        if entry.was == name and step in entry.steps:
            return entry.name
    return name
