"""How many customers there are: of everyone, also where only a panel is looked at."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.domain.headcount import (
    advocates_now,
    counts_of_everyone,
    customers_in_all,
    customers_now,
    of_everyone,
)

LIFE = pd.DataFrame({"left": [False, True, False], "customers": [70, 30, 5]})
ADVOCATES = pd.DataFrame({"left": [False, False, True], "referrals": [0, 2, 9], "customers": [60, 8, 3]})


def engagement(scale=1.0, **facts):
    return SimpleNamespace(scale=scale, fact=facts.get)


def test_counts_come_from_the_facts_of_everyone():
    whole = engagement(customer_life=LIFE, advocate_counts=ADVOCATES, scale=30.0)
    assert (customers_in_all(whole), customers_now(whole), advocates_now(whole)) == (105, 75, 8)


def test_without_the_table_there_is_nobody():
    nothing = engagement()
    assert (customers_in_all(nothing), customers_now(nothing), advocates_now(nothing)) == (0, 0, 0)


def test_rows_of_a_panel_are_raised_to_everyone():
    assert of_everyone(engagement(scale=2.5), 3) == round(7.5)
    raised = counts_of_everyone(engagement(scale=2.5), pd.DataFrame({"a": [2, 4], "b": [0, 1]}))
    assert raised.to_dict("list") == {"a": [5, 10], "b": [0, 2]}


@pytest.mark.parametrize("dtype", [object, float, "int64"])
def test_no_rows_stay_no_rows_whatever_their_type(dtype):
    assert list(counts_of_everyone(engagement(scale=3.0), pd.Series([], dtype=dtype))) == []
