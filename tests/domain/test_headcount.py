"""Customers are counted over all of them, in groups that the engine has counted."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from referral_playbook.domain.headcount import advocates_now, customers_in_all, customers_now, of_everyone

LIFE = pd.DataFrame({"left": [True, False, False], "customers": [120, 300, 50]})
ADVOCATES = pd.DataFrame({"left": [False, False, True], "referrals": [0, 3, 5], "customers": [200, 40, 9]})


def client(**facts: pd.DataFrame):  # type: ignore[no-untyped-def]
    return SimpleNamespace(fact=facts.get, scale=12.5)


def test_those_who_left_count_in_all_and_not_now() -> None:
    assert customers_in_all(client(customer_life=LIFE)) == 470
    assert customers_now(client(customer_life=LIFE)) == 350


def test_advocates_now_have_referred_and_are_still_there() -> None:
    assert advocates_now(client(advocate_counts=ADVOCATES)) == 40


def test_without_a_table_nobody_is_counted() -> None:
    assert (customers_in_all(client()), customers_now(client()), advocates_now(client())) == (0, 0, 0)


def test_rows_of_a_panel_stand_for_more_customers() -> None:
    assert of_everyone(client(), 8) == 100
