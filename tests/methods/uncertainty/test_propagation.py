"""Ranges carried through a formula."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Basis, assumed, undefined
from referral_playbook.methods.uncertainty.propagation import propagate

money = st.floats(1, 1e4)


def about(value, spread):
    return assumed(value, value - spread, value + spread, unit="GBP", per="month", source="x")


@given(money, money, st.floats(0, 1), st.floats(0, 1))
def test_a_sum_of_independent_normals_is_exact(a, b, sa, sb):
    found = propagate(lambda a, b: a + b, unit="GBP", per="month", source="a + b", a=about(a, sa), b=about(b, sb))
    assert found.value == pytest.approx(a + b)
    assert found.high - found.value == pytest.approx(math.hypot(sa, sb), abs=1e-6)


@given(money, st.floats(0, 0.9))
def test_scale_does_not_matter(value, share):
    one = propagate(lambda a: 3 * a, unit="GBP", per="month", source="3a", a=about(value, share * value))
    assert one.low == pytest.approx(3 * (value - share * value))


def test_undefined_stays_undefined_with_its_reason():
    missing = undefined("no payments", unit="GBP", per="customer")
    found = propagate(lambda a, b: a * b, unit="GBP", per="customer", source="a b", a=about(2, 1), b=missing)
    assert not found.defined
    assert "no payments" in found.reason
    assert found.basis is Basis.ASSUMED


def _inverse(a):
    if a <= 0:
        raise ValueError("nothing to divide by")
    return 1 / a


def test_a_formula_without_a_value_at_a_limit_has_no_upper_limit_only_where_that_was_allowed():
    reaching_zero = about(1, 2)
    strict = propagate(_inverse, unit="x", per="y", source="1/a", a=reaching_zero)
    assert not strict.defined
    open_ = propagate(_inverse, unit="x", per="y", source="1/a", open_above=True, a=reaching_zero)
    assert open_.value == 1
    assert open_.high is None
    assert open_.low == pytest.approx(1 / 3)
    assert "no upper limit" in open_.reason


@given(money, money, st.floats(0, 0.999), st.floats(0, 0.999), st.sampled_from([1.0, -1.0]))
def test_a_product_keeps_its_sign(a, b, sa, sb, sign):
    inputs = {"a": about(a, sa * a), "b": about(b, sb * b)}
    found = propagate(lambda a, b: sign * a * b, unit="GBP", per="month", source="ab", product=True, **inputs)
    assert found.low * sign >= 0
    assert found.high * sign >= 0
    assert found.low <= found.value <= found.high


def test_the_range_of_a_product_is_that_of_log_normals():
    """Exact for log-normal inputs: their log ranges add in squares."""
    e = assumed(2.0, 1.0, 4.0, unit="GBP", per="month", source="x")
    found = propagate(lambda a, b: a * b, unit="GBP", per="month", source="ab", product=True, a=e, b=e)
    wide = math.sqrt(2) * math.log(2)
    assert math.log(found.high / 4) == pytest.approx(wide)
    assert math.log(4 / found.low) == pytest.approx(wide)


def test_a_product_with_an_input_that_crosses_zero_is_added_as_it_is():
    e = about(1, 2)
    one = propagate(lambda a, b: a * b, unit="GBP", per="month", source="ab", product=True, a=e, b=about(3, 1))
    other = propagate(lambda a, b: a * b, unit="GBP", per="month", source="ab", a=e, b=about(3, 1))
    assert one == other
    nothing = propagate(lambda a: 0 * a, unit="GBP", per="month", source="0", product=True, a=about(3, 1))
    assert nothing.low == nothing.high == 0


def test_a_product_that_may_be_nothing_begins_at_nothing():
    found = propagate(lambda a: a, unit="GBP", per="month", source="a", product=True, a=about(2, 2))
    assert found.low == 0
