"""Parameters are code's arguments, so they are checked like arguments, before papermill sees them.

papermill only warns at an unknown name, ignores types, pastes names raw and lets bytes, sets and paths break
out of the quoting. Here a notebook is read first; what it does not declare, or not with this type, is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from referral_playbook.contract.client import Client, ClientError, Problem
from referral_playbook.contract.client_problems import did_you_mean
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.toml_lines import line_of, lines_of_keys
from referral_playbook.run.client.declared import Parameter
from referral_playbook.run.client.values import accepted

RESERVED = ("client_dir", "results_dir")
SET = "--set"


class ParameterError(ClientError):
    """Parameters that no notebook takes; `problems` has all of them, each with file, key, value and what to do."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One value that the client or the command line gives: `step` is None where it holds for all steps."""

    step: str | None
    name: str
    value: Any
    file: str
    path: tuple[str, ...]


Declared = Mapping[str, Mapping[str, Parameter]]
"""Parameters by step and name."""


def resolve(client: Client, declared: Declared, overrides: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """The values each notebook gets beyond its defaults.

    Parameters
    ----------
    client
        Its ``[parameters]`` hold for every step that has the name, ``[parameters.<step>]`` for one step.
    declared
        What the notebooks declare, by step and name (see `declared.declared_in`).
    overrides
        Texts ``key=value`` or ``step.key=value`` from the command line; the last word on a value.

    Returns
    -------
    dict
        By step: name to value. The two folders are not in it; the runner gives them.

    Raises
    ------
    ParameterError
        With every problem found.

    Examples
    --------
    >>> from pathlib import Path
    >>> client = Client(folder=Path("."), name="A", currency="GBP", as_of=date(2026, 9, 30))
    >>> rate = Parameter(name="rate", kinds=("float", "None"), default=None)
    >>> resolve(client, {"break_even": {"rate": rate}}, ["break_even.rate=0.08"])
    {'break_even': {'rate': 0.08}}
    """
    problems: list[Problem] = []
    values: dict[str, dict[str, Any]] = {step: {} for step in declared}
    for given in (*_of_client(client), *_of_overrides(overrides, problems)):
        for step in _steps_of(given, declared, problems):
            _put(given, declared[step][given.name], values[step], problems)
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    return values


def _of_client(client: Client) -> list[Given]:
    def given(step: str | None, name: str, value: Any) -> Given:
        path = ("parameters", name) if step is None else ("parameters", step, name)
        return Given(step=step, name=name, value=value, file=str(client.file), path=path)

    shared = [given(None, name, value) for name, value in client.parameters.items()]
    return shared + [given(s, name, value) for s, own in client.step_parameters.items() for name, value in own.items()]


def _of_overrides(overrides: Iterable[str], problems: list[Problem]) -> list[Given]:
    found = []
    for text in overrides:
        key, sign, value = text.partition("=")
        step, dot, name = key.strip().rpartition(".")
        if not sign or not name:
            fix = f"Write {SET} name=value or {SET} step.name=value"
            problems.append(Problem(file=SET, problem=f"{text!r} is not name=value", fix=fix))
            continue
        path = (step, name) if dot else (name,)
        found.append(Given(step=step if dot else None, name=name, value=literal(value), file=SET, path=path))
    # What is said for all steps comes first, so that a step's own value is the last word.
    return sorted(found, key=lambda g: g.step is not None)


def literal(text: str) -> Any:
    """A value from the command line: a TOML value (or None), else the text itself.

    Examples
    --------
    >>> literal("0.08"), literal("true"), literal("2027-01-31"), literal("[1, 2]"), literal("None"), literal("a b")
    (0.08, True, datetime.date(2027, 1, 31), [1, 2], None, 'a b')
    """
    text = text.strip()
    if text == "None":
        return None
    try:
        found = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return found["value"] if found.keys() == {"value"} else text


def _steps_of(given: Given, declared: Declared, problems: list[Problem]) -> list[str]:
    """The steps that take this value; a name that none takes is a problem."""
    if given.name in RESERVED:
        problems.append(_problem(given, "the runner sets this folder", "Remove it"))
        return []
    if given.file != SET and given.step in STEPS and given.step not in declared:
        return []  # client.toml is for the whole playbook; this step's notebook is not among those at hand
    if given.step is not None and given.step not in declared:
        problems.append(_problem(given, f"there is no notebook {given.step!r}", did_you_mean(given.step, declared)))
        return []
    asked = list(declared) if given.step is None else [given.step]
    takers = [step for step in asked if given.name in declared[step]]
    if not takers:
        known = sorted({name for step in asked for name in declared[step]} - set(RESERVED))
        whose = "no step" if given.step is None else f"the step {given.step} does not"
        verb = "has" if given.step is None else "have"
        fix = did_you_mean(given.name, known) if known else "It takes no parameters: remove it"
        problems.append(_problem(given, f"{whose} {verb} a parameter of this name", fix))
    return takers


def _put(given: Given, parameter: Parameter, values: dict[str, Any], problems: list[Problem]) -> None:
    try:
        values[given.name] = accepted(given.value, parameter.kinds)
    except ValueError as refused:
        problems.append(_problem(given, str(refused), f"{parameter.name} is {parameter}"))


def _problem(given: Given, problem: str, fix: str) -> Problem:
    value = given.value.isoformat() if isinstance(given.value, date) else given.value
    shown = value if isinstance(value, (str, int, float, bool)) else repr(value)
    return Problem(file=given.file, line=_line(given), path=given.path, value=shown, problem=problem, fix=fix)


def _line(given: Given) -> int | None:
    # Found for a message alone: it takes longer than all else that an unchanged run does.
    file = Path(given.file)
    return line_of(given.path, lines_of_keys(file.read_text(encoding="utf-8-sig"))) if file.is_file() else None
