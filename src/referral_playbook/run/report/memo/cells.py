"""Cells of a table that came apart into value, low and high, as text again."""

from __future__ import annotations

from typing import Any

from referral_playbook.contract.estimate import assumed
from referral_playbook.contract.writing.formatting import interval, written
from referral_playbook.run.report.memo.findings import Row

NONE = "–"
"""What stands in a cell without a number."""


def ranged(row: Row, key: str, unit: str) -> str:
    """The value under `key` with its range, where the row has one.

    Examples
    --------
    >>> ranged({"rate": 0.4, "rate_low": 0.3, "rate_high": 0.5}, "rate", "share")
    '40% (30% to 50%)'
    >>> ranged({"rate": 0.4}, "rate", "share"), ranged({"rate": None}, "rate", "share")
    ('40%', '–')
    """
    return spanned(row.get(key), row.get(f"{key}_low"), row.get(f"{key}_high"), unit)


def spanned(value: Any, low: Any, high: Any, unit: str) -> str:
    """A value with its range, if both are known."""
    if value is None:
        return NONE
    if low is None or high is None:
        return written(float(value), unit)
    return interval(assumed(value, min(low, value), max(high, value), unit=unit, per="", source=""))


def plain(value: Any, unit: str = "count") -> str:
    """One number as text."""
    return NONE if value is None else written(float(value), unit)
