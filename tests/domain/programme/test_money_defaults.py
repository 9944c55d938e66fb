"""Default costs are the same assumption in every currency, and there is none where no rate is declared."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from referral_playbook.contract.client_toml.exchange import ExchangeRate
from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.programme.costs import costs, fixed_cost
from referral_playbook.domain.programme.money_defaults import (
    IN_POUNDS,
    PER_POUND,
    money_default,
    pound_rate,
    stated_money,
)
from referral_playbook.facts.engagement import open_engagement
from referral_playbook.steps.social_currency.make_or_buy import make_or_buy


def bare(currency: str, **rates: ExchangeRate) -> SimpleNamespace:
    """A client without a cost sheet."""
    return SimpleNamespace(currency=currency, rates=rates, fact=lambda name: None)


def declared(rate: float, to: str) -> ExchangeRate:
    return ExchangeRate(to=to, rate=rate, on=date(2026, 9, 1))


def test_an_hour_costs_forty_pounds_and_as_much_in_yen():
    pounds = stated_money("hourly_rate", None, currency="GBP", per="hour")
    yen = stated_money("hourly_rate", None, currency="JPY", per="hour")
    assert (pounds.low, pounds.value, pounds.high) == (30.0, 40.0, 60.0)
    assert (yen.low, yen.value, yen.high) == (5700.0, 7600.0, 11400.0)
    assert "£40 at 190 JPY a pound, the playbook's rounded planning rate of 2024" in yen.source


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


def test_a_declared_rate_of_the_pound_comes_before_the_playbooks_own():
    rates = {"GBP": declared(1.4, "USD"), "EUR": declared(1.1, "USD")}
    hour = stated_money("hourly_rate", None, currency="USD", rates=rates, per="hour")
    assert (hour.low, hour.value, hour.high) == pytest.approx((42.0, 56.0, 84.0))  # built in: 39, 52, 78
    assert "£40 at 1.4 USD a pound, the rate of 1 Sept 2026 that the client declared" in hour.source
    total = fixed_cost(costs(bare("USD", **rates)), months=12)
    assert total.value == pytest.approx(1.4 * (1500 + 12 * (12 * 40 + 100)))


def test_a_currency_without_a_built_in_rate_goes_by_way_of_one_that_the_client_declared():
    rates = {"USD": declared(130.0, "KES"), "UGX": declared(0.035, "KES")}
    hour = stated_money("hourly_rate", None, currency="KES", rates=rates, per="hour")
    assert hour.value == pytest.approx(40 * 1.3 * 130)
    assert "1.3 USD a pound" in hour.source
    assert "130 KES per USD" in hour.source
    assert pound_rate("KES", {"UGX": declared(0.035, "KES")}) is None


def test_a_rate_of_another_currency_leaves_the_built_in_rate_alone():
    assert pound_rate("USD", {"EUR": declared(1.1, "USD")}).rate == PER_POUND["USD"]
    assert pound_rate("GBP", {"USD": declared(0.7, "GBP")}).rate == 1.0


def test_the_rates_of_client_toml_reach_the_engagement(tmp_path):
    (tmp_path / "customers.csv").write_text("customer_id,joined_on\nA,2026-01-05\nB,2026-02-07\n")
    head = 'name = "Duka"\ncurrency = "KES"\nas_of = 2026-09-30\n'
    rates = '[rates]\nGBP = { to = "KES", rate = 165.0, on = 2026-09-01 }\n'
    (tmp_path / "client.toml").write_text(head + rates + '[tables.customers]\nfile = "customers.csv"\n')
    client = open_engagement(tmp_path, tmp_path / "out" / "results")
    assert fixed_cost(costs(client), months=12).value == pytest.approx(165 * (1500 + 12 * (12 * 40 + 100)))


AVERAGES_2023_PER_DOLLAR = {
    "GBP": 0.804, "EUR": 0.924, "CAD": 1.350, "AUD": 1.506, "NZD": 1.630, "NOK": 10.564, "DKK": 6.890, "JPY": 140.511,
    "CNY": 7.075, "HKD": 7.829, "SGD": 1.343, "INR": 82.572, "BRL": 4.994, "MXN": 17.733, "ZAR": 18.457, "USD": 1.0,
}  # fmt: skip
"""Yearly averages of 2023 as the US Internal Revenue Service published them; the pound, 0.8046, also follows from the
Swiss Federal Tax Administration's averages of 2023: 0.89880 francs a dollar, 1.11706 francs a pound."""
REFERENCE_RATES_PER_EURO = {"GBP": 0.85644, "CHF": 0.9349, "SEK": 10.9775, "PLN": 4.2690, "CZK": 25.139}
"""European Central Bank, euro reference rates of 8 April 2025."""


@pytest.mark.parametrize("currency", sorted(set(PER_POUND) - {"GBP"}))
def test_every_planning_rate_is_near_a_published_one(currency):
    published = AVERAGES_2023_PER_DOLLAR if currency in AVERAGES_2023_PER_DOLLAR else REFERENCE_RATES_PER_EURO
    assert PER_POUND[currency] == pytest.approx(published[currency] / published["GBP"], rel=0.15)
