from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Basis
from referral_playbook.methods.decisions.cash import CashPlan, monthly_cash, result_of
from referral_playbook.methods.decisions.cash_futures import cash_futures
from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert

ONE = {
    "contacts": 100.0,
    "qualified_rate": 0.2,
    "conversion_rate": 0.1,
    "value": 300.0,
    "reward": 50.0,
    "lead_reward": 2.0,
    "contact_cost": 0.5,
    "fixed_cost": 100.0,
    "set_up": 1_000.0,
}
INPUTS = {
    "contacts": Known(value=200),
    "qualified_rate": Beta.from_counts(30, 200),
    "conversion_rate": Beta.from_counts(12, 120),
    "value": Pert(low=200, mode=400, high=800),
    "reward": LogNormal.from_quantiles(low=30, high=60),
    "fixed_cost": Known(value=800),
    "set_up": Known(value=2_000),
}


def cash(plan: CashPlan, **changes: float) -> list[float]:
    return [float(month[0]) for month in monthly_cash(ONE | changes, plan)]


def test_a_month_without_lags_by_hand() -> None:
    # 20 qualified, 2 conversions: 2 * (300 - 50) - 20 * 2 - 100 * 0.5 - 100
    assert cash(CashPlan(months=2)) == pytest.approx([310, 310])


def test_a_reward_on_conversion_is_not_charged_for_friends_who_did_not_convert() -> None:
    free, rewarded = cash(CashPlan(months=1), reward=0.0)[0], cash(CashPlan(months=1))[0]
    assert free - rewarded == pytest.approx(2 * 50)


def test_lags_move_money_and_lose_none() -> None:
    kernel = (0.2, 0.5, 0.3)
    late = CashPlan(months=40, converted_after=kernel, paid_after=(0, 1), rewarded_after=(0, 0, 1), profile=(1, 0))
    at_once = CashPlan(months=40, profile=(1, 0))
    assert sum(cash(late)) == pytest.approx(sum(cash(at_once)))
    paid = cash(CashPlan(months=4, converted_after=kernel, profile=(1, 0)), lead_reward=0, contact_cost=0, fixed_cost=0)
    assert paid == pytest.approx([2 * 250 * k for k in (*kernel, 0)])


def test_rewards_after_a_hold_are_paid_later_than_the_money_comes_in() -> None:
    held = cash(CashPlan(months=3, rewarded_after=(0, 1)))
    assert held == pytest.approx([410, 310, 310])


def test_margin_of_those_who_stay_is_the_geometric_sum() -> None:
    plan = CashPlan(months=24, profile=(1, 0))
    found = cash(plan, value=0, margin=10, retention=0.9, reward=0, lead_reward=0, contact_cost=0, fixed_cost=0)
    assert sum(found) == pytest.approx(2 * 10 * (1 - 0.9**24) / 0.1)


def test_result_is_the_net_present_value_of_the_months() -> None:
    plan = CashPlan(months=12, discount_rate=0.1)
    expected = -1_000 + sum(c * 1.1 ** (-(t + 1) / 12) for t, c in enumerate(cash(plan)))
    assert result_of(plan, ONE)[0] == pytest.approx(expected)


@given(st.floats(1, 3), st.floats(0, 0.5))
def test_more_contacts_are_proportional_and_a_discount_never_helps_income(factor: float, rate: float) -> None:
    free = {**ONE, "fixed_cost": 0.0, "set_up": 0.0}
    base = result_of(CashPlan(months=6), free)[0]
    assert result_of(CashPlan(months=6), free | {"contacts": 100.0 * factor})[0] == pytest.approx(factor * base)
    assert result_of(CashPlan(months=6, discount_rate=rate), free)[0] <= base + 1e-9


@given(st.integers(1, 30), st.lists(st.floats(0, 1), min_size=1, max_size=5).filter(lambda k: sum(k) > 0.1))
def test_the_recurrence_is_the_convolution(months: int, weights: list[float]) -> None:
    kernel = tuple(w / sum(weights) for w in weights)
    plan = CashPlan(months=months, qualified_after=kernel, paid_after=kernel, profile=(0.5, 1, 2))
    only = {"contacts": 10.0, "qualified_rate": 0.5, "conversion_rate": 0.4, "value": 3.0}
    profile = np.array([0.5, 1] + [2] * 30)[:months]
    expected = 10 * 0.5 * 0.4 * 3 * np.convolve(np.convolve(profile, kernel), kernel)[:months]
    assert [m[0] for m in monthly_cash(only, plan)] == pytest.approx(expected)


@pytest.mark.parametrize(
    "options",
    [
        {"months": 0},
        {"months": 3, "profile": ()},
        {"months": 3, "converted_after": (0.5, 0.4)},
        {"months": 3, "paid_after": (1.5, -0.5)},
        {"months": 3, "discount_rate": -1},
    ],
)
def test_impossible_plans_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match=r"plan|shares"):
        CashPlan(**options)


def test_unknown_and_missing_inputs_are_named() -> None:
    with pytest.raises(ValueError, match=r"missing \['contacts'\], unknown \['contact'\]"):
        cash_futures(
            {**{k: v for k, v in INPUTS.items() if k != "contacts"}, "contact": Known(value=1)}, CashPlan(months=1)
        )


def test_futures_agree_with_the_matrix_of_draws_and_months() -> None:
    plan = CashPlan(months=18, converted_after=(0.2, 0.5, 0.3), discount_rate=0.08)
    found = cash_futures(INPUTS, plan, draws=30_000, chunk=30_000)
    from referral_playbook.methods.uncertainty.futures import futures

    (x,) = futures(INPUTS, draws=30_000, chunk=30_000)
    flow = np.convolve(np.ones(18), (0.2, 0.5, 0.3))[:18]
    net = (x["contacts"] * x["qualified_rate"] * x["conversion_rate"] * (x["value"] - x["reward"]))[:, None] * flow
    path = -2_000 + np.cumsum((net - 800) * plan.discount, axis=1)
    assert found.result == pytest.approx(path[:, -1])
    assert found.worst == pytest.approx(np.minimum(path.min(axis=1), -2_000))
    assert found.ahead == pytest.approx((path >= 0).mean(axis=0))
    assert found.expected == pytest.approx(path.mean(axis=0))
    assert found.middle == pytest.approx(np.median(path, axis=0))
    last_below = np.where((path < 0).any(axis=1), 18 - np.argmax((path < 0)[:, ::-1], axis=1), 0)
    expected = np.where(last_below == 18, np.inf, last_below + 1)
    assert (found.pay_back == expected).all()


@given(st.integers(1, 24))
def test_a_month_up_to_the_deadline_means_covered_at_the_deadline(date: int) -> None:
    found = cash_futures(INPUTS, CashPlan(months=24), draws=2_000, deadline=date)
    assert ((found.pay_back <= date) == (found.at_deadline >= 0)).all()
    assert (found.at_deadline >= 0).mean() == pytest.approx(found.ahead[date - 1])


def test_a_deadline_outside_the_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="from 1 to 24"):
        cash_futures(INPUTS, CashPlan(months=24), draws=2_000, deadline=25)


def test_chunks_change_the_futures_hardly_and_the_same_call_gives_the_same_bytes() -> None:
    plan = CashPlan(months=12)
    whole, parts = (cash_futures(INPUTS, plan, draws=50_000, chunk=c) for c in (50_000, 5_000))
    assert whole.result.mean() == pytest.approx(parts.result.mean(), rel=0.01)
    again = cash_futures(INPUTS, plan, draws=50_000, chunk=5_000)
    assert again.result.tobytes() == parts.result.tobytes()


def test_chance_widens_a_small_programme_and_leaves_its_mean() -> None:
    small = INPUTS | {"contacts": Known(value=20)}
    plan = CashPlan(months=12)
    sure, lucky = (cash_futures(small, plan, draws=40_000, chance=c).result for c in (False, True))
    value = 12 * 20 * 30.5 / 201 * 12.5 / 121 * (INPUTS["value"].mean - INPUTS["reward"].mean) - 800 * 12 - 2_000
    assert sure.mean() == pytest.approx(value, rel=0.01)
    assert lucky.mean() == pytest.approx(value, rel=0.02)
    assert lucky.std() > 1.3 * sure.std()


def test_probability_is_the_share_ahead_with_its_simulation_error() -> None:
    found = cash_futures(INPUTS, CashPlan(months=24), draws=20_000)
    p = found.probability_by(12, basis=Basis.ASSUMED)
    assert p.value == found.ahead[11]
    assert 0 < p.high - p.low < 0.02
    assert p.n is None  # futures are not observations
    with pytest.raises(ValueError, match="1 to 24"):
        found.probability_by(25, basis=Basis.ASSUMED)


def test_certain_loss_has_probability_zero_no_pay_back_and_says_why() -> None:
    hopeless = INPUTS | {"value": Known(value=0)}
    found = cash_futures(hopeless, CashPlan(months=12), draws=2_000)
    assert found.probability_by(12, basis=Basis.ASSUMED).value == 0
    assert np.isinf(found.pay_back).all()
    months = found.months_to_break_even(basis=Basis.ASSUMED)
    assert months.value is None
    assert "only 0% of the futures" in months.reason


def test_without_cost_it_pays_back_in_month_one() -> None:
    free = INPUTS | {"set_up": Known(value=0), "fixed_cost": Known(value=0)}
    found = cash_futures(free, CashPlan(months=12), draws=2_000)
    assert (found.pay_back == 1).all()
    assert found.months_to_break_even(basis=Basis.ASSUMED).value == 1
    assert (found.worst == 0).all()


def test_pay_back_beyond_the_horizon_has_no_upper_limit_and_says_so() -> None:
    found = cash_futures(INPUTS, CashPlan(months=24), draws=20_000)
    months = found.months_to_break_even(basis=Basis.ASSUMED)
    assert 0.5 < np.isfinite(found.pay_back).mean() < 0.9
    assert months.open_above
    assert "within the 24 months looked at" in months.reason


def test_worst_decile_is_the_mean_of_the_worst_tenth() -> None:
    found = cash_futures(INPUTS, CashPlan(months=24), draws=20_000)
    worst = found.worst_decile(unit="GBP", basis=Basis.ASSUMED)
    assert worst.value == pytest.approx(np.sort(found.result)[:2_000].mean())
    assert worst.low < worst.value < worst.high == pytest.approx(np.quantile(found.result, 0.1))
    assert math.isclose(worst.high, np.quantile(found.result, 0.1))


PEAK = """
import resource
from referral_playbook.methods.decisions.cash_futures import cash_futures
from referral_playbook.methods.decisions.cash import CashPlan
from referral_playbook.methods.uncertainty.distributions import Beta, Known, Pert
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
inputs = {"contacts": Pert(low=100, mode=200, high=250), "qualified_rate": Beta.from_counts(30, 200),
          "conversion_rate": Beta.from_counts(12, 120), "value": Pert(low=200, mode=400, high=800),
          "fixed_cost": Known(value=800), "set_up": Known(value=2000)}
cash_futures(inputs, CashPlan(months=36, converted_after=(.2, .5, .3)), draws=1_000_000)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read in KiB, as Linux gives it")
def test_a_million_futures_of_three_years_peak_under_60_mib_above_import() -> None:
    found = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    assert float(found.stdout) < 60
