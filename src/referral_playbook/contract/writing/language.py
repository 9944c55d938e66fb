"""The language in which numbers and dates are written: the client's, from ``client.toml``; the words stay English.

A kernel serves one client, so opening its engagement sets the language of the process. Where one process writes the
papers of several clients, `numbers_in` sets it for a block, in this thread only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from babel import Locale, UnknownLocaleError

USUAL = "en_GB"
_of_block: ContextVar[str | None] = ContextVar("language", default=None)
_of_process = [USUAL]


def locale() -> str:
    """The locale of numbers and dates here and now."""
    return _of_block.get() or _of_process[0]


def write_numbers_in(language: str | None) -> None:
    """Set the language of this process; None for the usual one.

    Examples
    --------
    >>> write_numbers_in("de-DE"); locale()
    'de_DE'
    >>> write_numbers_in(None); locale()
    'en_GB'
    """
    _of_process[0] = locale_of(language)


@contextmanager
def numbers_in(language: str | None) -> Iterator[None]:
    """Set the language for a block of this thread; None for the usual one."""
    before = _of_block.set(locale_of(language))
    try:
        yield
    finally:
        _of_block.reset(before)


def locale_of(language: str | None) -> str:
    """The locale of a language tag such as ``de-DE``.

    A language for which there are no rules raises ValueError.

    Examples
    --------
    >>> locale_of("fr-FR"), locale_of(None)
    ('fr_FR', 'en_GB')
    """
    if not language:
        return USUAL
    try:
        return str(Locale.parse(language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        raise ValueError(f"{language!r} is no language that numbers can be written in") from None
