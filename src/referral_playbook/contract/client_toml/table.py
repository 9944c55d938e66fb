"""What client.toml can say about one table: where its rows are, which of them count, and how their text is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
Mark = Annotated[str, Field(min_length=1, max_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
EVERY_COLUMN = ""
"""The key that stands for all columns where a declaration can also be made column by column."""


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, (str, Mapping)) else value


def _for_all(value: Any) -> Any:
    return {EVERY_COLUMN: value} if isinstance(value, (str, int, float)) else value


def _as_condition(value: Any) -> Any:
    return {"is": _listed(value)} if isinstance(value, (str, list)) else value


Words = Annotated[list[str], BeforeValidator(_listed)]


class Model(BaseModel):
    """A part of client.toml: unknown keys are refused, types are not converted, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class Condition(Model):
    """What a cell must fulfil; everything that is given must hold, and nothing given means any cell.

    A bare word or a list of words in client.toml is short for `is`.
    """

    words: Words | None = Field(default=None, alias="is")
    exclude: Words | None = Field(default=None, alias="not")
    empty: bool | None = None
    begins: Words | None = None
    above: float | date | None = None
    below: float | date | None = None
    at_least: float | date | None = None
    at_most: float | date | None = None

    @property
    def bounds(self) -> dict[str, float | date]:
        """The comparisons that are declared, by name."""
        named = {name: getattr(self, name) for name in ("above", "below", "at_least", "at_most")}
        return {name: bound for name, bound in named.items() if bound is not None}


Where = Annotated[Condition, BeforeValidator(_as_condition)]
ManyRule = Literal["first", "last", "sum", "count"]


class JoinSpec(Model):
    """A further export that adds columns, read like the first file unless it says otherwise.

    `on` names the key in the rows so far (a contract column or a header), `equals` the key in this file. Without `many`
    a key may stand in one row of this file only. `many` says what to make of several rows: their first or last
    value in the order of the file, their sum, or (as the column "count") their number; one rule, or one per header.
    """

    file: Text
    on: Text
    equals: Text | None = None
    many: Annotated[dict[str, ManyRule], BeforeValidator(_for_all)] = {}
    encoding: Text | None = None
    delimiter: Mark | None = None
    sheet: Text | None = None
    skip_lines: int | list[int] = 0
    header_lines: Annotated[int, Field(ge=1, le=3)] = 1


class TableSpec(Model):
    """Where a table is and how its text is read. Nothing is guessed: what is not declared has the default.

    The keys are explained in playbook/client-toml.md, each with an example. A key that is empty, such as `less = {}`,
    switches off what a preset says.
    """

    file: Text
    files: list[Text] = []
    returned: list[Text] = []
    preset: Text | None = None
    columns: dict[str, str] = {}
    values: dict[str, dict[str, Words]] = {}
    where: dict[str, Where] = {}
    when: dict[str, dict[str, Where]] = {}
    less: dict[str, str] = {}
    times: dict[str, str] = {}
    divide: Annotated[dict[str, Positive], BeforeValidator(_for_all)] = {}
    join: Annotated[list[JoinSpec], BeforeValidator(_listed)] = []
    questions: dict[str, str] = {}
    scale: Annotated[dict[str, Text], BeforeValidator(_for_all)] = {}
    period: Text | int | None = None
    currency: str | None = None
    marks: Words = []
    width: dict[str, Annotated[int, Field(ge=1, le=64)]] = {}
    repeats: Literal["keep", "fold"] | None = None
    skip_lines: int | list[int] = 0
    header_lines: Annotated[int, Field(ge=0, le=3)] = 1
    delimiter: Mark = ","
    encoding: Text = "utf-8-sig"
    decimal: Literal[".", ","] = "."
    thousands: Mark | None = None
    dates: Annotated[dict[str, Text], BeforeValidator(_for_all)] = {}
    timezone: Text | None = None
    sheet: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_or_several_files(cls, data: Any) -> Any:
        """Both `file` and `files` may be one name or a list of names; `file` is the first."""
        if not isinstance(data, Mapping) or not isinstance(names := data.get("files") or data.get("file"), list):
            return data
        first = names[0] if names else ""
        return {**data, "file": first, "files": names}

    @property
    def all_files(self) -> list[str]:
        """The files whose rows make up this table, one below the other."""
        return self.files or [self.file]

    def date_format(self, column: str) -> str | None:
        """The declared format of one contract column, None where nothing is declared."""
        return self.dates.get(column, self.dates.get(EVERY_COLUMN))

    def scale_of(self, question: str) -> tuple[int, int] | None:
        """The lowest and the highest answer that a question allows, None where no scale is declared.

        Examples
        --------
        >>> TableSpec(file="s.csv", scale={"csat": "1-5"}).scale_of("csat")
        (1, 5)
        """
        declared = self.scale.get(question, self.scale.get(EVERY_COLUMN))
        if declared is None:
            return None
        low, high = declared.split("-")
        return int(low), int(high)

    def over(self, base: Self) -> Self:
        """These keys over those of a preset; a table of keys is merged, and an empty one switches the preset's off."""
        theirs = base.model_dump(exclude_unset=True, by_alias=True)
        own = self.model_dump(exclude_unset=True, by_alias=True)
        both = {key: {**theirs.get(key, {}), **own[key]} for key in MERGED if own.get(key)}
        for key in ("dates", "divide", "scale"):  # one declaration for the whole table replaces the preset's
            both |= {key: own[key]} if EVERY_COLUMN in own.get(key, {}) else {}
        return type(self).model_validate({**theirs, **own, **both})


MERGED = ("columns", "values", "where", "when", "less", "times", "divide", "questions", "scale", "width", "dates")


class Rate(Model):
    """A declared exchange rate: one unit of the other currency buys `rate` units of `to` on that day."""

    to: str
    rate: Positive
    on: date
