"""`playbook check`: everything is read as a run would read it, nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from referral_playbook.contract.client_toml.client import Client, ClientError, read_client
from referral_playbook.contract.leftovers import prefix_of
from referral_playbook.contract.tables import TABLES
from referral_playbook.contract.writing.wording import counted
from referral_playbook.intake import Intake, IntakeError, read_client_tables
from referral_playbook.intake.faults import grouped
from referral_playbook.intake.files.pieces import Spooled
from referral_playbook.run.client.faults_file import write_faults
from referral_playbook.run.client.names_in_tables import names_in_intake
from referral_playbook.run.client.parameters import check_names

LATE_AFTER = 92
"""Days without any dated row before the as-of date, from which a record counts as out of date."""


def check_client(client_dir: str | Path, *, faults_file: Path | None = None) -> Iterator[str]:
    """What a client gave, a line a table, then the warnings.

    Every problem and warning is written as a row of the CSV `faults_file`, also where the client is refused.

    ClientError and IntakeError list all problems of their kind in client.toml, a parameter or a table.
    """
    client, intake = _read(Path(client_dir), faults_file)
    yield f"{client.name}: as of {client.as_of.isoformat()}, {client.currency}"
    yield from (_line(row) for row in intake.quality.values())
    if absent := [name for name in TABLES if name not in intake.tables]:
        yield f"not given: {', '.join(absent)}"
    warnings = [*grouped(intake.faults), *_ends_early(client, intake)]
    yield from (f"warning: {message}" for message in warnings)
    yield f"{counted(len(intake.tables), 'table')} read, no errors, {counted(len(warnings), 'warning')}"


def _ends_early(client: Client, intake: Intake) -> list[str]:
    """A warning where nothing is dated in the months before the as-of date; nothing where no table has dates."""
    days = [str(row["last"]) for row in intake.quality.values() if row["last"] and not row["synthetic_dates"]]
    days = [_last_day(day, client.as_of) for day in days]
    days += _last_leaving(intake.tables.get("customers"))
    if not days or (client.as_of - (last := date.fromisoformat(max(days)[:10]))).days <= LATE_AFTER:
        return []
    return [
        f"the record ends on {last.isoformat()}, {(client.as_of - last).days} days before the as-of date "
        f"{client.as_of.isoformat()}. What happened since is not in it, such as customers who left. Export the tables "
        "again, or set as_of in client.toml to the day of the export"
    ]


def _last_leaving(customers: pd.DataFrame | Spooled | None) -> list[str]:
    """The day on which the last customer left; none where nobody did."""
    if isinstance(customers, Spooled):
        left = customers.ids.left if customers.ids else pd.Series()
    else:
        left = pd.Series() if customers is None else customers.get("left_on", pd.Series()).dropna()
    return [] if left.empty else [str(left.max())]


def _last_day(day: str, as_of: date) -> str:
    """A day, and of a month its last one that is not after the as-of date."""
    return day if len(day) > len("2026-09") else min(f"{pd.Period(day, 'M').end_time:%Y-%m-%d}", as_of.isoformat())


def _read(folder: Path, faults_file: Path | None) -> tuple[Client, Intake]:
    try:
        client = read_client(folder)
        with TemporaryDirectory(prefix=prefix_of("check")) as spool:
            intake = read_client_tables(client, spool=Path(spool))
            check_names(client, (), client.settings, names_in_intake(intake))
    except (ClientError, IntakeError) as error:
        if faults_file:
            write_faults(faults_file, error if isinstance(error, ClientError) else error.faults)
        raise
    if faults_file:
        write_faults(faults_file, intake.faults)
    return client, intake


def _line(row: Mapping[str, Any]) -> str:
    dates = f", {row['first']} to {row['last']}" if row["first"] else ""
    parts = [f"{row['table']}: {counted(row['rows_used'], 'row')}{dates}"]
    for key, noun, what in (
        ("rows_blank", "blank row", " skipped"),
        ("rows_repeated", "repeated row", " folded"),
        ("rows_left_out", "row", " left out by 'where'"),
        ("rows_after_as_of", "row", " after the as-of date, not used"),
        ("duplicates", "duplicate", ""),
        ("orphans", "row", " whose customer is not in customers"),
    ):
        parts += [f"{counted(row[key], noun)}{what}"] if row[key] else []
    parts += [f"{counted(n, 'row')} converted from {code}" for code, n in row["converted"].items()]
    return "; ".join([*parts, row["note"]] if row["note"] else parts)
