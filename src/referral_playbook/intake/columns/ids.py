"""Ids as text: they are compared letter by letter, but a number that a program wrote as 13085.0 is 13085."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
class KnownIds:
    """The ids of the customers, to look others up in many times: their hashes are in memory, the ids need not be."""

    hashes: pd.Index
    ids: Callable[[], pd.Series]

    @classmethod
    def of(cls, ids: pd.Series) -> KnownIds:
        """The ids of customers who are all in memory; null is no id."""
        return cls(pd.Index(different(text_hashes(arrow_values(ids.dropna())))), lambda: ids)

    def has(self, hashes: Hashes) -> Mask:
        """Which of these ids, given by their hashes, a customer has."""
        present: Mask = self.hashes.get_indexer(pd.Index(hashes)) >= 0
        return present


def hashes_of(ids: pd.Series, cells: Cells) -> Hashes:
    """The hashes of ids as they were read from these cells; most often they are the same text."""
    return cells.hashes if ids is cells.text else text_hashes(arrow_values(ids))


def zeros_lost(lost: pd.Series, known: pd.Series | pd.Index) -> tuple[Mask, int | None, bool]:
    """Which unknown ids are known once leading zeros are taken off, and where the zeros were lost.

    `lost` are ids that are not among the known ones, null where there is none. Returns which of them match (one per
    row), the width of the ids that kept their zeros, and whether the customers lost theirs, not the other file. Nothing
    matches where two customers differ by zeros alone.
    """
    texts = arrow_values(lost)
    numeric = flags(pc.ascii_is_decimal(texts))
    padded = np.zeros(len(lost), dtype=bool)
    if numeric.any():
        digits = pc.unique(arrow_values(known)).drop_null()
        digits = digits.filter(pc.ascii_is_decimal(digits))
        values = pc.ascii_ltrim(digits, "0")
        at = pc.index_in(pc.ascii_ltrim(texts, "0"), value_set=values.cast(texts.type))
        padded = numeric & flags(pc.is_valid(at))
        unique = pc.count_distinct(values).as_py() == len(digits)
    if not padded.any() or not unique:
        return np.zeros(len(lost), dtype=bool), None, False
    ours = pc.max(pc.utf8_length(texts.filter(pa.array(padded)))).as_py()
    theirs = pc.max(pc.utf8_length(digits.take(at.filter(pa.array(padded))))).as_py()
    return padded, int(max(ours, theirs)), bool(ours > theirs)
