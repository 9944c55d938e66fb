"""Counts with their nouns and items in a row, as messages and sentences of every room write them."""

from __future__ import annotations

from collections.abc import Sequence

from referral_playbook.contract.writing.formatting import whole


def counted(count: float, noun: str) -> str:
    """Write a count with its noun, one or many.

    Examples
    --------
    >>> counted(1, "month"), counted(12.4, "month"), counted(2100, "row")
    ('1 month', '12 months', '2,100 rows')
    """
    return f"{whole(count)} {noun}" + ("" if round(count) == 1 else "s")


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items in a row of words.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    return f" {last} ".join(filter(None, (", ".join(items[:-1]), items[-1]))) if items else ""
