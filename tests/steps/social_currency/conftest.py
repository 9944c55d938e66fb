"""Fixtures that several tests of social currency share."""

from __future__ import annotations

import pytest

from tests.steps.shared import client_of
from tests.steps.social_currency.made import concluded


@pytest.fixture(scope="module")
def brightdesk(sample):
    return concluded(sample("brightdesk"))


@pytest.fixture(scope="module")
def made(simulated):
    """``made(tables)``: a small client who has these tables only."""

    def _made(**tables):
        return client_of(simulated, tables)

    return _made


@pytest.fixture(scope="module")
def ids(simulated):
    profile = simulated(seed=5, customers=80, fraud=False).fact("customer_profile")
    here = profile[~profile["left"].astype(bool) & (profile["tenure_months"] > 12)]
    return here["customer_id"].tolist()[:10]
