"""One and its noun: sentences are written for any number, and this makes them right for one."""

from __future__ import annotations

import re

NOUNS = (
    "advocates", "answers", "arms", "asks", "columns", "contacts", "conversions", "customers", "days", "deals",
    "decisions", "events", "fields", "files", "forecasts", "friends", "futures", "goals", "groups", "invites", "leads",
    "months", "numbers", "offers", "payments", "people", "periods", "prospects", "referrals", "rewards", "rows",
    "sources", "steps", "tables", "touchpoints", "users", "weeks", "words", "years",
)  # fmt: skip
"""Nouns that our sentences count."""
_VERBS = {
    "are": "is",
    "were": "was",
    "have": "has",
    "do": "does",
    "come": "comes",
    "wait": "waits",
    "differ": "differs",
}
_ONE = re.compile(
    rf"(?<![\w.,/:%-])1 (?!of |in |to |and |or )((?:[a-z]+ )?)({'|'.join(NOUNS)})\b(?: ({'|'.join(_VERBS)})\b)?"
)


def agreed(text: str) -> str:
    """The text with the singular after the number 1, and with the verb that follows it.

    Examples
    --------
    >>> agreed("because only 1 customers were lost"), agreed("11 customers were lost in 1 months")
    ('because only 1 customer was lost', '11 customers were lost in 1 month')
    """
    return _ONE.sub(_singular, text) if "1 " in text else text


def _singular(found: re.Match[str]) -> str:
    adjective, noun, verb = found.groups()
    one = "person" if noun == "people" else noun.removesuffix("s")
    return f"1 {adjective}{one}" + (f" {_VERBS[verb]}" if verb else "")
