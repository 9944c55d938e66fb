"""Days and months as people write them, in the locale of the numbers (see `contract.formatting`)."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from referral_playbook.contract.formatting import LOCALE, NOT_KNOWN


def day(when: date | str | None) -> str:
    """Write a date.

    Examples
    --------
    >>> day(date(2026, 9, 30)), day("2026-09-30"), day(None)
    ('30 Sept 2026', '30 Sept 2026', 'not known')
    """
    if when is None or when != when:
        return NOT_KNOWN
    when = date.fromisoformat(when[:10]) if isinstance(when, str) else when
    return str(format_date(when, format="d MMM y", locale=LOCALE))


def month(when: str) -> str:
    """Write a month given as ``YYYY-MM``.

    Examples
    --------
    >>> month("2026-09")
    'Sept 2026'
    """
    return str(format_date(date.fromisoformat(f"{when}-01"), format="MMM y", locale=LOCALE))
