"""Simulated clients that several test files count again, made once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from referral_playbook.simulate import simulate
from tests.simulate.simulations import MONTH, sample


@pytest.fixture(scope="session")
def data():
    return Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def brightdesk():
    return sample("brightdesk")


@pytest.fixture(scope="session")
def large():
    """Enough customers for four standard errors to be narrow."""
    return simulate("subscription", seed=11, customers=6000)


@pytest.fixture(scope="session")
def people(large):
    """The customers of `large` with their tenure, how long it could be, and whether they were referred."""
    rows = large.tables["customers"].copy()
    last = rows["left_on"].fillna(pd.Timestamp(large.as_of))
    rows["tenure"] = (last - rows["joined_on"]).dt.days / MONTH
    rows["possible"] = (pd.Timestamp(large.as_of) - rows["joined_on"]).dt.days / MONTH
    rows["left"] = rows["left_on"].notna()
    rows["referred"] = rows["referred_by"].notna() | (rows["source"] == "referral")
    return rows
