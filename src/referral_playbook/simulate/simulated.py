"""What a simulation hands over: tables in contract form, the truth behind them, how the files look."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.tables import TABLES

DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True, kw_only=True)
class FileLayout:
    """How one table is written: the client's own headers, words and marks."""

    file: str
    columns: Mapping[str, str] = field(default_factory=dict)  # contract name -> header in the file
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column -> contract word -> client's word
    dates: str = "%Y-%m-%d"
    decimal: str = "."
    delimiter: str = ","
    encoding: str = "utf-8"
    sheet: str | None = None
    scale: Mapping[str, str] = field(default_factory=dict)  # question -> lowest and highest answer


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """A client with known truth.

    `tables` are in contract form: ids and words as text, dates as ``datetime64[s]``, money as float64, counts as Int64,
    null where nothing is known; nothing is dated after `as_of`. `truth`, for tests only, is the parameters that made
    the tables and what follows from them, fit for JSON. `parameters` are [parameters] of client.toml: of all steps, or
    a mapping of its own for one step.
    """

    name: str
    kind: str
    currency: str
    as_of: date
    seed: int
    says: str
    tables: Mapping[str, pd.DataFrame]
    truth: Mapping[str, Any]
    layout: Mapping[str, FileLayout]
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"discount_rate": 0.10})


def generator(seed: int, part: str) -> np.random.Generator:
    """A generator for one part of a client, so that a change in one part leaves the others as they are."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def day(when: date | str) -> np.datetime64:
    """A calendar day as numpy counts it."""
    return np.datetime64(when, "D")


def months_later(start: np.ndarray, months: np.ndarray | float) -> np.ndarray:
    """Days `months` of 30.4375 days after `start`, rounded up so that whole months stay whole."""
    return np.asarray(start + np.ceil(np.asarray(months) * DAYS_PER_MONTH).astype("timedelta64[D]"))


def months_between(start: np.ndarray, end: np.ndarray | np.datetime64) -> np.ndarray:
    """Months of 30.4375 days from `start` to `end`."""
    return np.asarray((end - start).astype("timedelta64[D]").astype(float) / DAYS_PER_MONTH)


def until(as_of: np.datetime64, days: np.ndarray) -> np.ndarray:
    """The days up to the as-of date; later ones are not known yet (NaT)."""
    return np.where(days <= as_of, days, np.datetime64("NaT", "D"))


def contract_form(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables typed as intake types them."""
    return {
        name: table.apply(lambda c, n=name: _typed(c, TABLES[n].column(str(c.name)).kind))
        for name, table in tables.items()
    }


def _typed(column: pd.Series, kind: str) -> pd.Series:
    types = {"date": "datetime64[s]", "number": "float64", "count": "Int64"}
    if kind in types:
        return column.astype(types[kind])
    return column.astype(object).mask(column.isna() | (column == ""), None)


def plain(value: Any) -> Any:
    """A JSON value with 8 significant digits, so that the last bit of another machine's libm does not show."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, (np.datetime64, date)):
        return str(value)[:10]
    if isinstance(value, (np.generic,)):
        value = value.item()
    return float(f"{value:.8g}") if isinstance(value, float) else value
