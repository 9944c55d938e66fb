from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.methods.proportions import proportion
from referral_playbook.methods.referrals.clusters import clustered_proportion, design_effect

groups = st.lists(st.integers(1, 9).flatmap(lambda m: st.tuples(st.integers(0, m), st.just(m))), min_size=1)


def _share(made, **how):
    x, m = zip(*made, strict=True)
    return clustered_proportion(x, m, per="customer", **how)


@given(groups)
def test_the_share_is_that_of_all_and_never_surer_than_one_by_one(made):
    found, alone = _share(made), proportion(sum(x for x, _ in made), sum(m for _, m in made), per="customer")
    assert found.value == alone.value
    assert 0 <= found.low <= min(alone.low, found.value)
    assert max(alone.high, found.value) <= found.high <= 1


@given(groups, st.randoms(use_true_random=False))
def test_order_of_groups_does_not_matter(made, random):
    other = random.sample(made, len(made))
    assert _share(other).low == pytest.approx(_share(made).low)
    assert _share(other).high == pytest.approx(_share(made).high)


def test_people_alone_have_no_design_effect_beyond_the_few():
    assert design_effect([1, 0] * 500, [1] * 1000) == pytest.approx(1000 / 999)


def test_whole_groups_alike_count_as_one_each():
    pairs = _share([(2, 2), (0, 2)] * 200)
    people = proportion(200, 400, per="customer")
    assert pairs.high - pairs.low == pytest.approx(people.high - people.low, rel=0.01)


@pytest.mark.parametrize("made", [[(3, 5)], [(0, 3), (0, 2)], [(3, 3), (2, 2)]])
def test_where_groups_cannot_tell_it_is_the_simple_range(made):
    x, m = sum(x for x, _ in made), sum(m for _, m in made)
    alone = proportion(x, m, per="customer")
    assert (_share(made).low, _share(made).high) == (alone.low, alone.high)


def test_nobody_is_undefined_and_impossible_counts_are_refused():
    assert not clustered_proportion([], [], per="customer").defined
    with pytest.raises(ValueError, match="more successes"):
        clustered_proportion([3], [2], per="customer")


def test_the_truth_is_within_the_range_as_often_as_it_says():
    rng, held = np.random.default_rng(5), 0
    for _ in range(400):
        m = rng.integers(1, 8, 150)
        x = rng.binomial(m, rng.beta(2, 3, 150))  # alike within a group
        found = clustered_proportion(x, m, per="customer", confidence=0.8)
        held += found.low <= 0.4 <= found.high
    assert 0.75 < held / 400 < 0.85
