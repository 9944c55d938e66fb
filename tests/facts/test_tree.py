from datetime import date, timedelta

from referral_playbook.facts.tree import referral_edges

DAY = date(2026, 1, 1)


def _refs(*pairs):
    return [
        {"referral_id": f"{i:05d}", "referrer_id": a, "friend_id": f, "referred_on": DAY + timedelta(days=i % 100)}
        for i, (a, f) in enumerate(pairs)
    ]


def test_a_small_tree_by_hand(rows):
    refs = _refs(("a", "b"), ("a", "c"), ("b", "d"), ("d", "e"), ("x", None))
    assert rows(referral_edges, keys=["friend_id"], referrals=refs) == [("b", "a"), ("c", "a"), ("d", "b"), ("e", "d")]


def test_loops_are_rows_like_others(rows):
    refs = _refs(("a", "b"), ("b", "a"), ("me", "me"))
    assert rows(referral_edges, keys=["friend_id"], referrals=refs) == [("a", "b"), ("b", "a"), ("me", "me")]


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
