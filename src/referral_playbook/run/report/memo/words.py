"""Small pieces of English that several parts of the memo need."""

from __future__ import annotations

import re
from collections.abc import Iterable

from referral_playbook.contract.estimate import Estimate
from referral_playbook.contract.writing.formatting import interval
from referral_playbook.show.words import clean

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'“£€$0-9])")

_RAW_NAME = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
_STEP_NUMBER = re.compile(r" \(step \d\d\)")
"""What a reader outside the project does not know: names of columns and numbers of steps."""


def sentences(text: str, most: int) -> str:
    """The first sentences of a text.

    Examples
    --------
    >>> sentences("Go. It pays. It may pay more.", 2)
    'Go. It pays.'
    """
    return " ".join(_SENTENCE.split(clean(text))[:most])


def sentence(text: str) -> str:
    """A text that starts with a capital and ends with a full stop.

    Examples
    --------
    >>> sentence("ask the 45 on the list")
    'Ask the 45 on the list.'
    >>> sentence("bring referrals: referred_on (step 02)")
    'Bring referrals: referred on.'
    """
    plain = _RAW_NAME.sub(lambda name: name.group().replace("_", " "), _STEP_NUMBER.sub("", clean(text)))
    if not plain:
        return ""
    return plain[:1].upper() + plain[1:] + ("" if plain[-1] in ".!?" else ".")


def range_of(estimate: Estimate) -> str:
    """The range of an estimate without its value; empty for a number that was decided.

    Examples
    --------
    >>> from referral_playbook.contract.estimate import assumed
    >>> range_of(assumed(8, 4, 20, unit="conversions", per="programme", source="s"))
    '4 to 20'
    """
    said = interval(estimate)
    return said[said.index("(") + 1 : said.rindex(")")] if "(" in said else ""


def distinct(items: Iterable[str]) -> list[str]:
    """Items without repeats, in their order; two that differ only in case or a full stop are the same."""
    seen: dict[str, str] = {}
    for item in items:
        seen.setdefault(item.casefold().rstrip(". "), item)
    return list(seen.values())
