"""An estimate has a range, a basis and a source, or a reason why it has none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.estimate import Basis, Estimate, assumed, exact, undefined, weakest

FINITE = st.floats(-1e12, 1e12)
LABELS = {"unit": "share", "per": "answer", "source": "surveys.csv"}


def made(value, low, high, **fields):
    return Estimate(value=value, low=low, high=high, confidence=0.95, n=10, basis=Basis.MEASURED, **LABELS, **fields)


@given(FINITE, FINITE, FINITE)
def test_the_value_lies_in_its_range_or_is_refused(a, b, c):
    low, value, high = sorted((a, b, c))
    assert (made(value, low, high).lower, made(value, low, high).upper) == (low, high)
    if value > low + 1e-6 * max(1.0, abs(low), abs(value), abs(high)):
        with pytest.raises(ValueError, match="range"):
            made(low, value, high)


@pytest.mark.parametrize("numbers", [(math.nan, 0, 1), (0.5, -math.inf, 1), (0.5, 0, math.inf), (0.5, None, 1)])
def test_numbers_that_are_not_finite_are_refused(numbers):
    with pytest.raises(ValueError, match="finite"):
        made(*numbers)


def test_an_undefined_number_says_why_wherever_it_is_asked_for():
    nothing = undefined("nobody was asked", unit="share", per="answer")
    assert not nothing.defined
    for part in ("point", "lower", "upper"):
        with pytest.raises(ValueError, match="nobody was asked"):
            getattr(nothing, part)
    with pytest.raises(ValueError, match="reason"):
        made(None, None, None)
    with pytest.raises(ValueError, match="no range either"):
        made(None, 0.0, None, reason="half")


def test_a_range_may_be_open_above_with_a_reason():
    volume = made(8.0, 4.0, None, reason="a conversion may leave nothing")
    assert volume.open_above
    with pytest.raises(ValueError, match="without an upper limit"):
        _ = volume.upper


def test_the_json_form_has_every_field_but_the_reason():
    assert made(0.4, 0.3, 0.5).to_dict() == {
        **{"value": 0.4, "low": 0.3, "high": 0.5, "confidence": 0.95, "n": 10},
        **{"unit": "share", "per": "answer", "basis": "measured", "source": "surveys.csv"},
    }


def test_a_conclusion_is_as_weak_as_its_weakest_input():
    said = assumed(0.1, 0.05, 0.2, unit="share", per="lead", source="client.toml")
    assert said.basis is Basis.ASSUMED
    assert weakest(made(0.4, 0.3, 0.5), said) is Basis.ASSUMED
    assert weakest(made(0.4, 0.3, 0.5)) is Basis.MEASURED
    with pytest.raises(ValueError, match="at least one"):
        weakest()


def test_a_value_outside_its_range_is_refused_with_both():
    with pytest.raises(ValueError, match="value 3 lies outside its range 1 to 2"):
        assumed(3.0, 1.0, 2.0, unit="share", per="answer", source="x")
    with pytest.raises(ValueError, match=r"value 0.5 lies outside its range 1 to 2\. Give a range around it"):
        assumed(0.5, 1.0, 2.0, unit="share", per="answer", source="x")


@pytest.mark.parametrize("low", [0.3, 0.3 + 1e-12])
def test_the_last_bit_of_a_float_puts_no_value_outside(low):
    assert assumed(0.1 + 0.2, low, 0.3 + 1e-12, unit="share", per="answer", source="x").value == pytest.approx(0.3)


def test_some_fields_are_values_of_json():
    share = assumed(0.1, 0.05, 0.2, unit="share", per="lead", source="owner")
    assert share.fields("value", "high", "basis") == {"value": 0.1, "high": 0.2, "basis": "assumed"}


def test_an_exact_number_is_its_own_range():
    counted = exact(12, unit="customers", per="month", n=40)
    assert (counted.low, counted.value, counted.high, counted.n) == (12, 12, 12, 40)
    assert (counted.basis, counted.confidence) == (Basis.MEASURED, None)
