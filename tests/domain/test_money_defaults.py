"""Default costs are the same assumption in every currency, and there is none where no rate is declared."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.money_defaults import IN_POUNDS, PER_POUND, money_default, stated_money
from referral_playbook.domain.programme_costs import costs, fixed_cost
from referral_playbook.steps.social_currency.make_or_buy import make_or_buy


def bare(currency: str) -> SimpleNamespace:
    """A client without a cost sheet."""
    return SimpleNamespace(currency=currency, fact=lambda name: None)


def test_an_hour_costs_forty_pounds_and_as_much_in_yen():
    pounds = stated_money("hourly_rate", None, currency="GBP", per="hour")
    yen = stated_money("hourly_rate", None, currency="JPY", per="hour")
    assert (pounds.low, pounds.value, pounds.high) == (30.0, 40.0, 60.0)
    assert (yen.low, yen.value, yen.high) == (5700.0, 7600.0, 11400.0)
    assert "£40 at 190 JPY a pound" in yen.source


@pytest.mark.parametrize("name", IN_POUNDS)
def test_every_default_is_undefined_in_a_currency_without_a_rate(name):
    assert money_default(name, "KES") is None
    missing = stated_money(name, None, currency="KES", per="unit")
    assert not missing.defined
    assert missing.basis is Basis.ASSUMED
    assert f"state the {name.replace('_', ' ')}" in missing.reason


def test_a_stated_cost_needs_no_rate_and_keeps_the_relative_range():
    stated_cost = stated_money("hourly_rate", 1000.0, currency="KES", per="hour")
    assert (stated_cost.low, stated_cost.value, stated_cost.high) == (750.0, 1000.0, 1500.0)
    with pytest.raises(ValueError, match="hourly_rate = -1"):
        stated_money("hourly_rate", -1.0, currency="GBP", per="hour")


@pytest.mark.parametrize("currency", PER_POUND)
def test_a_programme_without_a_cost_sheet_costs_the_same_in_every_currency(currency):
    pounds, local = (fixed_cost(costs(bare(unit)), months=12) for unit in ("GBP", currency))
    assert pounds.value == pytest.approx(1500 + 12 * (12 * 40 + 100))
    assert local.unit == currency
    for end in ("low", "value", "high"):
        assert getattr(local, end) == pytest.approx(PER_POUND[currency] * getattr(pounds, end))


def test_without_a_default_the_cost_of_the_programme_is_not_known():
    total = fixed_cost(costs(bare("KES")), months=12)
    assert not total.defined
    assert "KES" in total.reason
    known = fixed_cost(costs(bare("KES"), hourly_rate=1000, software_per_month=5000, set_up=0), months=12)
    assert known.value == pytest.approx(12 * (12 * 1000 + 5000))


def test_software_saves_the_same_in_pounds_and_yen():
    volume = assumed(10.0, 5.0, 15.0, unit="referrals", per="month", source="test")
    pounds, yen = (make_or_buy(bare(unit), referrals=volume) for unit in ("GBP", "JPY"))
    assert pounds.net.value == pytest.approx(12 * 0.4 * 40 - 100)
    assert yen.net.value == pytest.approx(190 * pounds.net.value)
    assert yen.volume.value == pytest.approx(pounds.volume.value)
    assert not make_or_buy(bare("KES"), referrals=volume).net.defined
