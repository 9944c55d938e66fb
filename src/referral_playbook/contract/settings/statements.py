"""Who sets which parameter: client.toml, decisions.toml and --set, read into one value per quantity.

A shared quantity has one value in a run, wherever it is set. What client.toml says is overruled by the newest decision
of decisions.toml, and both by the command line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from referral_playbook.contract.client_toml.problems import ClientError, Problem, did_you_mean
from referral_playbook.contract.client_toml.toml_lines import line_in_message, line_of, lines_of_keys
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.settings.declarations import Declaration, current_name, declarations, readable_by

CLIENT_FILE, DECISIONS_FILE, SCENARIOS_FILE, SET = "client.toml", "decisions.toml", "scenarios.toml", "--set"
RESERVED = ("client_dir", "results_dir")
DECISION_KEYS = ("parameter", "value", "was", "who", "when", "why")
NEEDED_KEYS = ("parameter", "value", "who", "when")


class ParameterError(ClientError):
    """Parameters that cannot be used; `problems` has all of them, each with file, line, value, bounds and advice."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One value that somebody sets.

    `step` is None where it was set for all steps. `file` is the file as messages name it, or ``--set``, and `path` the
    key there; its `line`, where it is not known yet, is looked up when a message needs it. `by` says who took a
    decision, and when.
    """

    name: str
    value: Any
    step: str | None
    file: str
    path: tuple[str, ...]
    line: int | None = None
    by: str = ""

    @property
    def rank(self) -> int:
        """Which statement overrules which: a higher one does."""
        return (CLIENT_FILE, DECISIONS_FILE, SCENARIOS_FILE, SET).index(self._source)

    @property
    def origin(self) -> str:
        """Where the value was set, in words."""
        return f"{self._source} ({self.by})" if self.by else self._source

    @property
    def _source(self) -> str:
        return self.file if self.file == SET else Path(self.file).name

    @property
    def key(self) -> str:
        """The parameter as it was written, with its step."""
        return f"{self.step}.{self.name}" if self.step else self.name

    def problem(self, problem: str, fix: str) -> Problem:
        """A problem with this statement, with its place."""
        value = self.value.isoformat() if isinstance(self.value, date) else self.value
        shown = value if isinstance(value, (str, int, float, bool)) else repr(value)
        line = self._line()
        return Problem(file=self.file, line=line, path=self.path, value=shown, problem=problem, fix=fix)

    def _line(self) -> int | None:
        # Found for a message alone: it takes longer than all else that an unchanged run does.
        file = Path(self.file)
        if self.line is not None or not file.is_file():
            return self.line
        return line_of(self.path, lines_of_keys(file.read_text(encoding="utf-8-sig")))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that was set for a run: the one value of each parameter, and where it was set.

    What nobody set is not in it. `notes` are what the reader of the report should know: a shared value that was set
    for one step, an earlier name.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """For the manifest: every parameter that was set, with its value and where."""
        return {name: {"value": value, "origin": self.origins[name]} for name, value in self.values.items()}

    def of_step(self, step: str) -> dict[str, Any]:
        """What one step can read of it: its own parameters and the shared ones."""
        known = readable_by(step)
        return {name: value for name, value in self.values.items() if name in known}


def settle(statements: Sequence[Statement], problems: Iterable[Problem] = ()) -> Settings:
    """One value per parameter out of everything that was stated.

    They stand in the order in which they were made; a later one of the same kind overrules an earlier one. `problems`
    were found while reading them and are raised with those found here.

    ParameterError tells of an unknown name or step, a wrong type, a value out of bounds, or two values for one quantity
    in client.toml.

    Examples
    --------
    >>> settle(statements_of_overrides(["break_even.conversion_rate=0.08"])).values["conversion_rate"]
    0.08
    """
    faults, notes = list(problems), list[str]()
    by_name: dict[str, tuple[Statement, Any]] = {}
    for statement in sorted(statements, key=lambda s: s.rank):
        if not (name := _known_name(statement, faults)):
            continue
        value = _accepted(statement, declarations()[name], faults)
        notes += _notes(statement, name)
        if name in by_name:
            faults += _contradiction(by_name[name], statement, value)
        by_name[name] = statement, value
    if faults:
        raise ParameterError(list(dict.fromkeys(faults)))
    stated = {name: pair for name, pair in by_name.items() if pair[1] is not None}
    return Settings(
        values={name: value for name, (_, value) in stated.items()},
        origins={name: statement.origin for name, (statement, _) in stated.items()},
        notes=tuple(dict.fromkeys(notes)),
    )


def _known_name(statement: Statement, problems: list[Problem]) -> str | None:
    if statement.name in RESERVED:
        problems.append(statement.problem("the runner sets this folder", "Remove it"))
        return None
    if statement.step is not None and statement.step not in STEPS:
        problems.append(statement.problem("there is no such step", did_you_mean(statement.step, STEPS)))
        return None
    name = current_name(statement.name, statement.step)
    entry = declarations().get(name)
    if entry is None:
        problems.append(statement.problem("there is no such parameter", _name_advice(statement)))
        return None
    if statement.step is not None and name not in readable_by(statement.step):
        owner = " or ".join(entry.steps)
        problems.append(statement.problem(f"{statement.step} has no such parameter", f"It belongs to {owner}"))
        return None
    return name


def _name_advice(statement: Statement) -> str:
    if meanings := [entry for entry in declarations().values() if entry.was == statement.name]:
        names = ", ".join(f"{entry.name} ({entry.meaning})" for entry in meanings)
        return f"It has several meanings. Use one of: {names}"
    step = statement.step
    near = did_you_mean(statement.name, declarations() if step is None else readable_by(step))
    return near if step or near.startswith("Did") else "The page of assumptions in the playbook lists them all"


def _accepted(statement: Statement, entry: Declaration, problems: list[Problem]) -> Any:
    if statement.value is None:  # --set name=None: as if nobody had set it
        return None
    try:
        value = entry.accept(statement.value)
    except ValueError as refused:
        problems.append(statement.problem(str(refused), str(entry)))
        return None
    return list(value) if isinstance(value, tuple) else value


def _notes(statement: Statement, name: str) -> list[str]:
    notes = []
    if name != statement.name:
        notes.append(f"{statement.name} of {statement.step} is now called {name}.")
    if statement.step is not None and declarations()[name].shared:
        notes.append(f"{name} was set for {statement.step} and applies to every step that uses it.")
    return notes


def _contradiction(earlier: tuple[Statement, Any], later: Statement, value: Any) -> list[Problem]:
    """Two values in client.toml: there, unlike in decisions, no order says which one holds."""
    statement, other = earlier
    if statement.rank or later.rank or other == value:
        return []
    problem = f"the same quantity is {other!r} under {'.'.join(statement.path)}"
    return [later.problem(problem, "It has one value in all steps: keep one of the two")]


def statements_of_client(data: Mapping[str, Any], file: str | Path) -> list[Statement]:
    """What ``[parameters]`` and ``[parameters.<step>]`` of a client.toml say."""
    parameters = data.get("parameters", {})
    if not isinstance(parameters, Mapping):
        return []
    problems = []
    for key, value in parameters.items():
        if isinstance(value, Mapping):
            for name, own in value.items():
                path = ("parameters", key, name)
                problems.append(Statement(name=name, value=own, step=key, file=str(file), path=path))
        else:
            problems.append(Statement(name=key, value=value, step=None, file=str(file), path=("parameters", key)))
    return problems


def statements_of_decisions(folder: Path, problems: list[Problem]) -> list[Statement]:
    """What decisions.toml of a client folder says, oldest first; nothing where there is no such file."""
    file = folder / DECISIONS_FILE
    return [_decision(file, *one) for one in sound_entries(file, "decision", NEEDED_KEYS, DECISION_KEYS, problems)]


def sound_entries(
    file: Path, kind: str, needed: Collection[str], known: Collection[str], problems: list[Problem]
) -> list[tuple[Mapping[str, Any], int | None]]:
    """The entries ``[[kind]]`` of a file that have the keys they need and no other, each with its line.

    There is none where there is no file. What is wrong with the others is added to `problems`.
    """
    if not file.is_file():
        return []
    text = file.read_text(encoding="utf-8-sig")
    try:
        entries = tomllib.loads(text).get(kind, [])
    except tomllib.TOMLDecodeError as error:
        fix = "Undo the last change to the file, or ask for help with it"
        line = line_in_message(error, text)
        problems.append(Problem(file=str(file), line=line, problem=f"not TOML: {error}", fix=fix))
        return []
    lines = [n for n, row in enumerate(text.split("\n"), 1) if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", row)]
    places: list[int | None] = [*lines] if len(lines) == len(entries) else [None] * len(entries)
    sound: list[tuple[Mapping[str, Any], int | None]] = []
    for entry, place in zip(entries, places, strict=True):
        wrong = {key: "missing" for key in needed if key not in entry}
        wrong |= {key: "no such key" for key in entry if key not in known}
        fix = f"A {kind} has {', '.join(known)}"
        problems += [
            Problem(file=str(file), line=place, path=(kind, key), problem=problem, fix=fix)
            for key, problem in wrong.items()
        ]
        if not wrong:
            sound.append((entry, place))
    return sound


def _decision(file: Path, entry: Mapping[str, Any], line: int | None) -> Statement:
    step, _, name = str(entry["parameter"]).rpartition(".")
    when = entry["when"].isoformat()[:10] if isinstance(entry["when"], date) else str(entry["when"])
    return Statement(
        name=name,
        value=None if entry["value"] == "None" else entry["value"],
        step=step or None,
        file=str(file),
        path=("decision", str(entry["parameter"])),
        line=line,
        by=f"{entry['who']}, {when}",
    )


def statements_of_overrides(overrides: Iterable[str], problems: list[Problem] | None = None) -> list[Statement]:
    """What ``--set name=value`` or ``--set step.name=value`` say, in their order."""
    statements = []
    for text in overrides:
        key, sign, value = text.partition("=")
        step, dot, name = key.strip().rpartition(".")
        if sign and name:
            path = (step, name) if dot else (name,)
            statements.append(
                Statement(name=name, value=literal(value), step=step if dot else None, file=SET, path=path)
            )
        elif problems is not None:
            fix = f"Write {SET} name=value or {SET} step.name=value"
            problems.append(Problem(file=SET, problem=f"{text!r} is not name=value", fix=fix))
    return statements


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
        problems = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return problems["value"] if problems.keys() == {"value"} else text


def settings_of(folder: str | Path, overrides: Iterable[str] = ()) -> Settings:
    """What is set for a client folder: client.toml, then decisions.toml, then `overrides`.

    ParameterError has every problem found.
    """
    root, problems = Path(folder), list[Problem]()
    file = root / CLIENT_FILE
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        data = {}  # `read_client` says better what is wrong with the file
    statements = [
        *statements_of_client(data, file),
        *statements_of_decisions(root, problems),
        *statements_of_overrides(overrides, problems),
    ]
    return settle(statements, problems)
