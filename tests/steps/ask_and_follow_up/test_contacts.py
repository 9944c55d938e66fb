"""Referrals after a contact: only the same customer and in time, beside the share that comes anyway."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.steps.ask_and_follow_up import contacts


def test_followed_counts_only_the_same_customer_in_time():
    touches = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "a"],
            "on": pd.to_datetime(["2026-01-01", "2026-01-20", "2026-01-01", "2026-03-01"]),
        },
        index=[7, 3, 5, 1],
    )
    made = pd.DataFrame({"customer_id": ["a", "c"], "referred_on": pd.to_datetime(["2026-01-31", "2026-01-02"])})
    assert contacts.followed(touches, made, days=30).to_dict() == {7: True, 3: True, 5: False, 1: False}
    assert contacts.followed(touches, made, days=29)[7] is np.False_


def test_what_comes_anyway_is_the_share_of_days_with_a_referral_ahead(simulated):
    client = simulated(seed=7, customers=200)
    profile, made = client.fact("customer_profile"), contacts.made_by_customers(client)
    days, ahead = 0, 0
    for row in profile.itertuples():
        end = row.left_on if pd.notna(row.left_on) else pd.Timestamp(client.as_of)
        theirs = made.loc[made["customer_id"] == row.customer_id, "referred_on"]
        theirs = theirs[(theirs >= row.joined_on) & (theirs <= end)].to_numpy("M8[D]")
        each = pd.date_range(row.joined_on, end, inclusive="left").to_numpy("M8[D]")[:, None]
        days += len(each)
        ahead += int(((theirs > each) & (theirs <= each + 30)).any(axis=1).sum())
    found = contacts.anyway(client, days=30)
    assert found.value == pytest.approx(ahead / days, rel=1e-2)
