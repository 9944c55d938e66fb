"""Effort by market: gaps by hand, shares of what came by referral, and where nothing was stated."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.steps.referral_sources.markets import (
    COLUMNS,
    SIX_MARKETS,
    balanced,
    describe_market,
    markets,
    measured_names,
    measured_web,
    stated_web,
    widest,
)


def client(effort=None):
    return SimpleNamespace(fact=lambda name: effort if name == "effort" else None)


def effort(*rows):
    return pd.DataFrame(rows, columns=["market", "current", "desired"])


def brought(*rows):
    return pd.DataFrame(rows, columns=["group", "leads", "won", "value"])


GROUPS = brought(
    ("advocacy", 30.0, 12.0, 6_000.0),
    ("customer-base development", 10.0, 3.0, 1_000.0),
    ("general", 20.0, 3.0, 1_000.0),
    ("reciprocal", 30.0, 2.0, 2_000.0),
    ("staff", 10.0, 0.0, np.nan),
    ("not a referral", 500.0, 90.0, 90_000.0),
)


def test_shares_are_of_what_came_by_referral():
    """100 enquiries, 20 won and 10,000 of value by referral; two groups are customers, two are referral."""
    rows = markets(client(), GROUPS).set_index("market")
    assert rows.loc["customers", ["share_of_leads", "share_of_won", "share_of_value"]].tolist() == pytest.approx(
        [0.40, 0.75, 0.70]
    )
    assert rows.at["referral", "share_of_leads"] == pytest.approx(0.50)
    assert rows.at["employee", "share_of_won"] == 0
    assert rows.at["supplier", "share_of_leads"] == 0
    assert list(rows.reset_index().columns) == COLUMNS
    assert list(rows.index) == list(SIX_MARKETS)


def test_a_quantity_that_nobody_recorded_has_no_share():
    rows = markets(client(), GROUPS.assign(value=np.nan))
    assert rows["share_of_value"].isna().all()
    assert rows["share_of_won"].sum() == pytest.approx(1)


def test_the_gap_is_desired_less_current_and_names_may_be_written_with_capitals():
    rows = markets(client(effort((" Customers ", 3, 8), ("Referral", 5, 4))), GROUPS)
    assert rows["gap"].tolist() == [5, -1]
    assert rows["market"].tolist() == ["Customers", "Referral"]
    assert rows.at[0, "share_of_leads"] == pytest.approx(0.40)


def test_words_name_gaps_of_two_points_or_more_the_widest_first():
    rows = markets(client(effort(("customers", 3, 5), ("referral", 1, 8), ("supplier", 6, 3), ("staff", 2, 3))), GROUPS)
    assert describe_market(rows) == (
        "More effort is wanted for referral (1 to 8), customers (3 to 5). Less for supplier (6 to 3)."
    )
    assert widest(rows)["market"] == "referral"


@pytest.mark.parametrize(("desired", "passed"), [(5, True), (5.9, True), (6, False), (0, False)])
def test_effort_is_where_it_is_wanted_below_three_points(desired, passed):
    assert balanced(markets(client(effort(("customers", 3, desired))), GROUPS)).passed is passed


def test_without_a_table_of_effort_nothing_is_said_of_gaps():
    rows = markets(client(), GROUPS)
    assert balanced(rows).passed is None
    assert widest(rows) is None
    assert describe_market(rows).startswith("Nobody has rated yet how much effort")
    assert np.isnan(stated_web(rows)["current"]).all()
    assert widest(markets(client(effort(("customers", 3, 3))), GROUPS)) is None


def test_the_measured_web_is_in_tenths_of_what_came_by_referral():
    web = measured_web(GROUPS)
    assert sum(web["current"]) == pytest.approx(10)
    assert dict(zip(web["markets"], web["desired"], strict=True))["advocacy"] == pytest.approx(6.0)
    assert "not a referral" not in web["markets"]
    assert {"incentive-based"} < set(web["markets"]), "the six groups are always there"


def test_customers_stand_for_enquiries_where_only_they_are_recorded():
    only_won = GROUPS.assign(leads=np.nan, value=np.nan)
    assert measured_names(only_won) == ("customers", "won")
    assert measured_names(GROUPS) == ("enquiries", "value won")
    web = measured_web(only_won)
    assert web["current"] == web["desired"]
    assert web["current"][0] == pytest.approx(10 * 12 / 20)
