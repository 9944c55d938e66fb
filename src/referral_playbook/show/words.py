"""Names and text made fit to be shown: contract names in words, client text without tricks."""

from __future__ import annotations

import html
import unicodedata

from referral_playbook.contract.evidence import Status

STATUS = {
    Status.GO: "Go",
    Status.TEST_SMALL: "Test small",
    Status.STOP: "Stop",
    Status.NOT_ENOUGH_DATA: "Not enough data",
}
OUTCOME = {True: "holds", False: "fails", None: "cannot be told"}

_CAPITALS = ("nps", "csat", "ces", "pmf", "k", "nrr", "grr", "mrr", "clv", "evpi", "evsi", "npv", "roi", "id")
_SPECIAL = {word: word.upper() for word in _CAPITALS} | {p: p for p in ("p10", "p50", "p90", "p99")}
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def name(key: str) -> str:
    """A contract name in words.

    Examples
    --------
    >>> name("very_disappointed_share"), name("k_factor"), name("nps"), name("Client's own heading")
    ('Very disappointed share', 'K factor', 'NPS', "Client's own heading")
    """
    if not key.replace("_", "").isalnum() or key != key.lower():
        return key
    said = [_SPECIAL.get(word, word) for word in key.split("_") if word]
    return " ".join([said[0][:1].upper() + said[0][1:] if said[0] not in _SPECIAL.values() else said[0], *said[1:]])


def clean(text: str) -> str:
    """Client text on one line: control characters become blanks; marks that reorder a line are dropped.

    Surrogates and noncharacters are dropped too: no browser draws a chart whose label contains one.

    Examples
    --------
    >>> clean("a\\x00b\\nc\\u202ed"), clean("insta\\ufffegram")
    ('a b cd', 'instagram')
    """
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if c not in _BIDI_CONTROLS)
    return "".join(c for c in kept if unicodedata.category(c) != "Cs" and not _is_noncharacter(ord(c))).strip()


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
