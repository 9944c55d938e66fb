"""The values of the parameters that one step works with, checked and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from referral_playbook.contract.client_toml.problems import ClientFaultError, did_you_mean
from referral_playbook.contract.settings.declarations import (
    Declaration,
    Kind,
    Value,
    current_name,
    declarations,
    readable_by,
)

T = TypeVar("T")


class ParameterValueError(ClientFaultError):
    """A parameter has a value that it cannot take; the message names it, its bounds and its meaning."""


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """The parameters of one step: those of its own and every shared one.

    Each getter returns one type, so that a step needs no checks of its own: ``parameters.number("go")``. The
    `optional_*` getters return None where the parameter is empty.

    `values` is complete, with the default where nobody set one, and lists are tuples.

    Examples
    --------
    >>> parameters = Parameters.of("break_even", conversion_rate=0.08)
    >>> parameters.optional_number("conversion_rate"), parameters.optional_number("purse"), parameters.number("go")
    (0.08, None, 0.8)
    """

    step: str
    values: Mapping[str, Value]

    @classmethod
    def of(cls, step: str, /, **stated: Any) -> Parameters:
        """The defaults of a step, overlaid by what was stated.

        A name that the step does not have, a wrong type or a value out of bounds raises ParameterValueError.
        """
        defaults = {name: entry.accept(entry.default) for name, entry in readable_by(step).items()}
        return cls(step=step, values=MappingProxyType(defaults)).with_(**stated)

    def with_(self, **changes: Any) -> Parameters:
        """The same parameters with some values changed, for a what-if."""
        known = readable_by(self.step)
        changed = {name: _accepted(self.step, name, value, known) for name, value in changes.items()}
        return Parameters(step=self.step, values=MappingProxyType({**self.values, **changed}))

    def number(self, name: str) -> float:
        return _not_empty(name, self.optional_number(name))

    def optional_number(self, name: str) -> float | None:
        value: float | None = self._get(name, Kind.NUMBER)
        return value

    def count(self, name: str) -> int:
        return _not_empty(name, self.optional_count(name))

    def optional_count(self, name: str) -> int | None:
        value: int | None = self._get(name, Kind.COUNT)
        return value

    def text(self, name: str) -> str:
        return _not_empty(name, self.optional_text(name))

    def optional_text(self, name: str) -> str | None:
        value: str | None = self._get(name, Kind.TEXT)
        return value

    def flag(self, name: str) -> bool:
        return bool(self._get(name, Kind.FLAG))

    def texts(self, name: str) -> tuple[str, ...]:
        return _not_empty(name, self.optional_texts(name))

    def optional_texts(self, name: str) -> tuple[str, ...] | None:
        value: tuple[str, ...] | None = self._get(name, Kind.TEXTS)
        return value

    def optional_numbers(self, name: str) -> tuple[float, ...] | None:
        value: tuple[float, ...] | None = self._get(name, Kind.NUMBERS)
        return value

    def optional_counts(self, name: str) -> tuple[int, ...] | None:
        value: tuple[int, ...] | None = self._get(name, Kind.COUNTS)
        return value

    def _get(self, name: str, kind: Kind) -> Any:
        if name not in self.values:
            raise KeyError(f"{self.step} has no parameter {name!r}; declare it in contract/parameters.toml")
        declared = declarations()[name].kind
        if declared is not kind:
            raise TypeError(f"{name} is declared as {declared.value}, not {kind.value}; use the getter of its type")
        return self.values[name]


def _accepted(step: str, name: str, value: Any, known: Mapping[str, Declaration]) -> Value:
    if name not in known:
        raise ParameterValueError(f"{step} has no parameter {name!r}. {did_you_mean(name, known)}")
    try:
        return known[name].accept(value)
    except ValueError as refused:
        raise ParameterValueError(f"{name} = {value!r}: {refused}. {known[name]}") from None


def _not_empty(name: str, value: T | None) -> T:
    if value is None:
        raise ParameterValueError(f"{name} is empty. Set it: {declarations()[name]}")
    return value


def stated_in_cell(step: str, cell: Mapping[str, Any]) -> dict[str, Any]:
    """What a notebook's parameter cell sets: its values that are not the declared default.

    `cell` is any mapping with the names in it, such as ``globals()``; other names are ignored. An earlier name of a
    parameter counts as the parameter.

    Examples
    --------
    >>> stated_in_cell("break_even", {"months": 24, "purse": None, "go": 0.8, "client": "x"})
    {'break_even_months': 24}
    """
    known, former_names = readable_by(step), {e.was for e in declarations().values() if e.was}
    names = {name: current_name(name, step) for name in cell if name in known or name in former_names}
    return {names[n]: cell[n] for n in names if names[n] in known and cell[n] != known[names[n]].default}
