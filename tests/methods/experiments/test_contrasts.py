from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.methods.experiments.contrasts import Arm, Measured, arm_ratio, arm_ratio_p, mean_contrasts

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


RNG = np.random.default_rng(1)
VALUES = {"none": RNG.normal(10, 3, 40), "gift": RNG.normal(12, 3, 30), "cash": RNG.normal(10.5, 5, 50)}
MEASURED = [Measured.of(name, values) for name, values in VALUES.items()]


def test_linear_contrasts_are_those_of_least_squares() -> None:
    y = np.concatenate(list(VALUES.values()))
    x = np.zeros((len(y), 3))
    x[:, 0], x[40:70, 1], x[70:, 2] = 1, 1, 1
    fit = sm.OLS(y, x).fit()
    for i, contrast in enumerate(mean_contrasts(MEASURED, "none"), start=1):
        found = contrast.difference
        assert found.value == pytest.approx(fit.params[i])
        assert [found.low, found.high] == pytest.approx(fit.conf_int()[i])
        assert contrast.p_value == pytest.approx(fit.pvalues[i])


def test_unequal_variances_are_welch_s() -> None:
    for contrast in mean_contrasts(MEASURED, "none", equal_variance=False, confidence=0.9):
        theirs = stats.ttest_ind(VALUES[contrast.arm], VALUES["none"], equal_var=False)
        interval = theirs.confidence_interval(0.9)
        assert contrast.p_value == pytest.approx(theirs.pvalue)
        assert [contrast.difference.low, contrast.difference.high] == pytest.approx(list(interval))


@given(st.floats(-1e3, 1e3), st.floats(0.1, 50))
def test_contrasts_shift_and_scale_with_the_values(shift: float, factor: float) -> None:
    moved = [Measured.of(name, shift + factor * v) for name, v in VALUES.items()]
    for a, b in zip(mean_contrasts(MEASURED, "none"), mean_contrasts(moved, "none"), strict=True):
        assert b.difference.value == pytest.approx(factor * a.difference.value, rel=1e-6)
        assert b.p_value == pytest.approx(a.p_value, rel=1e-6)


@pytest.mark.parametrize("equal_variance", [True, False])
def test_no_variation_is_no_certainty(equal_variance: bool) -> None:
    same = [Measured.of("none", [2, 2, 2]), Measured.of("gift", [3, 3])]
    (found,) = mean_contrasts(same, "none", equal_variance=equal_variance)
    assert found.difference.value is None
    assert "users do not differ" in found.difference.reason
    assert found.p_value is None


def test_contrasts_need_values_and_a_control() -> None:
    with pytest.raises(ValueError, match="two finite values"):
        Measured.of("gift", [1.0])
    with pytest.raises(ValueError, match="two finite values"):
        Measured.of("gift", [1.0, float("nan"), 2.0])
    for arms in (MEASURED[1:], MEASURED[:1]):
        with pytest.raises(ValueError, match="need the control"):
            mean_contrasts(arms, "none")
