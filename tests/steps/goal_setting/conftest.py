"""Small clients made of referrals by hand, for the tests of step 04."""

from __future__ import annotations

import pandas as pd
import pytest
from steps.goal_setting.made import referral_rows

from tests.steps.shared import client_of


@pytest.fixture(scope="session")
def made(simulated):
    """``made(rows, **tables)``: a small client with customers and these referrals only (as of 30 September 2026)."""

    def _made(rows, **tables):
        return client_of(simulated, {"referrals": rows, **tables})

    return _made


@pytest.fixture(scope="session")
def stayers(simulated):
    """Ids of customers of that client who joined two years ago or more and are still there."""
    profile = simulated(seed=5, customers=80, fraud=False).fact("customer_profile")
    old = profile[~profile["left"].astype(bool) & (profile["tenure_months"] > 26)]
    assert len(old) >= 8
    return old["customer_id"].tolist()[:8]


@pytest.fixture(scope="session")
def advocates(made, stayers):
    days = ["2026-08-01"] * 2 + ["2026-07-01"] + ["2024-07-01"] + ["2026-05-01"] * 5 + ["2026-09-01"]
    who = [stayers[0]] * 2 + [stayers[1]] + [stayers[2]] + [stayers[3]] * 5 + [stayers[4]]

    complaint = {"customer_id": stayers[4], "on": pd.Timestamp("2026-09-02"), "kind": "complaint"}
    return made(referral_rows(days, who), touchpoints=pd.DataFrame([complaint]))
