from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_playbook.facts.tree import referral_edges

DAY = date(2026, 1, 1)


def _refs(*pairs):
    return [
        {"referral_id": f"{i:05d}", "referrer_id": a, "friend_id": f, "referred_on": DAY + timedelta(days=i % 100)}
        for i, (a, f) in enumerate(pairs)
    ]


def test_a_small_tree_by_hand(rows):
    refs = _refs(("a", "b"), ("a", "c"), ("b", "d"), ("d", "e"), ("x", None))
    assert rows(referral_edges, keys=["friend_id"], referrals=refs) == [
        ("a", "b", 1, 2, False),
        ("a", "c", 1, 0, False),
        ("b", "d", 2, 1, False),
        ("d", "e", 3, 0, False),
    ]


def test_loops_are_told_and_have_no_depth(rows):
    refs = _refs(("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("me", "me"), ("x", "y"))
    found = rows(
        referral_edges, keys=["friend_id"], columns=["friend_id", "depth", "descendants", "loop"], referrals=refs
    )
    assert found == [
        ("a", None, None, True),
        ("b", None, None, True),
        ("c", None, None, True),
        ("d", None, None, False),  # below a loop, not on it
        ("e", None, None, False),
        ("me", None, None, True),
        ("y", 1, 0, False),
    ]


def test_the_earliest_referral_is_credited_and_referred_by_goes_before(rows):
    refs = [
        {"referral_id": "1", "referrer_id": "late", "friend_id": "f", "referred_on": date(2026, 2, 1)},
        {"referral_id": "2", "referrer_id": "early", "friend_id": "f", "referred_on": date(2026, 1, 1)},
        {"referral_id": "3", "referrer_id": "early", "friend_id": "g", "referred_on": date(2026, 1, 1)},
    ]
    columns = ["referrer_id", "friend_id"]
    assert rows(referral_edges, keys=["friend_id"], columns=columns, referrals=refs) == [("early", "f"), ("early", "g")]
    customers = [{"customer_id": "g", "joined_on": DAY, "referred_by": "other"}]
    found = rows(referral_edges, keys=["friend_id"], columns=columns, referrals=refs, customers=customers)
    assert found == [("early", "f"), ("other", "g")]
    assert rows(referral_edges, keys=["friend_id"], columns=columns, customers=customers) == [("other", "g")]


@pytest.mark.parametrize("generations", [1, 63, 64, 65, 300])
def test_a_long_chain_is_no_loop(run, generations):
    refs = _refs(*((f"{i:04d}", f"{i + 1:04d}") for i in range(generations)))
    found = run(referral_edges, keys=["friend_id"], referrals=refs)
    assert found.depth.tolist() == list(range(1, generations + 1))
    assert found.descendants.tolist() == list(range(generations - 1, -1, -1))
    assert not found.loop.any()


def test_a_long_tail_below_a_loop_is_not_on_it(run):
    tail = [(f"{i:04d}", f"{i + 1:04d}") for i in range(100)]
    found = run(referral_edges, keys=["friend_id"], referrals=_refs(("0000", "zz"), ("zz", "0000"), *tail))
    assert found[found.loop.astype(bool)].friend_id.tolist() == ["0000", "zz"]
    assert found.depth.isna().all()


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40).flatmap(lambda n: st.lists(st.integers(0, 39), min_size=n, max_size=n)))
def test_agrees_with_walking_up_from_each_friend(run, above):
    """Friend i was referred by above[i]; who is no friend themselves is a root."""
    parent = {str(i): str(p) for i, p in enumerate(above)}
    found = run(referral_edges, referrals=_refs(*((p, f) for f, p in parent.items())))
    ways = {friend: _way_up(friend, parent) for friend in parent}
    for row in found.itertuples():
        way, rooted = ways[row.friend_id]
        below = sum(row.friend_id in other for f, (other, _) in ways.items() if f != row.friend_id)
        assert row.depth == (len(way) if rooted else None)
        assert row.descendants == (below if rooted else None)
        assert row.loop == (not rooted and row.friend_id in way)


def _way_up(friend, parent):
    """All above a friend, and whether the way ends."""
    way, at = [], parent[friend]
    while at not in way:
        way.append(at)
        if at not in parent:
            return way, True
        at = parent[at]
    return way, False
