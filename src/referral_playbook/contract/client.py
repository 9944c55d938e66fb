"""The client folder's `client.toml`: what it may say, and what is wrong where.

`read_client` gives a `Client` or one `ClientError` that lists every problem with file, line, key, value and
what to do. Whether the tables themselves are sound is the business of `intake`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from referral_playbook.contract import client_checks as checks
from referral_playbook.contract.client_problems import ClientError, Problem, Sheet, did_you_mean
from referral_playbook.contract.tables import TABLES
from referral_playbook.contract.toml_lines import line_in_message

__all__ = ["FILE", "Client", "ClientError", "JoinSpec", "Problem", "TableSpec", "read_client"]

FILE = "client.toml"
Text = Annotated[str, Field(min_length=1)]
Mark = Annotated[str, Field(min_length=1, max_length=1)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _for_all(value: Any) -> Any:
    return {"": value} if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


M = TypeVar("M", bound=_Model)


class JoinSpec(_Model):
    """A second export that adds columns: at most one row a key, read like the first unless it says otherwise."""

    file: Text
    on: Text
    equals: Text | None = None
    encoding: Text | None = None
    delimiter: Mark | None = None
    sheet: Text | None = None


class TableSpec(_Model):
    """Where a table is and how its text is read. Nothing is guessed: what is not declared has the default.

    `columns`: contract name = header. `values`: contract column, contract word = the client's words ("" for none).
    `where`: header = words; only these rows are read. `when`: contract column, header = words; the value counts
    only on these rows. `less`: contract column = header of an amount to take off (refunds). `dates`: one format,
    or one a column; "iso" takes days and times. Headers of a joined file may be written "file.csv:Header".
    """

    file: Text
    preset: Text | None = None
    columns: dict[str, str] = {}
    values: dict[str, dict[str, Words]] = {}
    where: dict[str, Words] = {}
    when: dict[str, dict[str, Words]] = {}
    less: dict[str, Text] = {}
    join: JoinSpec | None = None
    delimiter: Mark = ","
    encoding: Text = "utf-8-sig"
    decimal: Literal[".", ","] = "."
    thousands: Mark | None = None
    dates: Annotated[dict[str, Text], BeforeValidator(_for_all)] = {}
    sheet: Text | None = None

    def date_format(self, column: str) -> str | None:
        """The declared format of one contract column, None where nothing is declared."""
        return self.dates.get(column, self.dates.get(""))


class _Head(_Model):
    name: Text
    currency: str
    as_of: date
    time_unit: Literal["week", "month", "quarter", "year"] = "month"
    tables: dict[str, dict[str, Any]] = {}
    parameters: dict[str, Any] = {}


class Client(_Model):
    """A client as `client.toml` describes it.

    `parameters` hold for all steps, `step_parameters` for one; `folder` is where the files are.
    """

    folder: Path
    name: str
    currency: str
    as_of: date
    time_unit: str = "month"
    tables: dict[str, TableSpec] = {}
    parameters: dict[str, Any] = {}
    step_parameters: dict[str, dict[str, Any]] = {}

    @property
    def file(self) -> Path:
        return self.folder / FILE

    def for_step(self, step: str) -> dict[str, Any]:
        """The parameters of one step: those of all steps, then its own."""
        return {**self.parameters, **self.step_parameters.get(step, {})}


def read_client(folder: str | Path) -> Client:
    """Read ``<folder>/client.toml``.

    Parameters
    ----------
    folder
        The client folder.

    Returns
    -------
    Client
        Frozen; the files it names exist and lie inside the folder.

    Raises
    ------
    ClientError
        With every problem found, each with file, line, key, value and what to do.

    Examples
    --------
    >>> read_client("no/such/folder")
    Traceback (most recent call last):
    ...
    referral_playbook.contract.client_problems.ClientError: no/such/folder: there is no such folder. Give the \
folder that holds client.toml, for example data/brightdesk
    """
    root = Path(folder)
    text = _text(root)
    sheet = Sheet(file=str(root / FILE), text=text, data=_parsed(root, text))
    client = _client(root, sheet)
    if client is None or sheet.problems:
        raise ClientError(sheet.problems)
    return client


def _text(root: Path) -> str:
    if not root.is_dir():
        fix = "Give the folder that holds client.toml, for example data/brightdesk"
        raise ClientError([Problem(file=str(root), problem="there is no such folder", fix=fix)])
    path = root / FILE
    if not path.is_file():
        fix = f"Start one with: playbook init {root}"
        raise ClientError([Problem(file=str(path), problem="there is no such file", fix=fix)])
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        found = Problem(file=str(path), line=line, problem="not UTF-8 text", fix="Save the file as UTF-8")
        raise ClientError([found]) from None


def _parsed(root: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = Problem(
            file=str(root / FILE),
            line=line_in_message(error, text),
            problem=f"not TOML: {error}",
            fix='Text stands in quotes, dates do not: name = "Brightdesk", as_of = 2026-09-30',
        )
        raise ClientError([found]) from None


def _client(root: Path, sheet: Sheet) -> Client | None:
    head = _validated(_Head, sheet.data, (), sheet)
    raw = sheet.data.get("tables", {})
    tables = _tables(root, raw if isinstance(raw, Mapping) else {}, sheet)
    checks.currency(sheet)
    checks.as_of(sheet)
    given = sheet.data.get("parameters", {})
    shared, by_step = checks.parameters(given if isinstance(given, Mapping) else {}, sheet)
    if head is None:
        return None
    plain = head.model_dump(exclude={"tables", "parameters"})
    return Client(folder=root, tables=tables, parameters=shared, step_parameters=by_step, **plain)


def _tables(root: Path, raw: Mapping[str, Any], sheet: Sheet) -> dict[str, TableSpec]:
    if not raw and "tables" not in {p.path[0] for p in sheet.problems if p.path}:
        sheet.note(("tables",), "no table is named", 'Add at least one: [tables.customers] with file = "customers.csv"')
    out: dict[str, TableSpec] = {}
    for name, given in raw.items():
        if name not in TABLES:
            sheet.note(("tables", name), "no such table", did_you_mean(name, TABLES))
        elif isinstance(given, Mapping) and (spec := _validated(TableSpec, given, ("tables", name), sheet)):
            checks.table(TABLES[name], spec, root, sheet)
            out[name] = spec
    return out


def _validated(model: type[M], data: Any, above: tuple[str, ...], sheet: Sheet) -> M | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for found in error.errors():
            checks.shape(found, (*above, *(str(part) for part in found["loc"])), _keys_at(model, found["loc"]), sheet)
        return None


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> tuple[str, ...]:
    return tuple((JoinSpec if loc[0] == "join" and len(loc) > 1 else model).model_fields)
