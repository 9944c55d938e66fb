"""A list keeps its first rows, in the order in which it is worked."""

from __future__ import annotations

import pandas as pd

from referral_playbook.domain.lists.cut import LONGEST, cut, on_list


def test_a_long_list_ends_and_a_short_one_stays_as_it_is() -> None:
    long = pd.DataFrame({"customer_id": range(LONGEST + 7)}).iloc[::-1]
    assert cut(long)["customer_id"].tolist() == list(range(LONGEST + 6, 6, -1))
    assert cut(long.head(3)).equals(long.head(3))


def test_an_action_names_no_more_customers_than_the_list_holds() -> None:
    assert on_list(1, 1, "customers", "upsell.csv") == "the 1 customer on upsell.csv"
    assert on_list(500, 66_345, "quiet customers", "f.csv") == "the first 500 of 66,345 quiet customers, those on f.csv"
    # From a panel the number of all is an estimate; the list itself is counted.
    assert on_list(500, 480, "customers", "f.csv") == "the 500 customers on f.csv"
