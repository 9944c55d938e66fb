"""Futures of cash, followed by hand: one certain future, two futures, and the discounted total."""

from __future__ import annotations

import math

import numpy as np
import pytest

from referral_playbook.contract.evidence import Basis
from referral_playbook.methods.decisions.cash import CashPlan
from referral_playbook.methods.decisions.cash_futures import CashFutures, cash_futures
from referral_playbook.methods.uncertainty.distributions import Beta, Known, Pert

CERTAIN = {
    "contacts": Known(value=100),
    "qualified_rate": Known(value=0.5),
    "conversion_rate": Known(value=0.2),
    "value": Known(value=100.0),
    "fixed_cost": Known(value=400.0),
    "set_up": Known(value=2_000.0),
}


def test_a_certain_plan_follows_its_arithmetic() -> None:
    # 10 conversions a month bring 1,000 and cost 400: 600 a month against a set-up of 2,000.
    found = cash_futures(CERTAIN, CashPlan(months=6), draws=50, deadline=3)
    totals = [-2_000 + 600 * month for month in range(1, 7)]
    assert found.middle.tolist() == pytest.approx(totals)
    assert found.expected.tolist() == pytest.approx(totals)
    assert set(found.result) == {1_600.0}
    assert set(found.at_deadline) == {-200.0}
    assert set(found.worst) == {-2_000.0}
    assert set(found.pay_back) == {4.0}
    assert found.ahead.tolist() == [0, 0, 0, 1, 1, 1]


def test_money_of_later_months_is_worth_less() -> None:
    found = cash_futures(CERTAIN, CashPlan(months=6, discount_rate=0.2), draws=10)
    assert found.result[0] == pytest.approx(-2_000 + sum(600 * 1.2 ** (-t / 12) for t in range(1, 7)))


def test_a_plan_that_always_loses_never_pays_back() -> None:
    found = cash_futures(CERTAIN | {"value": Known(value=0.0)}, CashPlan(months=6), draws=10)
    assert np.isinf(found.pay_back).all()
    months = found.months_to_break_even(basis=Basis.ASSUMED)
    assert not months.defined
    assert "only 0% of the futures" in months.reason


INPUTS = CERTAIN | {"conversion_rate": Beta.from_counts(12, 120), "value": Pert(low=50, mode=100, high=400)}


def test_the_same_seed_gives_the_same_futures_whatever_the_chunk() -> None:
    one, other = (cash_futures(INPUTS, CashPlan(months=12), draws=4_000, seed=3, chunk=c) for c in (1_000, 4_000))
    assert np.isclose(np.sort(one.result).mean(), np.sort(other.result).mean(), rtol=0.05)
    again = cash_futures(INPUTS, CashPlan(months=12), draws=4_000, seed=3, chunk=1_000)
    assert np.array_equal(one.result, again.result)


def test_what_is_kept_agrees_with_itself() -> None:
    found = cash_futures(INPUTS, CashPlan(months=12), draws=4_000, seed=5)
    assert found.ahead[-1] == pytest.approx((found.result >= 0).mean())
    assert found.expected[-1] == pytest.approx(found.result.mean())
    assert (found.worst <= np.minimum(found.result, 0)).all()
    assert ((found.result >= 0) == np.isfinite(found.pay_back)).all()


def test_luck_widens_the_spread_and_leaves_the_mean() -> None:
    plain, lucky = (cash_futures(CERTAIN, CashPlan(months=12), draws=5_000, chance=c) for c in (False, True))
    assert plain.result.std() == pytest.approx(0, abs=1e-9)
    # 120 conversions of 100 each, drawn by Poisson.
    assert lucky.result.std() == pytest.approx(100 * math.sqrt(120), rel=0.05)
    assert lucky.result.mean() == pytest.approx(plain.result.mean(), abs=100)


def futures_of(pay_back: list[float], at_deadline: list[float]) -> CashFutures:
    months = np.array([0.0, 0.4])
    return CashFutures(
        result=np.array(at_deadline),
        at_deadline=np.array(at_deadline),
        worst=np.minimum(at_deadline, 0),
        pay_back=np.array(pay_back, dtype=np.float32),
        ahead=months,
        expected=months,
        low=months,
        middle=months,
        high=months,
    )


def test_a_median_month_may_have_no_upper_limit() -> None:
    found = futures_of([2, 3, 4, 5, 6, 7, 8, 9, math.inf, math.inf], [0.0] * 10).months_to_break_even(
        basis=Basis.ASSUMED
    )
    assert (found.low, found.value, found.high) == (2, 6, None)
    assert "more than one future in ten" in found.reason


def test_the_worst_tenth_is_the_mean_of_its_futures() -> None:
    found = futures_of([1] * 20, [float(x) for x in range(-5, 15)]).worst_decile(unit="GBP", basis=Basis.ASSUMED)
    assert found.value == pytest.approx((-5 + -4) / 2)
    assert found.low <= found.value <= found.high


@pytest.mark.parametrize("month", [0, 3])
def test_a_month_outside_the_plan_is_refused(month: int) -> None:
    with pytest.raises(ValueError, match="month is 1 to 2"):
        futures_of([1], [0.0]).probability_by(month, basis=Basis.ASSUMED)


def test_a_deadline_outside_the_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1 to 6 months, not 7"):
        cash_futures(CERTAIN, CashPlan(months=6), deadline=7, draws=10)
