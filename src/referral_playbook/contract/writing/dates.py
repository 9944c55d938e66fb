"""Days and months as people write them, in the locale of the numbers (see `contract.formatting`)."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from referral_playbook.contract.writing.formatting import NOT_KNOWN
from referral_playbook.contract.writing.language import locale


def day(when: date | str | None) -> str:
    """Write a date; of text that names a month alone, the month.

    Examples
    --------
    >>> day(date(2026, 9, 30)), day("2026-09-30"), day("2026-09"), day(None)
    ('30 Sept 2026', '30 Sept 2026', 'Sept 2026', 'not known')
    """
    if when is None or when != when:
        return NOT_KNOWN
    if isinstance(when, str) and len(when) == len("2026-09"):
        return month(when)
    when = date.fromisoformat(when[:10]) if isinstance(when, str) else when
    return str(format_date(when, format="d MMM y" if _english() else "long", locale=locale()))


def month(when: object) -> str:
    """Write the month of a date, of text that starts with ``YYYY-MM``, or of a pandas period.

    Examples
    --------
    >>> month("2026-09"), month(date(2026, 9, 30))
    ('Sept 2026', 'Sept 2026')
    """
    first = date.fromisoformat(f"{str(when)[:7]}-01")
    return str(format_date(first, format="MMM y" if _english() else "LLLL y", locale=locale()))


def month_of_year(number: int) -> str:
    """Write the name of a month of the year, January being 1.

    Examples
    --------
    >>> month_of_year(9)
    'September'
    """
    return str(format_date(date(2001, number, 1), format="LLLL", locale=locale()))


def _english() -> bool:
    return locale().startswith("en")
