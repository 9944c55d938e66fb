"""Numbers in words: no more digits than are known, nothing undefined as zero."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Basis, Estimate, assumed, undefined
from referral_playbook.contract.writing.dates import day, month
from referral_playbook.contract.writing.formatting import (
    NOT_KNOWN,
    chance_of,
    interval,
    money,
    months,
    number,
    quantity,
    share,
    written,
)

finite = st.floats(-1e12, 1e12, allow_nan=False)


def _read(text: str) -> float:
    """The number that a reader sees."""
    kept = "".join(c for c in text if c.isdigit() or c in ".-e+")
    return float(kept) / (100 if "%" in text else 1)


def _estimate(value, low, high, unit="share", basis=Basis.MEASURED):
    return Estimate(
        value=value, low=low, high=high, confidence=0.95, n=30, unit=unit, per="answer", basis=basis, source="test"
    )


@pytest.mark.parametrize(
    "write", [number, share, months, lambda x: money(x, "GBP"), day, lambda x: written(x, "share")]
)
def test_what_is_undefined_is_not_known_and_never_zero(write):
    assert write(None) == NOT_KNOWN
    assert write(math.nan) == NOT_KNOWN


@given(finite)
def test_a_number_reads_back_to_three_digits(x):
    assert _read(number(x)) == pytest.approx(x, rel=0.006, abs=1e-12)


@given(st.decimals(-(10**8), 10**8, places=2, allow_nan=False))
def test_a_price_reads_back_to_the_penny_or_the_pound(price):
    x = float(price)
    assert abs(_read(money(x, "GBP")) - x) <= (0.5 if abs(x) >= 100 else 0.005) * (1 + 1e-9) + 1e-9 * abs(x)


@given(finite)
def test_a_computed_amount_reads_back_to_three_digits_or_the_pound(x):
    assert _read(money(x, "GBP")) == pytest.approx(x, rel=0.006, abs=0.5 if abs(x) >= 10 else 0.0051)


@given(st.floats(10, 1e9).filter(lambda x: abs(100 * x - round(100 * x)) > 1e-3))
def test_a_computed_amount_has_at_most_three_significant_digits(x):
    assert len(money(x, "GBP").lstrip("£").replace(",", "").rstrip("0")) <= 3


@given(finite, finite)
def test_an_amount_is_the_same_alone_and_as_an_end_of_any_range(x, width):
    ends = sorted((x, x + width))
    shown = _estimate(ends[0], *ends, "GBP"), _estimate(ends[1], *ends, "GBP")
    assert {_read(quantity(e)) for e in shown} == {_read(money(end, "GBP")) for end in ends}


@given(st.just(0.0) | st.floats(1e-6, 1 - 1e-6) | st.just(1.0))
def test_a_share_is_all_or_nothing_only_where_it_is(p):
    text = share(p)
    assert text.endswith("%")
    assert (text == "100%") == (p == 1)
    assert (text == "0%") == (p == 0)
    assert _read(text) == pytest.approx(p, rel=0.51)


@pytest.mark.parametrize(
    ("x", "currency", "text"),
    [
        (1234.5, "GBP", "£1,234"),
        (12.5, "EUR", "€12.50"),
        (25, "GBP", "£25"),
        (-3, "GBP", "-£3"),
        (1e6, "JPY", "JP¥1,000,000"),
        (0, "GBP", "£0"),
        (99.999, "GBP", "£100"),
        (3, "XTS", "XTS3"),
    ],
)
def test_money_as_the_british_write_it(x, currency, text):
    assert money(x, currency) == text


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (_estimate(0.5821, 0.3902, 0.7532), "58% (39% to 75%)"),
        (_estimate(0.008, 0.005, 0.013), "0.8% (0.5% to 1.3%)"),
        (_estimate(1234.567, 1000, 1500, "GBP"), "£1,230 (£1,000 to £1,500)"),
        (_estimate(12.34, 11, 14, "GBP"), "£12.34 (£11 to £14)"),
        (_estimate(12.345, 11.2, 14.0, "GBP"), "£12 (£11.20 to £14)"),
        (_estimate(3154.45, -2813.377, 13612.009, "GBP"), "£3,154 (-£2,810 to £13,600)"),
        (_estimate(0.234, 0.171, 0.291, "NPS"), "+23 (+17 to +29)"),
        (_estimate(5.6123, -7.0199, 18.6213, "GBP"), "£5.61 (-£7.02 to £19)"),
        (_estimate(1.5652, 1.02, 3.853, "times"), "1.6 times (1.0 to 3.9)"),
        (_estimate(34.1, 19.7, 48.2, "points"), "34 points (20 to 48)"),
        (_estimate(37, 25, 60, "count"), "37 (25 to 60)"),
        (_estimate(3, 1, 2000, "count"), "3 (1 to 2,000)"),
        (_estimate(7.24, 6.1, 8.4, "months"), "7.2 months (6.1 to 8.4)"),
        (_estimate(-0.02, -0.05, 0.01), "-2% (-5% to 1%)"),
        (_estimate(0.13, 0.13, 0.13, basis=Basis.BENCHMARK), "13%"),
        (_estimate(1099, 1099, 1099, "count"), "1,099"),
        (assumed(25, 25, 25, unit="GBP", per="reward", source="owner"), "£25"),
        (undefined("no survey", unit="share", per="answer"), NOT_KNOWN),
    ],
)
def test_a_range_says_what_is_known_and_no_more(estimate, text):
    assert interval(estimate) == text


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(["count", "share"]))
def test_rounding_stays_within_a_fifth_of_the_range(value, below, above, unit):
    estimate = _estimate(value, value - below, value + above, unit)
    if not estimate.high - estimate.low > 1e-3:
        return
    assert abs(_read(quantity(estimate)) - value) <= (estimate.high - estimate.low) / 10 * (1 + 1e-6)


def test_nobody_counts_zeros():
    assert share(1e-9) == "under 0.0001%"
    assert share(1 - 1e-9) == "over 99.9999%"
    assert number(1.5e-9) == "1.5e-09"
    assert number(2e28) == "2e+28"
    assert money(2e28, "GBP") == "GBP 2e+28"


def test_units_that_follow_are_singular_for_one():
    assert written(1, "referrals") == "1 referral"
    assert written(2, "referrals") == "2 referrals"
    assert months(1) == "1 month"


def test_dates_and_months():
    assert day("2026-09-30") == "30 Sept 2026"
    assert month("2026-01") == "Jan 2026"


@given(st.floats(0, 1))
def test_a_chance_is_never_nothing_or_everything(p):
    assert chance_of(p) not in ("0%", "100%")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_chance_is_never_written_as_a_smaller_one(one, other):
    def read(text):
        return float(text.split()[-1].rstrip("%")) + {"under": -0.5, "over": 0.5}.get(text.split()[0], 0)

    low, high = sorted((one, other))
    assert read(chance_of(low)) <= read(chance_of(high))


def test_a_share_of_futures_is_never_written_as_none_or_all():
    chance = assumed(0.497, 0.00002, 0.9959, unit="share", per="future", source="100,000 futures")
    assert (quantity(chance), interval(chance)) == ("50%", "50% (under 1% to over 99%)")
    assert interval(chance.as_(value=0.00001, low=0.000005, high=0.002)) == "under 1%"
