"""Ids as text: they are compared letter by letter, but a number that a program wrote as 13085.0 is 13085."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from referral_playbook.intake.files.hashes import Hashes, different, text_hashes
from referral_playbook.intake.files.source import Cells, Mask, arrow_values, flags


def plain_ids(text: pd.Series, width: int | None = None) -> pd.Series:
    """Ids without the ".0" of a number that was written with decimals; of digits alone, filled up to the width.

    Examples
    --------
    >>> plain_ids(pd.Series(["13085.0", "A-1.0", "123"]), width=7).tolist()
    ['0013085', 'A-1.0', '0000123']
    """
    if text.str.endswith(".0").any():
        text = text.where(~text.str.fullmatch(r"[0-9]+\.0"), text.str.slice(0, -2))
    if width is not None:
        text = text.where(~text.str.fullmatch("[0-9]+"), text.str.zfill(width))
    return text


def shortened(text: pd.Series) -> Mask:
    """Ids that Excel has shortened to a power of ten, so that their last digits are gone.

    Examples
    --------
    >>> shortened(pd.Series(["1.23457E+11", "12E5", "123"])).tolist()
    [True, False, False]
    """
    words = arrow_values(text)
    if not pc.any(pc.match_substring(words, "+")).as_py():
        return np.zeros(len(text), dtype=bool)
    return flags(pc.match_substring_regex(words, r"^[0-9](?:[.,][0-9]+)?[eE][+][0-9]+$"))


@dataclass(frozen=True)
class Digits:
    """Ids of digits alone, and these without their leading zeros (`values`).

    `unique` is whether no two differ by leading zeros alone.
    """

    ids: pa.ChunkedArray
    values: pa.ChunkedArray
    unique: bool

    @classmethod
    def of(cls, ids: pd.Series | pd.Index) -> Digits:
        """Those among these ids; null is no id."""
        digits = pc.unique(arrow_values(ids)).drop_null()
        digits = digits.filter(pc.ascii_is_decimal(digits))
        values = pc.ascii_ltrim(digits, "0")
        return cls(digits, values, pc.count_distinct(values).as_py() == len(digits))


@dataclass(frozen=True)
class KnownIds:
    """The ids of the customers, to look others up in many times: their hashes are in memory, the ids need not be.

    `left` are the days on which customers left, by hash.
    """

    hashes: pd.Index
    ids: Callable[[], pd.Series]
    left: pd.Series

    @classmethod
    def of(cls, ids: pd.Series, left: pd.Series | None) -> KnownIds:
        """The ids of customers who are all in memory; null is no id."""
        hashes = text_hashes(arrow_values(ids.fillna("")))
        return cls(pd.Index(different(hashes[hashes != NONE])), lambda: ids, days_of_leaving([(hashes, left)]))

    def has(self, hashes: Hashes) -> Mask:
        """Which of these ids, given by their hashes, a customer has."""
        present: Mask = self.hashes.get_indexer(pd.Index(hashes)) >= 0
        return present

    @cached_property
    def digits(self) -> Digits:
        """The ids of digits alone."""
        return Digits.of(self.ids())


NONE = np.uint64(0)
"""The hash of an empty id."""


def days_of_leaving(pieces: Iterable[tuple[Hashes, pd.Series | None]]) -> pd.Series:
    """The last day on which each id left, by hash, from pieces of the customers (None: nobody left)."""
    left = [pd.Series(days.to_numpy(), index=hashes).dropna() for hashes, days in pieces if days is not None]
    if not left:
        return pd.Series(dtype="datetime64[s]")
    together = pd.concat(left)
    return together[together.index != NONE].groupby(level=0).max()


def hashes_of(ids: pd.Series, cells: Cells) -> Hashes:
    """The hashes of ids as they were read from these cells; most often they are the same text."""
    return cells.hashes if ids is cells.text else text_hashes(arrow_values(ids))


def zeros_lost(lost: pd.Series, known: Digits) -> tuple[Mask, int, int]:
    """Which unknown ids are known once leading zeros are taken off, and how long the longest of them are.

    `lost` are ids that are not among the known ones, null where there is none. Returns which of them match (one per
    row), the length of the longest of these, and that of the longest known id which they match: the longer one kept its
    zeros. Nothing matches where two known ids differ by zeros alone.
    """
    texts = arrow_values(lost)
    none = np.zeros(len(lost), dtype=bool), 0, 0
    numeric = flags(pc.ascii_is_decimal(texts))
    if not known.unique or not numeric.any():
        return none
    at = pc.index_in(pc.ascii_ltrim(texts, "0"), value_set=known.values.cast(texts.type))
    padded = numeric & flags(pc.is_valid(at))
    if not padded.any():
        return none
    those = pa.array(padded)
    return padded, _longest(texts.filter(those)), _longest(known.ids.take(at.filter(those)))


def _longest(texts: pa.ChunkedArray) -> int:
    return int(pc.max(pc.utf8_length(texts)).as_py())
