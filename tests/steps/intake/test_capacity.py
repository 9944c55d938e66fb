"""Capacity by arithmetic."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.contract.writing.formatting import share
from referral_playbook.steps.intake import capacity
from referral_playbook.steps.intake.finding import Capacity


def customers(n):
    return assumed(n, n, n, unit="customers", per="as-of date", source="x")


def test_months_by_hand():
    """600 customers with 3 friends each are 1,800 people; 2 people reach 40 hours / 1.5 = 26.7 a month."""
    reach, direct = capacity.customer_reach(customers(600.0)), capacity.direct_reach()
    assert reach.value == 1800
    assert capacity.months_by_hand(reach, direct).value == pytest.approx(1800 / (2 * 20 / 1.5))


def test_nobody_by_hand_takes_no_number_of_months():
    found = capacity.months_by_hand(capacity.customer_reach(customers(10.0)), capacity.direct_reach(staff=0.0))
    assert found.reason == "staff reach nobody by hand"


def test_half_the_effort_reaches_twice_as_many():
    rows = capacity.sensitivity(hours_per_prospect=2.0)
    assert [r["hours_per_prospect"] for r in rows] == [1.0, 2.0, 4.0]
    values = [r["prospects_a_month"].value for r in rows]
    assert values[0] / values[1] == pytest.approx(2)


def reached(direct, reach):
    by_hand = capacity.months_by_hand(reach, direct)
    return Capacity(direct=direct, customers=reach, reach=reach, months_by_hand=by_hand, growth=reach, efforts=())


def test_unknown_customers_are_said():
    unknown = undefined("there is no customers table", unit="customers", per="as-of date")
    reach, direct = capacity.customer_reach(unknown), capacity.direct_reach()
    words = capacity.describe(reached(direct, reach))
    assert "there is no customers table" in words[-1]


@pytest.mark.parametrize(("industry", "word"), [(0.05, "faster"), (0.5, "slower"), (0.2, "cannot tell")])
def test_growth_beside_the_industry(industry, word):
    growth = assumed(0.2, 0.1, 0.3, unit="share", per="customer", source="x")
    assert word in capacity.against_industry(growth, industry)


def flow(*joined_left, start=100):
    """A year of customers: (joined, left) a month."""
    rows, there = [], start
    for number, (joined, left) in enumerate(joined_left):
        month = str(pd.Period("2025-10", "M") + number)
        rows.append({"month": month, "start": there, "joined": joined, "left": left})
        there += joined - left
    return SimpleNamespace(fact={"period_flow": pd.DataFrame(rows)}.get, absent={})


def test_growth_is_joined_less_left_over_those_at_the_start():
    found = capacity.customer_growth(flow(*[(4, 2)] * 12))
    assert (found.value, found.n) == (pytest.approx((48 - 24) / 100), 100)
    # two Poisson counts of 48 and 24: the error of their difference is about the root of 72
    assert found.high - found.low == pytest.approx(2 * 1.96 * 72**0.5 / 100, rel=0.15)


@pytest.mark.parametrize(("months", "start"), [(11, 100), (12, 29)])
def test_of_few_months_or_customers_no_growth_is_told(months, start):
    found = capacity.customer_growth(flow(*[(4, 2)] * months, start=start))
    assert "too few to speak of growth" in found.reason
    assert "do not know how fast" in capacity.against_industry(found, 0.1)


def test_a_firm_that_shrinks_did_not_grow():
    lost = assumed(-0.1, -0.2, -0.05, unit="share", per="customer", source="x")
    said = capacity.against_industry(lost, -0.01)
    assert "grew" not in said
    assert "slower" in said


def test_what_was_not_stated_is_asked_and_what_was_follows():
    rows = {row["what"]: row for row in capacity.context(flow(*[(4, 2)] * 12))}
    assert {row["stated"] for row in rows.values()} == {"not stated"}
    assert all("ask" in row["what_follows"] for row in rows.values())
    stated = capacity.context(flow((4, 2)), life_cycle_stage="decline", industry_growth=0.05, owners_aim="cash")
    assert [row["stated"] for row in stated] == ["decline", share(0.05), "cash"]
    assert "keep today's customers" in stated[0]["what_follows"]


@pytest.mark.parametrize(
    ("name", "value"), [("life_cycle_stage", "bloom"), ("owners_aim", "fame"), ("owners_aim", "Profit")]
)
def test_a_word_that_the_playbook_does_not_know_is_refused_with_those_it_knows(name, value):
    with pytest.raises(ValueError, match=f"{name} = '{value}': use one of"):
        capacity.context(flow((4, 2)), **{name: value})


def test_hours_per_prospect_must_be_above_nought():
    with pytest.raises(ValueError, match="give a number of hours above 0"):
        capacity.direct_reach(hours_per_prospect=0.0)


def test_a_year_by_hand_stands_beside_what_customers_could_tell():
    direct, reach = capacity.direct_reach(staff=1.0), capacity.customer_reach(customers(50.0), friends=2.0)
    bars = capacity.reach_bars(reached(direct, reach))
    assert bars["by hand, in a year"].value == pytest.approx(12 * 20 / 1.5)
    assert bars["customers could tell"].value == 100
    assert "So we begin with the customers." in capacity.describe(reached(direct, reach))[-1]
