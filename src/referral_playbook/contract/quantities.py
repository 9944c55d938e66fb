"""What each number of a result is: title, meaning, formula, inputs, and what would measure it better."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """One number that results carry under the same name.

    `title` and `meaning` are for a reader; `formula` and `symbols`, which may be empty, say how it is computed from
    `inputs`, the names of estimates. `function` computes it (dotted, without the package's name), and `better` says
    what would measure it better.
    """

    name: str
    title: str
    meaning: str
    formula: str
    function: str
    better: str
    symbols: str = ""
    inputs: tuple[str, ...] = ()

    @property
    def formula_text(self) -> str:
        """How it is computed, in words and, where there are any, in symbols."""
        return f"{self.formula} In symbols: {self.symbols}" if self.symbols else self.formula


@cache
def quantities() -> Mapping[str, Quantity]:
    """Every quantity of `quantities.toml` by name.

    Examples
    --------
    >>> quantities()["unit_contribution"].symbols
    's V − R'
    """
    text = files("referral_playbook.contract").joinpath("quantities.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)
    return MappingProxyType({name: _quantity(name, entry) for name, entry in entries.items()})


def _quantity(name: str, entry: dict[str, str | list[str]]) -> Quantity:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Quantity(name=name, **fields)


def title(name: str) -> str:
    """What a reader calls a number; its name in plain words where it is not described.

    Examples
    --------
    >>> title("nrr"), title("some_new_number")
    ('Net revenue retention (NRR)', 'Some new number')
    """
    entry = quantities().get(name)
    return entry.title if entry else name.replace("_", " ").capitalize()
