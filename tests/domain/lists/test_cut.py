"""A list keeps its first rows, in the order in which it is worked."""

from __future__ import annotations

import pandas as pd

from referral_playbook.domain.lists.cut import LONGEST, cut


def test_a_long_list_ends_and_a_short_one_stays_as_it_is() -> None:
    long = pd.DataFrame({"customer_id": range(LONGEST + 7)}).iloc[::-1]
    assert cut(long)["customer_id"].tolist() == list(range(LONGEST + 6, 6, -1))
    assert cut(long.head(3)).equals(long.head(3))
