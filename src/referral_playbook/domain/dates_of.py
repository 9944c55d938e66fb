"""Look up a date for each id, also where no id has one."""

import pandas as pd


def dates_of(ids: pd.Series, dates: pd.Series) -> pd.Series:
    """Date of each id, or NaT where it has none.

    `Series.map` fails with a TypeError in pandas 3 where `dates` is empty: it builds a column of floats.

    Parameters
    ----------
    dates : Series of datetime64
        Indexed by id; every id at most once.

    Returns
    -------
    Series of datetime64
        With the index of `ids`.

    Examples
    --------
    >>> ids = pd.Series(["ann", "bob"])
    >>> dates_of(ids, pd.Series(pd.to_datetime(["2026-03-01"]), index=["bob"])).tolist()
    [NaT, Timestamp('2026-03-01 00:00:00')]
    >>> dates_of(ids, pd.Series(dtype="datetime64[ns]")).isna().tolist()
    [True, True]
    """
    return pd.to_datetime(dates.reindex(pd.Index(ids))).set_axis(ids.index)
