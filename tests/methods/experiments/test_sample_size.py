from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.contract.evidence import assumed, undefined
from referral_playbook.methods.experiments.power import SampleSize, planned_against_run, weeks_needed


def traffic(value: float, low: float, high: float):
    return assumed(value, low, high, unit="customers", per="week", source="client")


@given(st.floats(1, 1e6), st.integers(2, 6), st.floats(0.5, 1e4))
def test_weeks_are_enough_and_one_fewer_are_not(exact: float, arms: int, rate: float) -> None:
    sample = SampleSize(exact=exact, arms=arms)
    weeks = weeks_needed(sample, traffic(rate, rate / 2, rate * 2))
    assert weeks.value * rate >= sample.total - 1e-6 * sample.total
    assert (weeks.value - 1) * rate < sample.total
    assert weeks.low <= weeks.value <= weeks.high


def test_no_traffic_has_no_duration_and_says_why() -> None:
    sample = SampleSize(exact=50)
    assert weeks_needed(sample, traffic(0, 0, 0)).reason == "no traffic: 100 users are never reached"
    perhaps = weeks_needed(sample, traffic(2, 0, 4))
    assert (perhaps.value, perhaps.low, perhaps.open_above) == (50, 25, True)
    assert "no leads" in weeks_needed(sample, undefined("no leads", unit="customers", per="week")).reason


def test_planned_against_run() -> None:
    checks = {
        c.name: c.passed
        for c in planned_against_run(
            SampleSize(exact=99.5, arms=3), {"none": 120, "gift": 100, "cash": 99}, weeks_planned=8, weeks_run=7
        )
    }
    assert checks == {
        "none_size": True,
        "gift_size": True,
        "cash_size": False,
        "weeks_run": False,
        "arms_of_a_size": True,
    }


def test_arms_that_no_fair_draw_gives_are_told_by_chi_square() -> None:
    for users in ((1000, 1100), (1000, 1200), (500, 520, 650)):
        balance = planned_against_run(SampleSize(exact=1), dict(zip("abc", users, strict=False)))[-1]
        assert balance.passed is bool(stats.chisquare(users).pvalue >= 0.001)


def test_no_users_at_all_is_neither_passed_nor_failed() -> None:
    assert planned_against_run(SampleSize(exact=10), {"a": 0, "b": 0})[-1].passed is None


@pytest.mark.parametrize("users", [{}, {"a": 5}, {"a": 5, "b": -1}])
def test_an_experiment_has_two_arms(users: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="two arms"):
        planned_against_run(SampleSize(exact=10), users)
