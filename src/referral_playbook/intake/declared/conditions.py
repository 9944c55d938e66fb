"""Which rows fulfil what client.toml declares under `where` and `when`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from operator import ge, gt, le, lt
from typing import Any

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.client import Condition, TableSpec
from referral_playbook.contract.tables import Table
from referral_playbook.intake.columns.days import parsed_days
from referral_playbook.intake.columns.figures import cell_numbers
from referral_playbook.intake.declared.words import same
from referral_playbook.intake.faults import Faults
from referral_playbook.intake.files.source import Cells, Mask

COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {"above": gt, "below": lt, "at_least": ge, "at_most": le}


def holds(cells: Cells, condition: Condition, key: str, spec: TableSpec, table: Table, faults: Faults) -> Mask:
    """Rows (bool, one each) whose cell fulfils a condition; the words it waits for are counted.

    `key` is "where" or "when" and the column, as a message names it.
    """
    text, keep = cells.text, np.ones(len(cells.text), dtype=bool)
    if condition.words:
        faults.tally.add(key, table.name, cells.place.file, cells.place.header, text, condition.words)
        keep &= same(text, condition.words).to_numpy(dtype=bool)
    if condition.exclude:
        keep &= ~same(text, condition.exclude).to_numpy(dtype=bool)
    if condition.empty is not None:
        keep &= cells.empty == condition.empty
    if condition.begins:
        keep &= text.str.startswith(tuple(condition.begins)).to_numpy(dtype=bool)
    for name, bound in condition.bounds.items():
        keep &= _compared(cells, name, bound, key, spec, table, faults)
    return keep


def _compared(
    cells: Cells, name: str, bound: float | date, key: str, spec: TableSpec, table: Table, faults: Faults
) -> Mask:
    """Rows on the declared side of a number or a date; an empty cell is on no side, and other text is an error."""
    measured, bad, wanted = _measured(cells, bound, spec)
    problem, fix = f"not a {wanted}, but {key} compares it ({name})", "Correct it, or choose these rows by their words"
    faults.cells(bad & ~cells.empty, cells, table.name, problem, fix)
    limit = pd.Timestamp(bound) if isinstance(bound, date) else bound
    return np.asarray(COMPARE[name](measured, limit), dtype=bool) & ~bad


def _measured(cells: Cells, bound: float | date, spec: TableSpec) -> tuple[pd.Series, Mask, str]:
    if isinstance(bound, date):
        column = next((name for name, header in spec.columns.items() if header == cells.place.header), "")
        days = parsed_days(cells.text, "iso" if cells.typed.any() else spec.date_format(column))
        return days, days.isna().to_numpy(dtype=bool), "date"
    numbers = cell_numbers(cells, spec)
    return numbers, numbers.isna().to_numpy(dtype=bool), "number"
