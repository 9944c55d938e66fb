"""Counts with their nouns, as messages and sentences of every room write them."""

from __future__ import annotations

from referral_playbook.contract.writing.formatting import whole


def counted(count: float, noun: str) -> str:
    """Write a count with its noun, one or many.

    Examples
    --------
    >>> counted(1, "month"), counted(12.4, "month"), counted(2100, "row")
    ('1 month', '12 months', '2,100 rows')
    """
    return f"{whole(count)} {noun}" + ("" if round(count) == 1 else "s")
