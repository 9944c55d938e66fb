"""Days from text in one declared form. A day is as it is written, unless client.toml declares a time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from referral_playbook.contract.client_toml.client import Client, TableSpec
from referral_playbook.intake.files.source import Cells, arrow_values

ISO_DAY = "%Y-%m-%d"
DAY_SHAPE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
OFFSET = r"Z|(?:UTC|GMT)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?|[+-][0-9]{2}(?::?[0-9]{2})?"
ISO_STAMP = re.compile(rf"({DAY_SHAPE}(?:[ T][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?)?) ?({OFFSET})?")
TIMED = re.compile("%[HIMSf]")
NUMERIC = {"epoch": "s", "epoch_ms": "ms", "excel": "1899-12-30", "excel1904": "1904-01-01"}
"""Forms that are a number: the unit of seconds since 1970 in UTC, or the day zero of Excel's serial numbers."""
GOOGLE = "%Y/%m/%d %I:%M:%S %p %z"
"""How Google Forms writes the time of an answer: 2026/09/30 2:05:09 PM GMT+2; the offset changes with the clocks."""


@dataclass(frozen=True)
class Zones:
    """In which time zone the days are counted, and in which a stamp without an offset was written (None: the same)."""

    days: str | None = None
    stamps: str | None = None


AS_WRITTEN = Zones()
YEARS = (np.datetime64("1700-01-01"), np.datetime64("2260-01-01"))
"""Within these days a stamp of pandas has nanoseconds; no date of a client is near them."""


def zones(client: Client, spec: TableSpec) -> Zones:
    """The zones of a table: days are the client's, stamps are the file's where it declares a zone of its own."""
    return Zones(client.timezone or spec.timezone, spec.timezone)


def parsed_days(text: pd.Series, declared: str | None, zones: Zones = AS_WRITTEN) -> pd.Series:
    """Days (midnight) from text of one form; NaT where it does not fit.

    Without a declared form a day is ten signs, 2026-09-30; "iso" takes a time of day and an offset with it.

    Examples
    --------
    >>> parsed_days(pd.Series(["30/09/2026", "2026-09-30"]), "%d/%m/%Y").dt.date.tolist()
    [datetime.date(2026, 9, 30), NaT]
    >>> late = pd.Series(["2026-05-31T23:30:00-05:00"])
    >>> [parsed_days(late, "iso", z).dt.date[0] for z in (AS_WRITTEN, Zones("Europe/Berlin"))]
    [datetime.date(2026, 5, 31), datetime.date(2026, 6, 1)]
    """
    if declared is None and (iso := _iso_days(text)) is not None:
        return iso
    codes, words = pd.factorize(text)
    stamps = _stamps(pd.Series(words, dtype=object), declared, zones)
    days = stamps.dt.normalize().astype("datetime64[s]")
    return days.reindex(codes).reset_index(drop=True)


def _iso_days(text: pd.Series) -> pd.Series | None:
    """Days of a column in which every cell is an ISO day or empty, read by Arrow at once; None for other columns."""
    words = arrow_values(text)
    try:
        empty = pc.equal(words, "")
        if pc.any(empty).as_py():
            words = pc.if_else(empty, pa.scalar(None, words.type), words)
        days = pc.cast(words, pa.date32())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return _within_years(days)


def cell_days(cells: Cells, declared: str | None, zones: Zones = AS_WRITTEN) -> pd.Series:
    """The days of a column; typed cells need no declared form, unless it says that numbers are dates."""
    if (days := _native_days(cells, declared, zones)) is not None:
        return days
    if not cells.typed.any():
        return parsed_days(cells.text, declared, zones)
    days = parsed_days(cells.text.where(~cells.typed, ""), declared, zones)
    typed = cells.text.where(cells.typed, "")
    days = days.fillna(parsed_days(typed, "iso", zones))
    return days.fillna(parsed_days(typed, declared, zones)) if declared in NUMERIC else days


def _native_days(cells: Cells, declared: str | None, zones: Zones) -> pd.Series | None:
    """Days as a Parquet file holds them; None where they must be read as text (stamps of a zone, years far off)."""
    native = cells.native
    if native is None or declared in NUMERIC:
        return None
    stamps = pa.types.is_timestamp(native.type) and native.type.tz is None and zones.days is None
    if not (stamps or pa.types.is_date32(native.type)):
        return None
    return _within_years(native)


def _within_years(values: pa.ChunkedArray) -> pd.Series | None:
    """Dates or stamps of Arrow as days; None where a year is far off."""
    days = values.to_numpy().astype("datetime64[D]")
    some = days[~np.isnat(days)]
    if len(some) and not (YEARS[0] <= some.min() and some.max() < YEARS[1]):
        return None
    return pd.Series(days.astype("datetime64[s]"))


def _stamps(words: pd.Series, declared: str | None, zones: Zones) -> pd.Series:
    if declared is None:
        return _naive(words.where(words.str.fullmatch(DAY_SHAPE)), ISO_DAY)
    if declared in NUMERIC:
        return _numeric(words, declared, zones)
    if declared == "iso":
        parts = words.str.extract(f"^{ISO_STAMP.pattern}$")
        naive = _naive(parts[0].str.replace(",", ".", regex=False), "ISO8601")
        timed = parts[0].str.len() > len("2026-09-30")
    elif (declared := _offset_form(declared)).endswith("%z"):
        parts = words.str.extract(f"^(.*?) ?({OFFSET})$")
        naive = _naive(parts[0], declared.removesuffix("%z").rstrip())
        timed = naive.notna()
    else:
        naive = _naive(words, declared)
        parts = pd.DataFrame({1: pd.Series(None, index=words.index, dtype=object)})
        timed = naive.notna() & (TIMED.search(declared) is not None)
    return _moved(naive, parts[1], timed, zones)


def _offset_form(declared: str) -> str:
    """A Z at the end of a form is an offset like any other: UTC."""
    return f"{declared[:-1]}%z" if declared.endswith("Z") and not declared.endswith("%Z") else declared


def _naive(words: pd.Series, form: str) -> pd.Series:
    """Stamps without a zone; what does not fit the form is NaT."""
    try:
        return pd.to_datetime(words, format=form, errors="coerce")
    except ValueError:  # a form that pandas does not take, such as %z within it
        return pd.Series(pd.NaT, index=words.index, dtype="datetime64[ns]")


def _numeric(words: pd.Series, declared: str, zones: Zones) -> pd.Series:
    number = pd.to_numeric(words.where(words.str.fullmatch("[0-9]{1,14}(?:[.][0-9]+)?")), errors="coerce")
    if declared.startswith("excel"):
        within = number.where((number >= 1) & (number < 110_000))  # to the year 2200
        return pd.to_datetime(within, unit="D", origin=NUMERIC[declared], errors="coerce")
    utc = pd.to_datetime(number, unit=NUMERIC[declared], errors="coerce", utc=True)
    return utc.dt.tz_convert(zones.days or "UTC").dt.tz_localize(None)


def _moved(naive: pd.Series, offsets: pd.Series, timed: pd.Series, zones: Zones) -> pd.Series:
    """Stamps in the zone in which days are counted; as they are written where there is none."""
    if zones.days is None:
        return naive
    utc = (naive - offsets.map(_offset, na_action="ignore").astype("timedelta64[ns]")).dt.tz_localize("UTC")
    out = naive.where(offsets.isna(), utc.dt.tz_convert(zones.days).dt.tz_localize(None))
    if zones.stamps in (None, zones.days):
        return out
    written = naive.where(timed & offsets.isna()).dt.tz_localize(
        zones.stamps, ambiguous="NaT", nonexistent="shift_forward"
    )
    local = written.dt.tz_convert(zones.days).dt.tz_localize(None)
    return out.where(local.isna(), local)


def _offset(text: str) -> pd.Timedelta:
    """How far a written offset is ahead of UTC.

    Examples
    --------
    >>> [_offset(text).total_seconds() / 3600 for text in ("Z", "+0200", "-05:30", "GMT+2", "UTC-11", "GMT")]
    [0.0, 2.0, -5.5, 2.0, -11.0, 0.0]
    """
    parts = re.fullmatch("(?:Z|UTC|GMT)?(?:([+-])([0-9]{1,2}):?([0-9]{2})?)?", text)
    if parts is None or parts[1] is None:
        return pd.Timedelta(0)
    size = pd.Timedelta(hours=int(parts[2]), minutes=int(parts[3] or 0))
    return -size if parts[1] == "-" else size
