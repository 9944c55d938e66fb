"""When to stop asking: the chain solved, summed and simulated; the plan against trying every length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.methods.referrals.follow_up import chain_value, follow_up_plan, recency_chain

chances = st.lists(st.floats(0.0, 0.95), min_size=1, max_size=8)


@given(chances)
def test_the_chain_is_a_chain(p):
    matrix = recency_chain(p)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    assert np.all(matrix >= 0)


def test_value_is_that_of_simulated_customers():
    p, payoff, d = [0.3, 0.2, 0.15, 0.05, 0], np.array([36, -4, -4, -4, 0.0]), 0.2
    rng, n = np.random.default_rng(7), 100_000
    state, total = np.zeros(n, dtype=int), np.zeros(n)
    for t in range(80):
        total += payoff[state] / (1 + d) ** t
        success = rng.random(n) < np.array(p)[state]
        state = np.where(success, 0, np.minimum(state + 1, 4))
    found = chain_value(recency_chain(p), payoff, discount_rate=d)
    assert found[0] == pytest.approx(total.mean(), abs=4 * total.std() / np.sqrt(n))


@given(chances, st.floats(0.05, 0.5))
def test_the_value_is_that_of_a_long_sum(p, d):
    payoff = np.arange(len(p), dtype=float)
    chain, long = recency_chain(p), payoff
    for _ in range(int(40 / np.log1p(d))):
        long = payoff + chain @ long / (1 + d)
    np.testing.assert_allclose(long, chain_value(chain, payoff, discount_rate=d), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("matrix", "d", "why"),
    [
        ([[0.5, 0.4], [0, 1]], 0.1, "sum to 1"),
        ([[1.0]], 0.1, "as there are payoffs"),
        ([[0.5, 0.5], [0, 1]], 0.0, "above 0"),
    ],
)
def test_a_chain_that_is_none_is_refused(matrix, d, why):
    with pytest.raises(ValueError, match=why):
        chain_value(matrix, [1.0, 0.0], discount_rate=d)


def _value_of_stopping_after(m, p, value, cost, d):
    """Expected present value of m contacts at most."""
    if m == 0:
        return 0.0
    reward = (np.array(p[:m]) * value) / (1 + d) - cost
    alive = np.cumprod(np.append(1, 1 - np.array(p[: m - 1])))
    return float(np.sum(reward * alive / (1 + d) ** np.arange(m)))


@given(p=chances, value=st.floats(1, 200), cost=st.floats(0.1, 30), d=st.floats(0.01, 0.3))
def test_no_other_length_is_worth_more(p, value, cost, d):
    plan = follow_up_plan(p, value=value, cost=cost, discount_rate=d)
    tried = [_value_of_stopping_after(m, p, value, cost, d) for m in range(len(p) + 1)]
    assert plan.value == pytest.approx(max(tried), abs=1e-6 * max(1, value))
    assert tried[plan.contacts] == pytest.approx(plan.value, abs=1e-6 * max(1, value))


@given(p=chances, cost=st.floats(0.1, 20), more=st.floats(0, 20))
def test_dearer_contacts_are_never_more(p, cost, more):
    told = {"value": 50, "discount_rate": 0.02}
    assert follow_up_plan(p, cost=cost + more, **told).contacts <= follow_up_plan(p, cost=cost, **told).contacts


def test_the_rule_is_one_more_contact_against_its_cost():
    plan = follow_up_plan([0.3, 0.1, 0.04, 0.01], value=40, cost=2, discount_rate=0.0)
    assert plan.contacts == 2
    assert plan.gain[2] == pytest.approx(0.04 * 40 - 2)
    assert follow_up_plan([0.01], value=40, cost=2, discount_rate=0.0).contacts == 0
    assert follow_up_plan([0.01], value=40, cost=2, discount_rate=0.0).value == 0


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="shares from 0 to 1"):
        follow_up_plan([1.2], value=1, cost=1, discount_rate=0)


@pytest.mark.parametrize(
    ("transitions", "payoff"),
    [
        ([[1.0]], [1.0, 2.0]),  # a payoff too many
        ([[0.5, 0.6], [0.0, 1.0]], [1.0, 0.0]),  # shares above 1
        ([[-0.5, 1.5], [0.0, 1.0]], [1.0, 0.0]),
    ],
)
def test_a_chain_that_is_none_is_refused_with_its_number_of_states(transitions, payoff):
    with pytest.raises(ValueError, match="one row and one column per state, 2 as there are payoffs"):
        chain_value(transitions, payoff, discount_rate=0.1)
