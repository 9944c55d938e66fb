"""The difference of referred customers is shrunk, never switched on; expected values are worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.domain.programme import referral_inputs
from referral_playbook.domain.value import referred_customers
from referral_playbook.domain.value.customer_value import customer_value
from referral_playbook.domain.value.referred_customers import shrinkage, shrunk, with_difference, without_difference
from referral_playbook.domain.value.value_terms import gross_margin

Z = 1.959963984540054


def money(value, half_width):
    return Estimate(
        value=value,
        low=value - half_width,
        high=value + half_width,
        confidence=0.95,
        n=100,
        unit="GBP",
        per="customer",
        basis=Basis.MEASURED,
        source="x",
    )


WORTH = money(1000.0, 0.0)


def test_weight_by_hand():
    """tau = 160; a standard error of 160 halves the difference, one of 320 leaves a fifth of it."""
    assert shrinkage(money(100, 160 * Z), WORTH) == pytest.approx(0.5)
    assert shrinkage(money(100, 320 * Z), WORTH) == pytest.approx(0.2)
    half = shrunk(money(100, 160 * Z), WORTH)
    assert half.value == pytest.approx(50)
    assert half.high - half.value == pytest.approx(160 * Z * 0.5**0.5)
    assert "50% of the measured difference" in half.source


def test_nothing_jumps_where_a_difference_becomes_significant():
    just_not, just = money(100.0, 100.01), money(100.0, 99.99)
    assert just_not.low < 0 < just.low
    values = [with_difference(WORTH, gap).value for gap in (just_not, just)]
    assert values[1] == pytest.approx(values[0], rel=1e-4)
    assert values[0] > 1000


def test_a_sure_difference_counts_almost_in_full_and_a_vague_one_hardly():
    assert with_difference(WORTH, money(100, 5)).value == pytest.approx(1100, abs=0.1)
    assert with_difference(WORTH, money(100, 5000)).value == pytest.approx(1000, abs=1)


def test_the_value_of_any_customer_is_found_again():
    for gap in (money(100, 150), money(-80, 20), money(300, 700)):
        assert without_difference(with_difference(WORTH, gap), gap) == pytest.approx(1000)


def test_an_unknown_difference_changes_nothing_and_says_why():
    gap = undefined("nobody wrote it down", unit="GBP", per="customer")
    assert with_difference(WORTH, gap) is WORTH
    assert without_difference(WORTH, gap) == 1000
    assert "because nobody wrote it down" in referred_customers.check(gap).text


def test_a_range_that_includes_zero_is_said(sample):
    client = sample("brightdesk")
    known = referral_inputs.inputs(client)
    gap = known["referred_value_difference"]
    worth = customer_value(client, margin_share=gross_margin(client))
    assert gap.low < 0 < gap.high
    assert min(worth.value, worth.value + gap.value) < known["customer_value"].value
    assert known["customer_value"].value < max(worth.value, worth.value + gap.value)
    assert "includes zero" in referred_customers.check(gap).text


def test_friends_who_hardly_ever_leave_are_worth_more(simulated):
    client = simulated(customers=1500, churn_ratio=0.15, sources={"search": 0.6, "referral": 0.4}, seed=4)
    known = referral_inputs.inputs(client)
    gap, worth = known["referred_value_difference"], customer_value(client, margin_share=gross_margin(client))
    assert gap.low > 0
    assert worth.value < known["customer_value"].value < worth.value + gap.value
    assert referred_customers.check(gap).passed is True


def test_a_negative_difference_is_shrunk_the_same_way():
    gap = replace(money(-100, 160 * Z), source="y")
    assert shrunk(gap, WORTH).value == pytest.approx(-50)
