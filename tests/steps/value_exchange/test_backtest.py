"""The model held against what came later: the plain value by hand, and cuts of the sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.domain.value.customer_value import gross_margin
from referral_playbook.steps.value_exchange.backtest import _cut, backtest, plain_value, why_they_differ


def money(value):
    return assumed(value, value, value, unit="GBP", per="new customer", source="test")


def test_the_plain_value_is_margin_a_month_times_average_life(sample):
    client = sample("brightdesk")
    profile, margin = client.fact("customer_profile"), gross_margin(client)
    life = profile["tenure_months"].sum() / profile["left"].sum()
    amount = profile["monthly_amount"].dropna()
    found = plain_value(client, margin_share=margin)
    assert found.value == pytest.approx(amount.mean() * margin.value * life, rel=1e-3)
    assert found.low < found.value < found.high


def test_where_nobody_left_an_average_life_has_no_number(sample):
    client = sample("brightdesk")
    profile = client.fact("customer_profile").assign(left=False)
    found = plain_value(client.with_facts(customer_profile=profile), margin_share=gross_margin(client))
    assert not found.defined
    assert found.reason


def test_the_ratio_of_the_two_values_is_said():
    assert "1.5 times" in why_they_differ(money(200), money(300))
    unknown = undefined("no prices", unit="GBP", per="new customer")
    assert "cannot be compared" in why_they_differ(unknown, money(300))


def test_a_cut_loses_no_renewal_and_counts_none_twice():
    """Four customers seen 24 months; one left after 5 months, one after 15, two stay."""
    as_of = pd.Timestamp("2026-09-30")
    joined = as_of - pd.to_timedelta([730.5] * 4, unit="D")
    profile = pd.DataFrame(
        {"joined_on": joined, "tenure_months": [5.0, 15.0, 24.0, 24.0], "left": [True, True, False, False]}
    )
    known, later = _cut(profile, as_of, 12)
    assert (known.lost.sum(), later.lost.sum()) == (1, 1)
    whole = np.pad(known.at_risk, (0, later.at_risk.size - known.at_risk.size)) + later.at_risk
    assert whole[0] == 4
    assert (later.at_risk >= 0).all()


def test_nobody_had_joined_before_the_cut():
    as_of = pd.Timestamp("2026-09-30")
    profile = pd.DataFrame({"joined_on": [as_of - pd.Timedelta(days=60)], "tenure_months": [2.0], "left": [False]})
    with pytest.raises(ValueError, match="nobody had joined 12 months ago"):
        _cut(profile, as_of, 12)


def test_the_sample_of_subscribers_is_held_against_its_last_year(sample):
    found = backtest(sample("brightdesk"))
    assert found.passed in (True, False)
    assert found.text


def test_what_cannot_be_held_out_is_said_and_fails_nothing(sample):
    found = backtest(sample("brightdesk"), months=1000)
    assert found.passed is None
    assert "nobody had joined 1000 months ago" in found.text


def test_a_value_of_nothing_is_compared_with_nothing():
    worthless = assumed(0.0, 0.0, 0.0, unit="GBP", per="new customer", source="client.toml")
    plain = assumed(50.0, 40.0, 60.0, unit="GBP", per="new customer", source="payments")
    assert "worth nothing in the model" in why_they_differ(worthless, plain)
