"""The client folder's `client.toml`: what it may say, and what is wrong where.

`read_client` gives a `Client` or one `ClientError` that lists every problem with file, line, key, value and
what to do. Whether the tables themselves are sound is the business of `intake`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from referral_playbook.contract.client_toml import checks, table_checks
from referral_playbook.contract.client_toml.problems import ClientError, Problem, Sheet, did_you_mean
from referral_playbook.contract.client_toml.table import Condition, JoinSpec, Model, Rate, TableSpec, Text
from referral_playbook.contract.client_toml.toml_lines import line_in_message
from referral_playbook.contract.settings.scenarios import read_scenarios
from referral_playbook.contract.settings.statements import (
    ParameterError,
    Settings,
    Statement,
    settle,
    statements_of_client,
    statements_of_decisions,
)
from referral_playbook.contract.tables import TABLES

__all__ = ["FILE", "Client", "ClientError", "Condition", "JoinSpec", "Problem", "Rate", "TableSpec", "read_client"]

FILE = "client.toml"
MOST_BYTES = 1 << 20
MOST_KEYS = 2_000
M = TypeVar("M", bound=BaseModel)


class _About(Model):
    name: Text
    currency: str
    as_of: date
    time_unit: str = "month"
    timezone: Text | None = None
    language: Text | None = None
    rates: dict[str, Rate] = Field(default_factory=dict)


class _Head(_About):
    hard_links: bool = False
    tables: dict[str, dict[str, Any]] = Field(default_factory=dict)
    parameters: dict[str, Any] = Field(default_factory=dict)


class Client(_About):
    """A client as `client.toml` describes it.

    `statements` are the parameters that it sets; `folder` is where the files are. Days are those of `timezone`;
    without one a day is as it is written. Numbers and dates are written in `language`, such as de-DE. `rates` has a
    declared exchange rate by currency.
    """

    folder: Path
    tables: dict[str, TableSpec] = Field(default_factory=dict)
    statements: tuple[Statement, ...] = ()

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def settings(self) -> Settings:
        """The parameters that the client set, one value each."""
        return settle(self.statements)


def read_client(folder: str | Path) -> Client:
    """Read ``<folder>/client.toml``.

    The client is frozen, and the files that it names exist and lie inside the folder.

    Raises
    ------
    ClientError
        With every problem found, each with file, line, key, value and what to do.

    Examples
    --------
    >>> read_client("no/such/folder")
    Traceback (most recent call last):
    ...
    referral_playbook.contract.client_toml.problems.ClientError: no/such/folder: there is no such folder. Give the \
folder that holds client.toml, for example data/brightdesk
    """
    root = Path(folder)
    text = _text(root)
    sheet = Sheet(file=str(root / FILE), text=text, data=_parsed(root / FILE, text))
    client = _client(root, sheet)
    if client is None or sheet.problems:
        raise ClientError(sheet.problems)
    return client


def _text(root: Path) -> str:
    path = root / FILE
    if not os.path.isdir(root):  # unlike `Path.is_dir` it takes a name that is longer than any file's
        fix = "Give the folder that holds client.toml, for example data/brightdesk"
        raise _refused(root, "there is no such folder", fix)
    if not path.is_file():
        raise _refused(path, "there is no such file", f"Start one with: playbook init {root}")
    if not path.resolve().is_relative_to(root.resolve()):
        fix = "Put the file itself into the client folder, not a link"
        raise _refused(path, "the file is a link out of the client folder", fix)
    if path.stat().st_size > MOST_BYTES:
        raise _refused(path, f"larger than {MOST_BYTES >> 10} KB", "Keep data out of client.toml")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise _refused(path, "not UTF-8 text", "Save the file as UTF-8", line) from None


def _refused(file: Path, problem: str, fix: str, line: int | None = None) -> ClientError:
    return ClientError([Problem(file=str(file), problem=problem, fix=fix, line=line)])


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
        keys = _keys(data)
    except tomllib.TOMLDecodeError as error:
        fix = 'Text stands in quotes, dates do not: name = "Brightdesk", as_of = 2026-09-30'
        raise _refused(path, f"not TOML: {error}", fix, line_in_message(error, text)) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or hundreds of brackets within each other
        fix = "Remove the very long number or the deeply nested value"
        raise _refused(path, "a number is too long or brackets are too deep to be read", fix) from None
    if keys > MOST_KEYS:
        raise _refused(path, f"{keys:,} keys, and at most {MOST_KEYS:,} are read", "Keep data out of client.toml")
    return data


def _keys(data: Any) -> int:
    """How many keys there are at all depths."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return sum(_keys(value) for value in inner) + (len(data) if isinstance(data, dict) else 0)


def _client(root: Path, sheet: Sheet) -> Client | None:
    head = _validated(_Head, sheet.data, (), sheet)
    raw = sheet.data.get("tables", {})
    tables = _tables(root, raw if isinstance(raw, Mapping) else {}, sheet)
    if head and not head.hard_links and checks.has_name_outside(root / FILE, root):
        sheet.note((), f"{FILE} also has a name outside the client folder (a hard link)", checks.HARD_LINK)
    for check in (
        checks.name,
        checks.currency,
        checks.as_of,
        checks.time_unit,
        checks.timezone,
        checks.language,
        checks.rates,
    ):
        check(sheet)
    statements = _statements(root, sheet)
    if head is None:
        return None
    plain = head.model_dump(exclude={"tables", "parameters", "hard_links"})
    return Client(folder=root, tables=tables, statements=statements, **plain)


def _statements(root: Path, sheet: Sheet) -> tuple[Statement, ...]:
    """The parameters that the client set; what is wrong with them goes to the other problems of the file."""
    problems: list[Problem] = []
    statements = [*statements_of_client(sheet.data, root / FILE), *statements_of_decisions(root, problems)]
    try:
        settle(statements, problems)
        read_scenarios(root)
    except ParameterError as error:
        sheet.problems.extend(error.problems)
    return tuple(statements)


def _tables(root: Path, raw: Mapping[str, Any], sheet: Sheet) -> dict[str, TableSpec]:
    if not raw and "tables" not in {p.path[0] for p in sheet.problems if p.path}:
        sheet.note(("tables",), "no table is named", 'Add at least one: [tables.customers] with file = "customers.csv"')
    out: dict[str, TableSpec] = {}
    for name, entry in raw.items():
        if name not in TABLES:
            sheet.note(("tables", name), "no such table", did_you_mean(name, TABLES))
        elif isinstance(entry, Mapping) and (spec := _validated(TableSpec, entry, ("tables", name), sheet)):
            table_checks.table(TABLES[name], spec, root, sheet)
            out[name] = spec
    return out


def _validated(model: type[M], data: Any, above: tuple[str, ...], sheet: Sheet) -> M | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for problem in error.errors():
            inner = _path_in(problem["loc"], data)
            if problem["type"] == "missing" or not sheet.blames((*above, *inner)):
                checks.shape(problem, (*above, *inner), _keys_at(model, problem["loc"]), sheet)
        return None


def _path_in(loc: tuple[int | str, ...], data: Any) -> tuple[str, ...]:
    """The keys of an error as the file has them: pydantic adds names of types and of keys that we filled in."""
    path: list[str] = []
    for part in loc:
        if isinstance(part, int) and isinstance(data, Mapping):  # one table, where a list of them is allowed too
            continue
        if not isinstance(data, Mapping if isinstance(part, str) else list):
            break
        path.append(str(part))
        if isinstance(data, Mapping) and part not in data:
            break
        data = data[part]  # type: ignore[index]  # a text in a table or a number in a list, as looked at above
    return tuple(path)


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    inner: dict[str, type[BaseModel]] = {"join": JoinSpec, "where": Condition, "when": Condition, "rates": Rate}
    fields = (inner.get(str(loc[0]), model) if len(loc) > 1 else model).model_fields
    return tuple(field.alias or name for name, field in fields.items())
