"""The sheet of months, counted on paper: 1 conversion a month without the programme, 2 with it."""

from __future__ import annotations

import pytest

from referral_playbook.run.report.sheet.months import FIRST, HEADINGS

from .formulas import calculator
from .small_plan import small_book


@pytest.fixture(scope="module")
def at():
    """The value of a column in a month."""
    value = calculator(small_book())
    return lambda heading, month: value(f"Months!{'ABCDEFGHIJKLMN'[HEADINGS.index(heading)]}{FIRST + month - 1}")


def column(at, heading):
    return [at(heading, month) for month in range(1, 7)]


def test_referrals_qualify_at_once_and_convert_over_two_months(at):
    assert column(at, "Month") == [1, 2, 3, 4, 5, 6]
    assert column(at, "Months of qualified referrals") == [1] * 6
    assert column(at, "Months of conversions") == [0.5, 1, 1, 1, 1, 1]
    assert column(at, "Qualified referrals") == [10] * 6  # 20 referrals, half of them qualify
    assert column(at, "Conversions without the programme") == [0.5, 1, 1, 1, 1, 1]
    assert column(at, "Extra conversions that count") == [0.25, 0.5, 0.5, 0.5, 0.5, 0.5]  # half would come anyway
    assert column(at, "Conversions with a reward") == [1, 2, 2, 2, 2, 2]


def test_value_is_that_of_extra_customers_less_all_rewards_and_the_cost(at):
    """Month 1: 600 x 0.25 - 100 x 1 - 50 = 0. Later: 600 x 0.5 - 100 x 2 - 50 = 50. The set-up cost 200."""
    assert column(at, "Value in the month") == [0, 50, 50, 50, 50, 50]
    assert column(at, "Value so far") == [-200, -150, -100, -50, 0, 50]


def test_cash_comes_with_the_margin_and_rewards_are_paid_a_month_later(at):
    """Margin of an extra customer: 300, 150, 150. Rewards lag by a month."""
    extra = [0.25, 0.5, 0.5, 0.5, 0.5, 0.5]
    received = [sum(600 * m * extra[t - k] for k, m in enumerate((0.5, 0.25, 0.25)) if t >= k) for t in range(6)]
    assert column(at, "Margin received") == pytest.approx(received)
    assert column(at, "Rewards paid") == [0, 100, 200, 200, 200, 200]
    cash = [m - r - 50 for m, r in zip(received, [0, 100, 200, 200, 200, 200], strict=True)]
    assert column(at, "Cash in the month") == pytest.approx(cash)
    assert column(at, "Cash so far") == pytest.approx([sum(cash[: t + 1]) - 200 for t in range(6)])


def test_a_discount_lowers_value_and_leaves_cash_as_it_comes():
    """At 21% a year, a month at the end of the first half-year counts 1 / 1.1."""
    value = calculator(small_book(discount_rate=0.21))
    assert value("Months!D9") == pytest.approx(1 / 1.1)
    assert value("Months!I9") == pytest.approx(50 / 1.1)
    # margins are worth 600 when discounted, so more than 600 comes in over time
    nominal = value("Lags!G4")
    assert nominal == pytest.approx(1 / (0.5 + 0.25 * 1.21 ** (-1 / 12) + 0.25 * 1.21 ** (-2 / 12)))
    assert nominal > 1


def test_rewards_per_lead_are_charged_on_every_qualified_referral():
    value = calculator(small_book(lead_reward=4.0))
    assert value("Months!I5") == pytest.approx(50 - 4 * 10)
    plain = calculator(small_book())
    assert plain("Months!N9") - value("Months!N9") == pytest.approx(6 * 4 * 10)


def test_new_referrals_come_beside_those_that_an_uplift_multiplies():
    """From nothing: 8 new referrals a month are 0.8 conversions; all are rewarded, half are extra."""
    value = calculator(small_book(baseline_referrals=0.0, new_referrals=8.0))
    assert value("Months!F5") == 0
    assert value("Months!G5") == pytest.approx(0.4)
    assert value("Months!I5") == pytest.approx(600 * 0.4 - 100 * 0.8 - 50)


def test_the_chart_shows_both_clocks_over_all_months():
    sheet = small_book()["Months"]
    assert sheet.freeze_panes == f"B{FIRST}"
    assert sheet[f"A{FIRST + 5}"].value == 6
    assert sheet[f"A{FIRST + 6}"].value is None
