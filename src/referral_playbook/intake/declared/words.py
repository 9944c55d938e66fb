"""The client's words that nothing maps: counted, listed, and proposed only where the meaning is safe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from referral_playbook.contract.client_toml.toml_text import literal

YES_NO = frozenset({"true", "false", "yes", "no", "y", "n"})
LISTED = 12


def same(text: pd.Series, words: Iterable[str]) -> pd.Series:
    """Whether each text is one of these words; yes, no, true and false match in any case.

    Examples
    --------
    >>> same(pd.Series(["TRUE", "Paid", "paid"]), ["true", "Paid"]).tolist()
    [True, True, False]
    """
    wanted = list(words)
    matches = text.isin(wanted)
    if loose := [word.lower() for word in wanted if word.lower() in YES_NO]:
        matches |= text.str.lower().isin(loose)
    return matches


MOST_WORDS = 1_000


def count_words(counts: dict[str, int], text: pd.Series, always: Iterable[str] = ()) -> None:
    """Count the words of a column, or of a piece of it; of very many words only the first, and `always` these.

    Examples
    --------
    >>> counts = {"a": 1}
    >>> count_words(counts, pd.Series(["b", "a", "", "b"]))
    >>> counts
    {'a': 2, 'b': 2}
    """
    wanted = frozenset(always)
    codes, words = pd.factorize(text)
    numbers = np.bincount(codes[codes >= 0], minlength=len(words))
    for word, count in zip(words, numbers, strict=True):
        if word and (word in counts or len(counts) < MOST_WORDS or word in wanted):
            counts[str(word)] = counts.get(word, 0) + int(count)


def listed(words: Mapping[str, int]) -> str:
    """Words with their counts, for a message.

    Examples
    --------
    >>> listed({"Empfehlung": 12, "web": 3})
    "'Empfehlung' (12), 'web' (3)"
    """
    shown = [f"{word!r} ({count:,})" for word, count in list(words.items())[:LISTED]]
    rest = f" and {len(words) - LISTED:,} more words" if len(words) > LISTED else ""
    return ", ".join(shown) + rest


def bare(word: str) -> str:
    """A word without case, blanks and signs, to see whether two are the same but for these."""
    return "".join(sign for sign in word.casefold() if sign.isalnum())


def proposal(words: Mapping[str, int], choices: Iterable[str], place: str, column: str) -> str:
    """What to write in client.toml: a mapping for words whose meaning is safe, and dots for all others.

    Examples
    --------
    >>> proposal({"NPS": 3, "Q7": 1}, ["pmf", "nps"], "[tables.surveys.values]", "question")
    'Say what each word means: [tables.surveys.values] question = { nps = ["NPS"] }; still to be mapped: \\'Q7\\' (1)'
    """
    meanings = {bare(choice): choice for choice in choices}
    safe: dict[str, list[str]] = {}
    for word in words:
        if choice := meanings.get(bare(word)):
            safe.setdefault(choice, []).append(word)
    open_words = {word: count for word, count in words.items() if bare(word) not in meanings}
    if not safe:
        return (
            f'Say what each word means: {place} {column} = {{ {key(next(iter(meanings.values())))} = ["..."], ... }}. '
            + (f"Words here: {listed(open_words)}")
        )
    mapped = ", ".join(f"{key(choice)} = {literal(many)}" for choice, many in safe.items())
    rest = f"; still to be mapped: {listed(open_words)}" if open_words else ""
    return f"Say what each word means: {place} {column} = {{ {mapped} }}{rest}"


def key(word: str) -> str:
    """A word as a key of TOML."""
    return word if re.fullmatch("[A-Za-z0-9_-]+", word) else literal(word)


@dataclass
class Use:
    """A column whose words matter: the words that are waited for, and those that are there, counted over all pieces."""

    key: str
    table: str
    file: str
    header: str
    wanted: tuple[str, ...]
    there: dict[str, int] = field(default_factory=dict)

    @property
    def ordered(self) -> dict[str, int]:
        """The words that are there, the most frequent first."""
        return dict(sorted(self.there.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def absent(self) -> bool:
        """Whether none of the words that are waited for stands in the column."""
        return not same(pd.Series(list(self.there), dtype=object), self.wanted).any()


class Tally:
    """The words of every column on whose words something rests."""

    def __init__(self) -> None:
        self.uses: dict[tuple[str, str, str, tuple[str, ...]], Use] = {}

    def add(self, key: str, table: str, file: str, header: str, text: pd.Series, wanted: Iterable[str] = ()) -> None:
        """Count the words of a column, or of a piece of it; of very many words only the first are kept."""
        use = Use(key, table, file, header, tuple(wanted))
        use = self.uses.setdefault((key, table, header, use.wanted), use)
        count_words(use.there, text, use.wanted)

    def of(self, table: str, key: str) -> dict[str, int]:
        """The words that a table has under a key, the most frequent first."""
        counts: dict[str, int] = {}
        for use in self.uses.values():
            if (use.table, use.key) == (table, key):
                for word, count in use.there.items():
                    counts[word] = counts.get(word, 0) + count
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
