"""A rate of a mixture by hand, as published, and what has no common rate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.benchmarks.registry import benchmark, family
from referral_playbook.contract.evidence import assumed
from referral_playbook.methods.uncertainty.propagation import mix_rate


def exact(x, per="referral"):
    return assumed(x, x, x, unit="share", per=per, source="test")


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 1)), min_size=1, max_size=6))
def test_it_lies_between_the_rates_and_does_not_hang_on_the_scale_of_usage(pairs):
    usage = {str(i): u for i, (u, _) in enumerate(pairs)}
    rates = {str(i): exact(r) for i, (_, r) in enumerate(pairs)}
    found = mix_rate(usage, rates)
    assert min(r for _, r in pairs) - 1e-9 <= found.value <= max(r for _, r in pairs) + 1e-9
    assert mix_rate({k: 7 * u for k, u in usage.items()}, rates).value == pytest.approx(found.value)


def test_amplifinity_adds_up_to_its_own_overall_rate():
    found = mix_rate(family("amplifinity_usage_"), family("amplifinity_conversion_"), rounded_to=0.01)
    assert found.low < benchmark("amplifinity_conversion").value < found.high
    assert found.value == pytest.approx(0.1325, abs=5e-4)
    assert found.per == "referral"


def test_rounding_gives_a_range_only_where_none_was_published():
    ranged = assumed(0.2, 0.1, 0.3, unit="share", per="referral", source="test")
    one = {"a": ranged}
    assert mix_rate({"a": 1.0}, one, rounded_to=0.01).low == pytest.approx(0.1)
    two = {"a": exact(0.0)}
    assert mix_rate({"a": 1.0}, two, rounded_to=0.01).low == 0


@pytest.mark.parametrize(
    ("usage", "rates", "says"),
    [
        ({"a": 1.0}, {"b": exact(0.1)}, "different ways"),
        ({"a": 1.0, "b": 1.0}, {"a": exact(0.1), "b": exact(0.1, per="click")}, "different things"),
    ],
)
def test_what_has_no_common_rate_is_refused(usage, rates, says):
    with pytest.raises(ValueError, match=says):
        mix_rate(usage, rates)


def test_nothing_used_has_no_rate():
    assert "nothing is used" in mix_rate({"a": 0.0}, {"a": exact(0.1)}).reason
