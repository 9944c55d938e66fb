"""Lists cut to what a team can work in a month; how many there are in all is counted beside them."""

from __future__ import annotations

import pandas as pd

LONGEST = 2_000
"""Rows of a list: more than twenty people can contact in a month at five contacts a day."""


def cut(rows: pd.DataFrame) -> pd.DataFrame:
    """The first rows of a list that stands in the order in which it is worked."""
    return rows.head(LONGEST)
