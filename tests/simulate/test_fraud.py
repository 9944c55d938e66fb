"""Seeded fraud looks like fraud, and nothing honest looks like it."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.simulate import SubscriptionWorld, simulate
from referral_playbook.simulate.__main__ import SAMPLES


def looks_fraudulent(rows):
    """What a careful reader would mark: ids of self-referrals, later claims, bursts and closed rings."""
    marked = set(rows.loc[rows["referrer_id"] == rows["friend_id"], "referral_id"])
    marked |= set(rows.loc[rows["friend_id"].notna() & rows.duplicated("friend_id"), "referral_id"])
    size = rows.groupby(["referrer_id", "referred_on"])["referral_id"].transform("size")
    marked |= set(rows.loc[size >= 5, "referral_id"])
    friends = rows[rows["referrer_id"] != rows["friend_id"]].groupby("referrer_id")["friend_id"].apply(set).to_dict()

    def reaches(start, goal, seen):
        return any(
            n == goal or (n not in seen and not seen.add(n) and reaches(n, goal, seen)) for n in friends.get(start, ())
        )

    return marked | {
        r.referral_id
        for r in rows.itertuples()
        if r.friend_id in friends and reaches(r.friend_id, r.referrer_id, set())
    }


@pytest.mark.parametrize("seed", [SAMPLES["brightdesk"][1], 1, 2])
def test_fraud_is_what_it_looks_like_and_nothing_honest_looks_like_it(seed):
    client = simulate("subscription", seed=seed)
    seeded = client.truth["fraud"]
    assert {row["kind"] for row in seeded} == {"self_referral", "loop", "burst", "duplicate_friend"}
    assert looks_fraudulent(client.tables["referrals"]) == {row["referral_id"] for row in seeded}


def test_no_fraud_where_none_is_wanted():
    client = simulate("subscription", seed=1, customers=300, fraud=False)
    assert client.truth["fraud"] == []
    assert looks_fraudulent(client.tables["referrals"]) == set()


@pytest.fixture(scope="module")
def seeded():
    client = simulate("subscription", seed=1)
    kinds = pd.Series({row["referral_id"]: row["kind"] for row in client.truth["fraud"]})
    rows = client.tables["referrals"].set_index("referral_id")
    return client, rows.assign(kind=kinds.reindex(rows.index))


def test_every_kind_has_the_number_of_rows_that_a_reviewer_meets(seeded):
    _, rows = seeded
    counts = rows["kind"].value_counts().to_dict()
    assert counts == {"burst": 2 * 7, "loop": 3 + 2, "self_referral": 4, "duplicate_friend": 4}


def test_a_duplicate_claims_a_friend_nine_days_after_the_first_claim(seeded):
    client, rows = seeded
    for row in client.truth["fraud"]:
        if row["kind"] == "duplicate_friend":
            first, again = rows.loc[row["first_claim"]], rows.loc[row["referral_id"]]
            assert (again["referred_on"] - first["referred_on"]).days == 9
            assert again["friend_id"] == first["friend_id"]
            assert again["referrer_id"] != first["referrer_id"]


def test_only_self_referrals_claim_a_conversion_and_none_was_paid_yet(seeded):
    _, rows = seeded
    false = rows[rows["kind"].notna()]
    assert set(false[false["converted_on"].notna()]["kind"]) == {"self_referral"}
    assert false["rewarded_on"].isna().all()
    selves = false[false["kind"] == "self_referral"]
    assert ((selves["converted_on"] - selves["referred_on"]).dt.days == 10).all()


def test_cheats_were_customers_all_along_and_never_referred_anyone_honestly(seeded):
    client, rows = seeded
    cheats = set(rows[rows["kind"].notna()]["referrer_id"])
    assert not cheats & set(rows[rows["kind"].isna()]["referrer_id"])
    people = client.tables["customers"].set_index("customer_id").loc[list(cheats)]
    assert people["left_on"].isna().all()
    assert (people["joined_on"] < pd.Timestamp(SubscriptionWorld().programme_start)).all()
    assert people["referred_by"].isna().all()
