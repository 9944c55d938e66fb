"""The words of clients in `headers.toml`, and what a header or a word of a file says by them."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any


@cache
def vocabulary() -> dict[str, Any]:
    """The words in `headers.toml`."""
    text = (files("referral_playbook.intake") / "headers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1 << 16)
def plain(text: str) -> str:
    """Text without case, accents and signs.

    Examples
    --------
    >>> plain("Kunden-Nr."), plain("Gekündigt am")
    ('kunden nr', 'gekundigt am')
    """
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    letters = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(letters.split())


def says(text: str, kind: str) -> bool:
    """Whether a header or a word is one of a kind, without case, accents, signs and blanks.

    Examples
    --------
    >>> says("Unit Price", "prices"), says("WÄHRUNG", "currencies"), says("Amount", "quantities")
    (True, True, False)
    """
    return plain(text).replace(" ", "") in _kind(kind)


@cache
def _kind(kind: str) -> frozenset[str]:
    return frozenset(plain(word).replace(" ", "") for word in vocabulary()["kinds"][kind])


def word_for(column: str, value: str, header: str = "") -> str | None:
    """The contract's word that a client's word safely stands for, if any; yes and no answer what the header asks.

    Examples
    --------
    >>> word_for("source", "Empfehlung"), word_for("source", "Google")
    ('referral', None)
    >>> word_for("status", "TRUE", "Active"), word_for("status", "Yes", "Churned"), word_for("status", "Yes", "Status")
    ('active', 'left', None)
    """
    stays = says(header, "stays")
    if column == "status" and (stays or says(header, "gone")) and (says(value, "yes") or says(value, "no")):
        return "active" if says(value, "yes") == stays else "left"
    for ours, theirs in vocabulary()["words"].get(column, {}).items():
        if plain(value) in [plain(word) for word in theirs] or value == ours:
            return str(ours)
    return None
