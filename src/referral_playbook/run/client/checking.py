"""`playbook check`: everything is read as a run would read it, nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from referral_playbook.contract.client import read_client
from referral_playbook.contract.tables import TABLES
from referral_playbook.intake import read_client_tables
from referral_playbook.run.client.parameters import resolve
from referral_playbook.run.client.plan import find_notebooks


def check_client(client_dir: str | Path) -> Iterator[str]:
    """What a client gave, a line a table, then the warnings.

    Raises
    ------
    ClientError, IntakeError
        client.toml, a parameter or a table is at fault; all problems of a kind are listed.
    """
    client = read_client(client_dir)
    resolve(client, {step: book.declared for step, book in find_notebooks().items()})
    with TemporaryDirectory(prefix="playbook-check-") as spool:
        intake = read_client_tables(client, spool=Path(spool))
    yield f"{client.name}: as of {client.as_of.isoformat()}, {client.currency}"
    yield from (_line(row) for row in intake.quality.values())
    if absent := [name for name in TABLES if name not in intake.tables]:
        yield f"not given: {', '.join(absent)}"
    yield from (f"warning: {fault}" for fault in intake.faults)
    yield f"{len(intake.tables)} tables read, no errors, {len(intake.faults)} warnings"


def _line(row: Mapping[str, Any]) -> str:
    dates = f", {row['first']} to {row['last']}" if row["first"] else ""
    said = [f"{row['table']}: {row['rows_used']:,} rows{dates}"]
    for key, words in (
        ("rows_left_out", "rows left out by 'where'"),
        ("rows_after_as_of", "rows after the as-of date, not used"),
        ("duplicates", "duplicates"),
        ("orphans", "rows of customers that are not in customers"),
    ):
        said += [f"{row[key]:,} {words}"] if row[key] else []
    return "; ".join([*said, row["note"]] if row["note"] else said)
