"""Lists cut to what a team can work in a month; how many there are in all is counted beside them."""

import pandas as pd

from referral_playbook.contract.writing.formatting import number, written

LONGEST = 2_000
"""Rows of a list: more than twenty people can contact in a month at five contacts a day."""


def cut(rows: pd.DataFrame) -> pd.DataFrame:
    """The first rows of a list that stands in the order in which it is worked."""
    return rows.head(LONGEST)


def on_list(rows: int, everyone: int, noun: str, file: str) -> str:
    """Customers whom an action names: all who are on the list, or how many of all come first.

    Examples
    --------
    >>> on_list(12, 12, "unhappy customers", "close-the-loop.csv")
    'the 12 unhappy customers on close-the-loop.csv'
    >>> on_list(500, 66_345, "quiet customers", "follow-up.csv")
    'the first 500 of 66,345 quiet customers, those on follow-up.csv'
    """
    if rows >= everyone:
        return f"the {written(rows, noun)} on {file}"
    return f"the first {number(rows)} of {written(everyone, noun)}, those on {file}"
