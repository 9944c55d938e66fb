"""The names that a client's tables have for rewards and arms, for the check of parameters that name one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from referral_playbook.run.client.parameters import KNOWN_BY, Names

if TYPE_CHECKING:  # a run looks into files alone, and needs nothing of what reads a client's exports
    from referral_playbook.intake import Intake

PLACES = tuple(dict.fromkeys(place for columns in KNOWN_BY.values() for place in columns))


def names_in(facts_dir: Path) -> Names:
    """The names in the tables that intake wrote beside the facts."""
    paths = {(table, column): facts_dir / "tables" / f"{table}.parquet" for table, column in PLACES}
    return {place: _in_file(path, place[1]) for place, path in paths.items() if path.is_file()}


def names_in_intake(intake: Intake) -> Names:
    """The names in the tables that were just read."""
    names = {}
    for table, column in PLACES:
        rows: Any = intake.tables.get(table)
        if rows is None:
            continue
        if path := getattr(rows, "path", None):  # a table that went to Parquet piece by piece
            names[table, column] = _in_file(path, column)
        else:
            names[table, column] = _texts(rows[column].dropna().unique() if column in rows else ())
    return names


def _in_file(path: Path, column: str) -> frozenset[str]:
    if column not in pq.read_schema(path).names:
        return frozenset()
    values = pq.read_table(path, columns=[column]).column(column)
    return _texts(pc.unique(values.drop_null()).to_pylist())


def _texts(values: Iterable[object]) -> frozenset[str]:
    return frozenset(text for value in values if (text := str(value)))
