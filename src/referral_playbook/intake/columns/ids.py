"""Ids as text: they are compared letter by letter, but a number that a program wrote as 13085.0 is 13085."""

from __future__ import annotations

import numpy as np
import pandas as pd

from referral_playbook.intake.files.source import Cells, Mask


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


def key_text(cells: Cells, width: int | None = None) -> pd.Series:
    """The text of a column by which rows are matched."""
    return plain_ids(cells.text, width)


NOBODY = frozenset(
    (
        "unknown",
        "n/a",
        "#n/a",
        "na",
        "none",
        "null",
        "nan",
        "nil",
        "-",
        "--",
        "?",
        "anonymous",
        "guest",
        "tbd",
        "unbekannt",
        "inconnu",
        "desconocido",
    )
)
"""Words that programs and people write where there is no id."""


def shortened(text: pd.Series) -> Mask:
    """Ids that Excel has shortened to a power of ten, so that their last digits are gone.

    Examples
    --------
    >>> shortened(pd.Series(["1.23457E+11", "12E5", "123"])).tolist()
    [True, False, False]
    """
    found: Mask = text.str.fullmatch(r"[0-9](?:[.,][0-9]+)?[eE][+][0-9]+").to_numpy(dtype=bool)
    return found


def zeros_lost(lost: pd.Series, known: pd.Index) -> tuple[Mask, int | None, bool]:
    """Which unknown ids are known once leading zeros are taken off, and where the zeros were lost.

    Parameters
    ----------
    lost
        Ids (null where there is none) that are not among the known ones.
    known
        The ids of the customers.

    Returns
    -------
    tuple
        Which of them match (bool, one per row); the width of the ids that kept their zeros; whether the customers lost
        theirs, not the other file. Nothing matches where two customers differ by zeros alone.
    """
    digits = [key for key in known if isinstance(key, str) and key.isascii() and key.isdigit()]
    by_value = {key.lstrip("0"): key for key in digits}
    given = lost.fillna("").astype(object)
    numeric = given.map(lambda key: key.isascii() and key.isdigit())
    match = given.str.lstrip("0").map(by_value.get).where(numeric)
    found = match.notna().to_numpy(dtype=bool)
    if not found.any() or len(by_value) < len(digits):
        return np.zeros(len(lost), dtype=bool), None, False
    ours, theirs = given[found].str.len().max(), match[found].str.len().max()
    return found, int(max(ours, theirs)), bool(ours > theirs)
