"""Problems in a client.toml: one `Problem` each, and one `ClientError` for all of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from referral_playbook.contract.client_toml.toml_lines import KeyPath, line_of, lines_of_keys


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault of the file: where, what, and what to do about it."""

    file: str
    problem: str
    fix: str
    line: int | None = None
    path: KeyPath = ()
    value: Any = None

    @property
    def key(self) -> str | None:
        return ".".join(self.path) or None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        at = "" if self.key is None else f", {self.key}"
        value = "" if self.value is None else f" = {self.value!r}"
        return f"{place}{at}{value}: {self.problem}. {self.fix}"


class ClientFaultError(ValueError):
    """What the client gave cannot be used, and the message says what to do: no fault of the playbook's."""


class CommandFaultError(ValueError):
    """What was asked for cannot be done, and the message says what to do: a fault of the command, not of the client."""


class ClientError(ClientFaultError):
    """The client folder cannot be used as it is; `problems` has every reason."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: p.line or 0))
        super().__init__("\n".join(str(p) for p in self.problems))


@dataclass
class Sheet:
    """The file under reading: its text, what it says, and the problems noted so far."""

    file: str
    text: str
    data: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        return lines_of_keys(self.text)

    def note(self, path: KeyPath, problem: str, fix: str, value: Any = None) -> None:
        """Add one problem; its line is looked up from the path of the key."""
        line = line_of(path, self._lines)
        self.problems.append(Problem(file=self.file, line=line, path=path, value=value, problem=problem, fix=fix))

    def at(self, path: KeyPath) -> Mapping[str, Any]:
        """What the file says under a key; nothing where it has no table there."""
        value: Any = self.data
        for key in path:
            value = value.get(key, {}) if isinstance(value, Mapping) else {}
        return value if isinstance(value, Mapping) else {}

    def blames(self, path: KeyPath) -> bool:
        """Whether a problem of this key is noted already."""
        return any(p.path[: len(path)] == path for p in self.problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The nearest known words where there are any, else all of them.

    Examples
    --------
    >>> did_you_mean("custmers", ["customers", "payments"])
    'Did you mean customers?'
    >>> did_you_mean("x", ["customers", "payments"])
    'Known here: customers, payments'
    """
    words = list(known)
    near = difflib.get_close_matches(word, words, n=2, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}?" if near else f"Known here: {', '.join(words)}"
