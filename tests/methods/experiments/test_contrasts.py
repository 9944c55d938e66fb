from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.methods.experiments.contrasts import Arm, arm_ratio, arm_ratio_p

counts = st.integers(1, 500)


@given(counts, counts)
def test_ratio_and_p_are_those_of_a_poisson_regression(k: int, base: int) -> None:
    arm, control = Arm(name="arm", users=800, events=k), Arm(name="base", users=1_100, events=base)
    # the control in two uneven rows: with one row an arm statsmodels divides by its zero degrees of freedom
    x, y = [[1, 0], [1, 0], [1, 1]], [base // 3, base - base // 3, k]
    fit = sm.GLM(y, x, family=sm.families.Poisson(), offset=np.log([550, 550, 800])).fit(tol=1e-14)
    ratio = arm_ratio(arm, control)
    assert np.log([ratio.low, ratio.value, ratio.high]) == pytest.approx(
        [fit.conf_int()[1][0], fit.params[1], fit.conf_int()[1][1]], abs=1e-6
    )
    assert arm_ratio_p(arm, control) == pytest.approx(fit.pvalues[1], abs=1e-6)


@given(counts, counts, st.floats(1, 9))
def test_more_spread_widens_the_range_about_the_same_value(k: int, base: int, spread: float) -> None:
    arm, control = Arm(name="arm", users=800, events=k), Arm(name="base", users=1_100, events=base)
    narrow, wide = arm_ratio(arm, control), arm_ratio(arm, control, dispersion=spread)
    assert wide.value == narrow.value
    assert np.log(wide.high / wide.low) == pytest.approx(np.sqrt(spread) * np.log(narrow.high / narrow.low))
    assert arm_ratio_p(arm, control, dispersion=spread) >= arm_ratio_p(arm, control)


@given(counts, counts)
def test_turning_the_arms_round_turns_the_ratio_over(k: int, base: int) -> None:
    arm, control = Arm(name="arm", users=800, events=k), Arm(name="base", users=1_100, events=base)
    there, back = arm_ratio(arm, control), arm_ratio(control, arm)
    assert 1 / back.value == pytest.approx(there.value)
    assert 1 / back.low == pytest.approx(there.high)


def test_no_events_have_no_ratio_but_an_exact_test() -> None:
    none, some = Arm(name="a", users=100, events=0), Arm(name="b", users=100, events=10)
    for pair in ((none, some), (some, none), (none, none), (some, Arm(name="c", users=0, events=0))):
        assert arm_ratio(*pair).value is None
        assert arm_ratio(*pair).reason
    assert arm_ratio_p(none, some) == pytest.approx(2 * 0.5**10)
    assert arm_ratio_p(none, none) is None
    assert arm_ratio_p(some, Arm(name="c", users=0, events=0)) is None


def test_user_months_stand_in_for_users() -> None:
    arm, control = Arm(name="a", users=10, events=6, exposure=60.0), Arm(name="b", users=10, events=6, exposure=30.0)
    assert arm_ratio(arm, control).value == pytest.approx(0.5)
    assert not arm.is_share


@pytest.mark.parametrize(
    "options",
    [{"users": -1, "events": 0}, {"users": 1, "events": -1}, {"users": 1, "events": 1, "exposure": -2.0}],
)
def test_impossible_arms_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Arm(name="a", **options)
    with pytest.raises(ValueError, match="dispersion"):
        arm_ratio_p(Arm(name="a", users=1, events=1), Arm(name="b", users=1, events=1), dispersion=0)
