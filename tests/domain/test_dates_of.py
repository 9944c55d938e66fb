"""A date for each id, NaT where there is none."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.domain.dates_of import dates_of

DAYS = pd.date_range("2026-01-01", periods=28)


@given(st.lists(st.integers(0, 9), max_size=20), st.dictionaries(st.integers(0, 9), st.sampled_from(list(DAYS))))
def test_every_id_gets_the_date_that_a_dictionary_would_give(ids, dates):
    asked = pd.Series(ids, index=range(100, 100 + len(ids)), dtype=object)
    found = dates_of(asked, pd.Series(dates, dtype="datetime64[ns]"))
    assert list(found.index) == list(asked.index)
    assert [None if pd.isna(x) else x for x in found] == [dates.get(i) for i in ids]
    assert found.dtype.kind == "M"
