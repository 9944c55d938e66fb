"""Capacity by arithmetic."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.steps.intake import capacity


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


def test_unknown_customers_are_said():
    unknown = undefined("there is no customers table", unit="customers", per="as-of date")
    reach, direct = capacity.customer_reach(unknown), capacity.direct_reach()
    words = capacity.describe(direct, reach, capacity.months_by_hand(reach, direct))
    assert "there is no customers table" in words[-1]


@pytest.mark.parametrize(("industry", "word"), [(0.05, "faster"), (0.5, "slower"), (0.2, "cannot tell")])
def test_growth_beside_the_industry(industry, word):
    growth = assumed(0.2, 0.1, 0.3, unit="share", per="customer", source="x")
    assert word in capacity.against_industry(growth, industry)
