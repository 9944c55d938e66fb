"""The small tables of a subscription client: cost sheet, rewards, goals, as agreed in a workshop."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from referral_playbook.contract.tables import TABLES
from referral_playbook.simulate.judgement import MONTHLY, frame, small_tables
from referral_playbook.simulate.world import SubscriptionWorld

WORLD = SubscriptionWorld(programme_start=date(2026, 1, 15), as_of=date(2026, 9, 30))


@pytest.fixture(scope="module")
def tables():
    return small_tables(WORLD, seed=4)


def test_the_cost_sheet_runs_from_the_start_of_the_programme_to_the_as_of_date(tables):
    costs = tables["costs"]
    assert sorted(costs["month"].unique()) == [f"2026-{m:02d}" for m in range(1, 10)]
    assert costs.iloc[0].tolist() == ["2026-01", "set-up", 24.0, 650.0]
    per_month = costs.iloc[1:].groupby("month").size()
    assert (per_month == len(MONTHLY)).all()


def test_hours_vary_by_a_fifth_in_quarters_and_money_not_at_all(tables):
    costs = tables["costs"]
    for item, (hours, amount) in MONTHLY.items():
        mine = costs[costs["item"] == item]
        assert set(mine["amount"]) == {amount}
        assert (mine["hours"] * 4 % 1 == 0).all()
        assert mine["hours"].between(0.8 * hours - 0.125, 1.2 * hours + 0.125).all()


def test_goals_begin_in_the_fourth_month_and_rise(tables):
    goals = tables["goals"]
    assert goals["month"].min() == "2026-04"
    referrals = goals[goals["metric"] == "referrals"].sort_values("month")["target"]
    assert referrals.tolist() == [10.0, 10.0, 11.0, 11.0, 11.0, 12.0]  # 10 and 0.35 a month, rounded
    assert goals["target"].apply(float.is_integer).all()


def test_every_table_has_the_columns_that_its_contract_requires(tables):
    for name, table in tables.items():
        assert set(TABLES[name].required) <= set(table.columns)
        assert table[list(TABLES[name].required)].notna().all(axis=None)


def test_another_firm_has_its_own_name_and_product_in_the_exchanges():
    world = SubscriptionWorld(name="Lantern", product="lamp rental")
    rows = small_tables(world, seed=4)["exchanges"]
    assert not rows.isin(["Brightdesk"]).any(axis=None)
    assert "lamp rental, per month" in set(rows["what"])
    assert {"Lantern", "customer", "friend"} == set(rows["giver"]) | set(rows["receiver"])


def test_the_same_seed_books_the_same_hours():
    one, two, other = (small_tables(WORLD, seed=s)["costs"]["hours"].tolist() for s in (4, 4, 5))
    assert one == two != other


def test_a_frame_has_a_column_for_every_word():
    pd.testing.assert_frame_equal(frame("a b", [(1, 2), (3, 4)]), pd.DataFrame({"a": [1, 3], "b": [2, 4]}))
