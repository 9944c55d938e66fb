"""The futures agree with a plain simulation that shares no code with them, and with the closed forms."""

from __future__ import annotations

import math
import random
import subprocess
import sys

import numpy as np
import pytest

from referral_playbook.methods.decisions.against_nothing import (
    Plan,
    break_even_uplift,
    monthly_contribution,
    three_answers,
)
from referral_playbook.methods.decisions.programme_futures import (
    Timetable,
    complete,
    expected_extra_conversions,
    expected_value_result,
    programme_futures,
)
from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert

UNCERTAIN = {
    "baseline": LogNormal.from_quantiles(low=9.0, high=14.0),
    "uplift": LogNormal.from_quantiles(low=0.9, high=2.4),
    "qualified_share": Beta(a=50, b=50),
    "conversion_rate": Beta(a=30, b=70),
    "customer_value": Pert(low=200.0, mode=400.0, high=800.0),
    "incremental_share": Beta(a=12, b=6),
    "reward": Known(value=40.0),
    "monthly_cost": Pert(low=80.0, mode=100.0, high=160.0),
    "set_up_cost": Known(value=300.0),
}
RETENTION = 0.9
STAYS = 24  # months a customer pays at most
TOTAL = sum(RETENTION**k for k in range(STAYS))
TIMETABLE = Timetable(
    months=24,
    deadline=12,
    qualified_after=(0.5, 0.5),
    converted_after=(0.25, 0.5, 0.25),
    margin_after=tuple(RETENTION**k / TOTAL for k in range(STAYS)),
    rewarded_after=(0.0, 0.0, 1.0),
    discount_rate=0.10,
)


def _poisson(mean: float, chance: random.Random) -> int:
    """Knuth's algorithm, so that the counts do not come from numpy."""
    limit, product, k = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        k += 1
    return k


def _lognormal(low: float, high: float, chance: random.Random) -> float:
    sigma = math.log(high / low) / (2 * 1.2815515655446004)
    return math.exp(chance.gauss((math.log(low) + math.log(high)) / 2, sigma))


def _pert(low: float, mode: float, high: float, chance: random.Random) -> float:
    a, b = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    return low + (high - low) * chance.betavariate(a, b)


def _one_future(chance: random.Random) -> tuple[float, list[float]]:
    """One client, month by month and referral by referral, with and without the programme; value and cash by month."""
    baseline, uplift = _lognormal(9, 14, chance), _lognormal(0.9, 2.4, chance)
    qualified, conversion = chance.betavariate(50, 50), chance.betavariate(30, 70)
    worth, share = _pert(200, 400, 800, chance), chance.betavariate(12, 6)
    monthly = _pert(80, 100, 160, chance)
    payment = worth / sum(RETENTION**k / 1.1 ** (k / 12) for k in range(STAYS))
    value, cash = -300.0, [-monthly] * 25
    cash[0] = -300.0
    value -= sum(monthly / 1.1 ** (month / 12) for month in range(1, 13))
    for month in range(1, 25):
        come_anyway = _poisson(baseline * min(uplift, 1.0), chance)
        above = _poisson(baseline * max(uplift - 1, 0.0), chance)
        lost = _poisson(baseline * max(1 - uplift, 0.0), chance)
        for kind, referrals in (("anyway", come_anyway), ("extra", above), ("lost", lost)):
            for _ in range(referrals):
                if chance.random() >= qualified or chance.random() >= conversion:
                    continue
                wins = month + (chance.random() < 0.5) + chance.choice((0, 1, 1, 2))
                if wins > 24:
                    continue
                sign = {"anyway": 0, "extra": 1, "lost": -1}[kind]
                counts = sign * (chance.random() < share)
                rewarded = 40.0 if kind != "lost" else 0.0
                if wins <= 12:
                    value += (counts * worth - rewarded) / 1.1 ** (wins / 12)
                for age in range(STAYS):
                    if wins + age <= 24:
                        cash[wins + age] += counts * payment * RETENTION**age
                if wins + 2 <= 24:
                    cash[wins + 2] -= rewarded
    total, path = 0.0, []
    for flow in cash:
        total += flow
        path.append(total)
    return value, path


@pytest.fixture(scope="module")
def plain():
    chance = random.Random(11)
    return [_one_future(chance) for _ in range(4_000)]


@pytest.fixture(scope="module")
def found():
    return programme_futures(UNCERTAIN, TIMETABLE, draws=40_000, seed=3)


def _agree(share: float, other: float, n: int) -> bool:
    return abs(share - other) < 3.5 * math.sqrt(other * (1 - other) / n)


def test_the_probabilities_of_value_and_cash_agree_with_the_plain_simulation(plain, found):
    n = len(plain)
    assert _agree(sum(v >= 0 for v, _ in plain) / n, found.probability_by_date, n)
    for month in (12, 18, 24):
        assert _agree(sum(path[month] >= 0 for _, path in plain) / n, found.probability_cash(month), n)
    assert 0.2 < found.probability_by_date < 0.8  # a case in which agreement says something


def test_the_cash_need_and_the_results_agree_with_the_plain_simulation(plain, found):
    need = np.array([max(0.0, -min(path)) for _, path in plain])
    error = need.std() / math.sqrt(len(need))
    assert abs(need.mean() - found.peak_cash_need.mean()) < 3.5 * error
    value = np.array([v for v, _ in plain])
    assert abs(value.mean() - found.value_result.mean()) < 3.5 * value.std() / math.sqrt(len(value))
    paid_back = sum(path[24] >= 0 for _, path in plain) / len(plain)
    assert _agree(paid_back, float(np.isfinite(found.cash_payback).mean()), len(plain))


def test_without_luck_every_input_known_the_result_is_the_closed_form():
    known = {name: Known(value=d.mean) for name, d in UNCERTAIN.items()}
    t = Timetable(months=12, deadline=12)
    result = programme_futures(known, t, draws=10, luck=False)
    x = {name: d.value for name, d in known.items()}
    month = monthly_contribution(
        baseline=x["baseline"],
        qualified=x["qualified_share"],
        conversion=x["conversion_rate"],
        uplift=x["uplift"],
        value=x["customer_value"],
        incremental_share=x["incremental_share"],
        reward=x["reward"],
        running_cost=x["monthly_cost"],
    )
    assert result.value_result == pytest.approx(np.full(10, 12 * month - 300))
    assert expected_value_result(x, t) == pytest.approx(12 * month - 300)
    assert result.cash_result == pytest.approx(result.value_result)  # no lag, no discount: one clock


def test_at_the_break_even_uplift_the_value_result_is_zero_and_the_extra_conversions_are_those_needed():
    x = {name: d.mean for name, d in UNCERTAIN.items()}
    t = Timetable(months=12, deadline=12)
    fixed = x["set_up_cost"] + 12 * x["monthly_cost"]
    shared = {k: x[k] for k in ("baseline", "incremental_share", "reward")} | {
        "qualified": x["qualified_share"],
        "conversion": x["conversion_rate"],
        "value": x["customer_value"],
    }
    at = x | {"uplift": break_even_uplift(fixed_cost_per_month=fixed / 12, **shared)}
    assert expected_value_result(at, t) == pytest.approx(0, abs=1e-7)
    needed = three_answers(Plan(fixed_cost=fixed, months=12, **shared))[2]
    assert expected_extra_conversions(at, t) == pytest.approx(needed.exact, rel=1e-9)


def test_the_luck_of_single_customers_has_no_mean(found):
    gap = (found.value_result - found.expected).mean()
    assert abs(gap) < 4 * (found.value_result - found.expected).std() / math.sqrt(found.value_result.size)
    assert found.value_result.std() > found.expected.std()


def test_a_programme_that_does_harm_never_gains():
    inputs = UNCERTAIN | {"uplift": Known(value=0.7)}
    result = programme_futures(inputs, TIMETABLE, draws=2_000)
    assert result.probability_by_date == 0.0
    assert np.isinf(result.cash_payback).all()
    assert (result.extra_conversions < 0).all()


def test_a_programme_that_costs_nothing_never_needs_cash():
    inputs = UNCERTAIN | dict.fromkeys(("reward", "monthly_cost", "set_up_cost"), Known(value=0.0))
    inputs |= {"uplift": Known(value=1.5)}
    result = programme_futures(inputs, TIMETABLE, draws=1_000)
    assert (result.peak_cash_need == 0).all()
    assert (result.cash_payback == 1).all()


def test_a_reward_per_lead_is_paid_on_all_qualified_referrals():
    x = {"baseline": 10.0, "uplift": 2.0, "qualified_share": 0.5, "conversion_rate": 0.2, "customer_value": 0.0}
    # 10 referrals x 2 x half of them qualified, 3 money each, 12 months
    assert expected_value_result(x | {"lead_reward": 3.0}, Timetable(months=12, deadline=12)) == pytest.approx(-360)


def test_months_of_the_spread_end_at_the_result(found):
    assert found.value_by_month[11, 1] == pytest.approx(np.median(found.value_result), abs=20)
    assert (np.diff(found.value_by_month, axis=1) >= 0).all()


@pytest.mark.parametrize("inputs", [{"uplift": 1.0}, {"baseline": 1.0, "rewards": 2.0}])
def test_missing_and_unknown_inputs_are_named(inputs):
    with pytest.raises(ValueError, match=r"missing .*customer_value"):
        complete(inputs)


@pytest.mark.parametrize("wrong", [{"deadline": 30}, {"margin_after": (0.5, 0.4)}, {"discount_rate": -1.0}])
def test_an_impossible_timetable_is_refused(wrong):
    with pytest.raises(ValueError, match=r"deadline|margin_after"):
        Timetable(**({"months": 24, "deadline": 12} | wrong))


PEAK = """
import resource
from referral_playbook.methods.decisions.programme_futures import Timetable, programme_futures
from referral_playbook.methods.uncertainty.distributions import Beta, Known, LogNormal, Pert
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
inputs = {"baseline": Pert(low=10, mode=20, high=40), "uplift": LogNormal.from_quantiles(low=1.1, high=2.0),
          "qualified_share": Beta.from_counts(30, 60), "conversion_rate": Beta.from_counts(12, 120),
          "customer_value": Pert(low=200, mode=400, high=800), "monthly_cost": Known(value=80)}
programme_futures(inputs, Timetable(months=36, deadline=12, converted_after=(.2, .5, .3)), draws=100_000)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read in KiB, as Linux gives it")
def test_the_futures_of_a_run_peak_under_100_mib_above_import():
    peak = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    assert float(peak.stdout) < 100
