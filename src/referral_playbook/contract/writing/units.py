"""Units of estimates that decide how a number is written."""

from __future__ import annotations

import re

TIMES = "times"
"""Unit of a factor, which is written to two digits wherever it stands."""
NPS = "NPS"
"""Unit of a net promoter score from -1 to 1."""
_CURRENCY = re.compile(r"[A-Z]{3}")


def is_symbol(unit: str) -> bool:
    """Whether a unit is a sign beside the number, as of money and shares, or sets how the number is written.

    Examples
    --------
    >>> is_symbol("GBP"), is_symbol("share"), is_symbol("referrals")
    (True, True, False)
    """
    return unit in ("share", NPS, TIMES) or is_currency(unit)


def is_currency(unit: str) -> bool:
    """Whether a unit is that of an amount of money, as an ISO 4217 code."""
    return unit != NPS and _CURRENCY.fullmatch(unit) is not None
