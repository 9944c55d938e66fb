"""One client's facts as steps and notebooks read them: pandas, without the engine that made them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from referral_playbook.contract.client_toml.exchange import ExchangeRate
from referral_playbook.contract.evidence import StepResult
from referral_playbook.contract.handover import FACTS, SETTINGS, load
from referral_playbook.contract.session import note_cell, note_opened
from referral_playbook.contract.settings.parameters import Parameters, stated_in_cell
from referral_playbook.contract.settings.statements import Settings, settings_of
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.language import write_numbers_in
from referral_playbook.facts.fresh import FACTS_FILE, ensure_facts

LISTS = "lists"


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """A consultant's work for one client: what is known, and where the results go.

    Attributes
    ----------
    client, currency, time_unit : str
    as_of : date
        Nothing after it is used.
    tables : mapping
        Contract name to rows (as in the file), rows_after_as_of, first and last (days used, or None), orphans,
        duplicates.
    absent : mapping
        Fact to why this client has none.
    settings : Settings
        The parameters that were set for the run, or else in the client folder.
    real_dates : bool
        False where joining and leaving were made from a tenure: then no fact has a calendar.
    rates : mapping
        Other currency to the exchange rate that client.toml declares for it.
    scale : float
        Customers for whom each row of a row-by-row fact stands: 1, and more only where the client has so many
        customers that these facts hold a panel (see `facts.panel`). Counts and sums of such rows are times this.
    """

    client: str
    currency: str
    as_of: date
    time_unit: str
    tables: Mapping[str, Mapping[str, Any]]
    absent: Mapping[str, str]
    settings: Settings
    real_dates: bool
    client_dir: Path
    results_dir: Path
    facts_dir: Path
    rates: Mapping[str, ExchangeRate] = field(default_factory=dict)
    scale: float = 1.0
    _names: tuple[str, ...] = ()
    _read: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def has(self, table: str) -> bool:
        """Whether the client has this table of the contract."""
        return table in self.tables

    def gives(self, table: str, column: str) -> bool:
        """Whether the client's table has this column of the contract, filled or not."""
        path = self.facts_dir / "tables" / f"{table}.parquet"
        return self.has(table) and path.is_file() and column in pq.read_schema(path).names

    def fact(self, name: str) -> pd.DataFrame | None:
        """One fact, the caller's own copy; None where the client lacks what it is made of (`absent` says why).

        Raises
        ------
        KeyError
            There is no fact of that name.
        """
        if name in self.absent:
            return None
        if name not in self._names:
            raise KeyError(f"no fact {name!r}; there are {', '.join(sorted((*self._names, *self.absent)))}")
        if name not in self._read:
            self._read[name] = read_fact(self.facts_dir / f"{name}.parquet")
        return self._read[name].copy()

    def with_facts(self, **facts: pd.DataFrame) -> Engagement:
        """The same engagement with other rows in some of its facts, for a what-if; the files stay as they are."""
        return replace(self, _read={**self._read, **facts})

    @property
    def for_lists(self) -> Engagement:
        """The engagement with the rows of those who come first on lists, where the facts hold a panel; else itself."""
        folder = self.facts_dir / LISTS
        if self.scale == 1 or not folder.is_dir():
            return self
        rows = {path.stem: read_fact(path) for path in sorted(folder.glob("*.parquet"))}
        return replace(self.with_facts(**rows), scale=1.0)

    def upstream(self, step: str) -> StepResult | None:
        """What an earlier step found, or None where it has not been run."""
        return load(step, self.results_dir)

    @property
    def heading(self) -> str:
        """The client, the as-of date, and the currency, as the heading of a table."""
        return f"{self.client} as of {day(self.as_of)}, money in {self.currency}"

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The parameters that the client set, by name; each has one value in all steps."""
        return self.settings.values

    def parameters_of(self, step: str, cell: Mapping[str, Any] | None = None) -> Parameters:
        """The parameters of a step: the notebook's cell, then what the client set, then the defaults.

        Parameters
        ----------
        cell : mapping, optional
            Names to values, such as ``globals()`` in a notebook. What stands there at its declared default was not
            set there.

        Raises
        ------
        ParameterValueError
            A value of the wrong type or out of bounds.

        Examples
        --------
        ``parameters = client.parameters_of("break_even", globals())``
        """
        stated = stated_in_cell(step, cell or {})
        note_cell(self.results_dir, step, stated)
        return Parameters.of(step, **(self.settings.of_step(step) | stated))

    def overview(self) -> list[dict[str, Any]]:
        """The tables there are: table, rows, first and last day used; what a notebook shows when it opens."""
        shown = ("rows", "first", "last")
        return [{"table": name, **{k: told.get(k) for k in shown}} for name, told in self.tables.items()]

    @property
    def quality(self) -> dict[str, Any]:
        """What intake says of the files: one row per table, and the faults that did not stop it."""
        path = self.facts_dir / "tables" / "quality.json"
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def quality_of(self, table: str) -> dict[str, Any]:
        """What intake says of one table (see `intake.Intake`); nothing where the client does not have it.

        `unmapped` and `absent_words` name words that nothing maps or that stand nowhere: what rests on them is not
        measured.
        """
        return next((dict(row) for row in self.quality["tables"] if row["table"] == table), {})

    def scale_of(self, question: str) -> tuple[int, int] | None:
        """The lowest and the highest answer to csat or ces, None where client.toml does not declare a scale."""
        declared = self.quality_of("surveys").get("scale", {}).get(question)
        return None if declared is None else (int(declared[0]), int(declared[1]))


def open_engagement(client_dir: str | Path, results_dir: str | Path) -> Engagement:
    """Open a client's engagement; its facts are built first where they are absent or the client's files changed.

    From here on this process writes numbers and dates in the client's language.

    Parameters
    ----------
    client_dir
        Folder with client.toml and the tables.
    results_dir
        Where the steps record their results; the facts stand beside it, in ``<results_dir>/../facts``.

    Returns
    -------
    Engagement

    Raises
    ------
    ClientError, IntakeError
        client.toml or a table is at fault; all faults are listed.
    """
    results = Path(results_dir)
    facts = results.parent / "facts"
    note_opened(client_dir, results)
    in_run = os.environ.get(FACTS) == str(facts)
    if not in_run:  # a run has looked at the client's files once, for all its notebooks
        ensure_facts(client_dir, facts)
    described = (facts / FACTS_FILE).read_text(encoding="utf-8")
    write_numbers_in(json.loads(described).get("language"))
    return (_opened_in_run if in_run else _opened)(Path(client_dir), results, described, os.environ.get(SETTINGS))


def _opened(client_dir: Path, results: Path, described: str, settings: str | None) -> Engagement:
    manifest = json.loads(described)
    return Engagement(
        client=manifest["client"],
        currency=manifest["currency"],
        as_of=date.fromisoformat(manifest["as_of"]),
        time_unit=manifest["time_unit"],
        tables=MappingProxyType({name: MappingProxyType(_dated(row)) for name, row in manifest["tables"].items()}),
        absent=MappingProxyType(manifest["absent"]),
        settings=settings_of(client_dir) if settings is None else Settings(values=json.loads(settings)),
        real_dates=manifest["real_dates"],
        client_dir=client_dir,
        results_dir=results,
        facts_dir=results.parent / "facts",
        rates=MappingProxyType({code: _rate(row) for code, row in manifest["rates"].items()}),
        scale=manifest["panel"]["customers"] / manifest["panel"]["rows"] if manifest["panel"] else 1.0,
        _names=tuple(manifest["facts"]),
    )


_opened_in_run = lru_cache(maxsize=1)(_opened)
"""One engagement for all notebooks that a process runs: facts and settings are those of the run, and stay."""


def _dated(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: date.fromisoformat(v) if k in ("first", "last") and v else v for k, v in row.items()}


def _rate(row: Mapping[str, Any]) -> ExchangeRate:
    return ExchangeRate(to=row["to"], rate=row["rate"], on=date.fromisoformat(row["on"]))


def read_fact(path: str | Path) -> pd.DataFrame:
    """A fact from Parquet: dates as datetime64, three-valued truth as `boolean`, the rest as pandas has it."""
    # Plain read_parquet gives dates as Python objects, and True/False/None as objects on which ~ is wrong. A fact is
    # small: finding its files as a data set, and threads, take longer than reading it.
    with pq.ParquetFile(path) as file:
        # pyarrow up to 18 cannot read a file that has no row group, as a fact without rows is written.
        some = file.metadata.num_row_groups > 0
        table = file.read(use_threads=False) if some else file.schema_arrow.empty_table()
    return table.to_pandas(date_as_object=False, types_mapper={pa.bool_(): pd.BooleanDtype()}.get, use_threads=False)
