"""Shards: every client is in exactly one part, whichever machine looks, and no other text is a shard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.run.portfolio.shards import Shard, ShardError


@given(st.text(max_size=30), st.integers(1, 12))
def test_every_client_is_in_exactly_one_part(name, parts):
    assert [Shard(i, parts).holds(name) for i in range(1, parts + 1)].count(True) == 1


def test_the_parts_are_of_about_equal_size():
    """Of 4,000 clients in 4 parts, each has 1,000 give or take four standard deviations (27 each)."""
    sizes = [sum(Shard(i, 4).holds(f"client-{n}") for n in range(4000)) for i in range(1, 5)]
    assert sum(sizes) == 4000
    assert all(abs(size - 1000) < 4 * 27.4 for size in sizes)


def test_one_part_holds_everybody():
    assert Shard.read("1/1").holds("acme")


@pytest.mark.parametrize("text", ["", "3", "0/2", "3/2", "-1/2", "1/0", "1/2/3", "a/b", " 1/2", "1/2\n", "1234567/2"])
def test_a_text_that_is_no_shard_is_refused_with_an_example(text):
    with pytest.raises(ShardError, match="for instance 1/4"):
        Shard.read(text)
