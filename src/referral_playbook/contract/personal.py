"""Which columns can identify a person: they stay in working papers and lists, and out of pages that are passed on."""

from __future__ import annotations

from collections.abc import Collection

from referral_playbook.contract.tables import TABLES

SMALL_GROUP = 10
"""Groups of fewer people are pooled wherever results are shown, so that nobody can be recognised."""
OTHER_SEGMENTS = "(other segments)"
"""The name of the segments that are too small to be shown alone."""
NAMES = frozenset({"email", "comment", "phone"})
IDS = frozenset(column.name for table in TABLES.values() for column in table.columns if column.is_id)


def is_personal(column: str, beside: Collection[str] = ()) -> bool:
    """Whether a column of a table identifies a person.

    `beside` are all columns of the table: the owner of an action is named, because somebody must act, and the owner of
    a goal's figures is not.

    Examples
    --------
    >>> is_personal("customer_id"), is_personal("segment")
    (True, False)
    >>> is_personal("owner", ["what", "owner", "due"]), is_personal("owner", ["month", "metric", "owner"])
    (False, True)
    """
    return column in IDS or column in NAMES or (column == "owner" and "metric" in beside)
