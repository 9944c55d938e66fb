"""Small clients with an experiment or referrals by hand, for the tests of step 09."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from steps.programme_review.made import arms_of, reviewed


@pytest.fixture(scope="session")
def small(simulated):
    """``small(without=...)``: a small client, made once for each set of tables that it lacks."""
    made = {}

    def _small(without=()):
        if without not in made:
            made[without] = simulated(customers=200, fraud=False, without=without)
        return made[without]

    return _small


@pytest.fixture(scope="session")
def with_arms(small):
    """``with_arms(("none", 1000, 40), ...)``: a client whose experiment is known only as these counts."""

    def _with_arms(*rows, without=()):
        return small(without).with_facts(arms=arms_of(*rows))

    return _with_arms


@pytest.fixture(scope="session")
def with_referrals(small):
    """``with_referrals(rows)``: referrals by hand; each a mapping over the defaults."""

    def _with_referrals(rows):
        base = {"referrer_type": "customer", "channel": "link", "friend_id": "", "arm": "", "reward": np.nan}
        dates = ["referred_on", "invited_on", "qualified_on", "converted_on", "rewarded_on"]
        table = pd.DataFrame([base | {"referral_id": f"T{i:03d}"} | row for i, row in enumerate(rows)])
        for column in dates:
            table[column] = pd.to_datetime(table.get(column, pd.NaT))
        return small().with_facts(referrals=table.assign(reward=table["reward"].astype(float)))

    return _with_referrals


@pytest.fixture(scope="session")
def brightdesk(sample):
    return reviewed(sample("brightdesk"), control_arm="thanks")
