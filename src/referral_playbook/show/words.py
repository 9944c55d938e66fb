"""Names and text made fit to be shown: contract names in words, client text without tricks."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.names import STEPS
from referral_playbook.contract.quantities import quantities
from referral_playbook.contract.tables import TABLES
from referral_playbook.contract.writing.formatting import number

STATUS = {
    Status.GO: "Go",
    Status.TEST_SMALL: "Test small",
    Status.STOP: "Stop",
    Status.NOT_ENOUGH_DATA: "Not enough data",
}
_RAW_NAME = re.compile(r"(?<![\w/\\-])[a-z]+(?:_[a-z0-9]+)+\b(?!\.\w|[/\\-]| =|=)")
"""A name with underscores that is no part of a path, a file's name or an assignment."""
OUTCOME = {True: "passed", False: "not passed", None: "not known"}

_CAPITALS = ("nps", "csat", "ces", "pmf", "k", "nrr", "grr", "mrr", "clv", "evpi", "evsi", "npv", "roi", "id")
_SPECIAL = {word: word.upper() for word in _CAPITALS} | {p: p for p in ("p10", "p50", "p90", "p99")}
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def name(key: str) -> str:
    """A contract name in words.

    Examples
    --------
    >>> name("very_disappointed_share"), name("k_factor"), name("nps"), name("Client's own heading")
    ('Very disappointed share', 'K factor', 'NPS', "Client's own heading")
    >>> name("referrals_per_1000")
    'Referrals per 1,000'
    """
    if not key.replace("_", "").isalnum() or key != key.lower():
        return key
    labels = [number(int(word)) if word == "1000" else _SPECIAL.get(word, word) for word in key.split("_") if word]
    return " ".join(
        [labels[0][:1].upper() + labels[0][1:] if labels[0] not in _SPECIAL.values() else labels[0], *labels[1:]]
    )


def title(key: str) -> str:
    """What a reader calls a step, a number of a result or another contract name.

    Examples
    --------
    >>> title("customer_value"), title("pmf_check"), title("earlier_steps")
    ('Customer value', 'PMF check', 'Earlier steps')
    """
    entry = quantities().get(key)
    return entry.title if entry else name(key)


def plain(text: str) -> str:
    """Our names of steps, numbers and columns within a text, in words; a text that is nothing but names, in titles.

    Words of the client that merely look like such a name stay as they are.

    Examples
    --------
    >>> plain("taken from pmf_check"), plain("referrals: referred_on, 2025-10"), plain("source paid_search")
    ('taken from "PMF check"', 'referrals: referred on, 2025-10', 'source paid_search')
    >>> plain("customer_value"), plain("pmf_check, break_even")
    ('Customer value', 'PMF check, Break even')
    >>> plain("nps"), plain("uplift")
    ('Net Promoter Score', 'uplift')
    """
    if "_" not in text:
        return title(text) if text in _CAPITALS and text in quantities() else text
    parts = text.split(", ")
    if all(part in STEPS or part in quantities() for part in parts):
        return ", ".join(map(title, parts))
    return _RAW_NAME.sub(lambda found: _within(found.group()), text)


def spelled(text: str) -> str:
    """A text of ours with every underscore of a name written as a blank, and a capital at its start.

    Examples
    --------
    >>> spelled("self_referral, refunded_within_hold")
    'Self referral, refunded within hold'
    """
    words = text.replace("_", " ")
    return words[:1].upper() + words[1:]


def _within(key: str) -> str:
    """A contract name as it stands in a sentence."""
    if key in STEPS:
        return f'"{name(key)}"'
    if key in quantities():
        labels = title(key)
        return labels if labels[:2].isupper() else labels[:1].lower() + labels[1:]
    return key.replace("_", " ") if key in _columns() else key


@cache
def _columns() -> frozenset[str]:
    return frozenset(column.name for table in TABLES.values() for column in table.columns)


def clean(text: str) -> str:
    """Client text on one line: control characters become blanks; marks that reorder a line are dropped.

    Surrogates and noncharacters are dropped too: no browser draws a chart whose label contains one.

    Examples
    --------
    >>> clean("a\\x00b\\nc\\u202ed"), clean("insta\\ufffegram")
    ('a b cd', 'instagram')
    """
    if text.isprintable():  # nearly all text, of which thousands of cells are made: none of its signs is dropped
        return text.strip()
    printable = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if c not in _BIDI_CONTROLS)
    return "".join(c for c in printable if unicodedata.category(c) != "Cs" and not _is_noncharacter(ord(c))).strip()


def _is_noncharacter(code: int) -> bool:
    """Whether Unicode reserves the code point for no character: FDD0 to FDEF, and the last two of every plane."""
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def escaped(text: str) -> str:
    """Client text as HTML.

    Examples
    --------
    >>> escaped("<script>&")
    '&lt;script&gt;&amp;'
    """
    return html.escape(clean(text), quote=True)
