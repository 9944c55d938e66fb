"""What the playbook assumes for costs that nobody stated: once in pounds, and in other currencies at a dated rate.

A cost of 40 an hour is a different assumption in pounds and in yen, so a bare number must never be used for both. A
rate that the client declares in client.toml comes before the built-in rate. In a currency without any rate there is no
default: the estimate is undefined, and its reason asks for the cost.
"""

from collections.abc import Mapping
from typing import NamedTuple

from referral_playbook.contract.client_toml.exchange import ExchangeRate
from referral_playbook.contract.evidence import Basis, Estimate, undefined
from referral_playbook.contract.writing.dates import day
from referral_playbook.contract.writing.formatting import money, number
from referral_playbook.domain.assumptions import Default, assumed_value

BASE = "GBP"
IN_POUNDS = {
    "hourly_rate": Default(40.0, 30.0, 60.0),
    "software_per_month": Default(100.0, 50.0, 200.0),
    "set_up": Default(1500.0, 500.0, 4000.0),
    "contact_cost": Default(5.0, 2.0, 10.0),
    "incentive_cost": Default(10.0, 5.0, 20.0),
    "survey_cost": Default(2.0, 1.0, 4.0),
}
"""Most likely value, low and high end, in pounds."""

RATES_OF = "the playbook's rounded planning rate of 2024"
"""How a report names a rate of `PER_POUND`: whose it is, and of when."""
PER_POUND = {
    "GBP": 1.0,
    "EUR": 1.2,
    "USD": 1.3,
    "CHF": 1.1,
    "CAD": 1.75,
    "AUD": 1.9,
    "NZD": 2.1,
    "SEK": 13.5,
    "NOK": 13.7,
    "DKK": 8.8,
    "PLN": 5.1,
    "CZK": 30.0,
    "JPY": 190.0,
    "CNY": 9.2,
    "HKD": 10.0,
    "SGD": 1.7,
    "INR": 107.0,
    "BRL": 6.9,
    "MXN": 23.0,
    "ZAR": 23.0,
}
"""Planning rates set in 2024, in units of each currency per pound, to two digits: no quotation of a market.

Each lies within 15% of a published rate, which is little beside costs that are known to within a factor of two; a test
compares them (tests/domain/programme/test_money_defaults.py). The published rates are

- for EUR, USD, CAD, AUD, NZD, NOK, DKK, JPY, CNY, HKD, SGD, INR, BRL, MXN and ZAR the averages of the year 2023 of the
  US Internal Revenue Service ("Yearly average currency exchange rates"), by way of the dollar;
- for CHF, SEK, PLN and CZK the euro reference rates of the European Central Bank of 8 April 2025, by way of the euro.

A client who wants another rate declares it in client.toml. In any other currency the cost is asked for.
"""


NO_RATES: Mapping[str, ExchangeRate] = {}


class PoundRate(NamedTuple):
    """What one pound buys in the client's currency, and where that rate comes from."""

    rate: float
    source: str


def pound_rate(currency: str, rates: Mapping[str, ExchangeRate] = NO_RATES) -> PoundRate | None:
    """The rate of the pound: declared by the client, else the playbook's, else by way of another declared currency.

    `rates` has other currency to the rate that the client declares for it.

    Examples
    --------
    >>> pound_rate("JPY").rate
    190.0
    >>> pound_rate("KES") is None
    True
    """
    if currency == BASE:
        return PoundRate(1.0, "")
    if BASE in rates:
        return PoundRate(rates[BASE].rate, _declared(rates[BASE]))
    if currency in PER_POUND:
        return PoundRate(PER_POUND[currency], RATES_OF)
    currencies = [code for code in sorted(rates) if code in PER_POUND]
    if not currencies:
        return None
    code = currencies[0]
    across = (
        f"{number(PER_POUND[code])} {code} a pound, {RATES_OF}, and {number(rates[code].rate)} {currency} per {code}"
    )
    return PoundRate(PER_POUND[code] * rates[code].rate, f"from {across}, {_declared(rates[code])}")


def _declared(rate: ExchangeRate) -> str:
    return f"the rate of {day(rate.on)} that the client declared"


def money_default(name: str, currency: str, rates: Mapping[str, ExchangeRate] = NO_RATES) -> Default | None:
    """The playbook's default for a cost of `IN_POUNDS` in a currency; None where there is no rate for it.

    Examples
    --------
    >>> money_default("hourly_rate", "JPY")
    Default(value=7600.0, low=5700.0, high=11400.0)
    >>> money_default("hourly_rate", "KES") is None
    True
    """
    pounds, rate = IN_POUNDS[name], pound_rate(currency, rates)
    return None if rate is None else Default(*(rate.rate * amount for amount in pounds))


def stated_money(
    name: str, value: float | None, *, currency: str, per: str, rates: Mapping[str, ExchangeRate] = NO_RATES
) -> Estimate:
    """A cost that was stated, or the playbook's default in the client's currency.

    A stated cost keeps the relative range of the default, `name` of `IN_POUNDS`. Rates that the client declares come
    before the playbook's own. Undefined, and asking for the cost, where nothing was stated and there is no rate for the
    currency; ValueError for a negative cost.

    Examples
    --------
    >>> stated_money("contact_cost", None, currency="EUR", per="contact").value
    6.0
    >>> stated_money("contact_cost", None, currency="KES", per="contact").reason
    'the playbook has no default for this cost in KES: state the contact cost'
    """
    default = money_default(name, currency, rates)
    if value is not None:
        return assumed_value(name, value, default or IN_POUNDS[name], unit=currency, per=per)
    if default is None:
        reason = f"the playbook has no default for this cost in {currency}: state the {name.replace('_', ' ')}"
        return undefined(reason, unit=currency, per=per, basis=Basis.ASSUMED, source="no playbook default")
    cost = assumed_value(name, None, default, unit=currency, per=per)
    return cost if currency == BASE else cost.as_(source=f"{cost.source}; {_converted(name, currency, rates)}")


def _converted(name: str, currency: str, rates: Mapping[str, ExchangeRate]) -> str:
    rate = pound_rate(currency, rates)
    assert rate is not None, f"no default was made for {currency}"
    return f"{money(IN_POUNDS[name].value, BASE)} at {number(rate.rate)} {currency} a pound, {rate.source}"
