"""Helpers that the tests of step 04 share."""

from __future__ import annotations

import pandas as pd

from tests.steps import shared


def concluded(client, *, wanted=None, rate=None, uplift=None, owner=""):
    stated = {"advocate_goal_wanted": wanted, "referrals_per_month": rate, "uplift": uplift, "owner": owner}
    return shared.concluded("goal_setting", client, **stated)


def referral_rows(days, who):
    ids = [f"T{i:04d}" for i in range(len(days))]
    rows = {"referral_id": ids, "referrer_id": who, "referred_on": pd.to_datetime(days), "referrer_type": "customer"}
    return pd.DataFrame(rows)
