"""Fixtures that several tests of referral sources share."""

from __future__ import annotations

import pytest

from tests.steps.referral_sources.made import concluded, leads_of


@pytest.fixture(scope="module")
def with_leads(simulated):
    """``with_leads(rows)``: a client whose leads are made by hand, in the form that the facts give them."""
    client = simulated(customers=120, fraud=False)

    def _with_leads(rows):
        leads = leads_of(rows).assign(won=lambda t: t["won_on"].notna().astype(int), leads=1)
        leads["source"] = leads["source"].fillna("(empty)")
        leads["given_or_received"] = leads["given_or_received"].fillna("(none)")
        leads["month"] = leads["created_on"].dt.strftime("%Y-%m")
        by = leads.groupby(["month", "source", "given_or_received"], as_index=False)
        won = leads[leads["won"] == 1].groupby(["source", "given_or_received", "value"], as_index=False)["won"].sum()
        sources = by[["leads", "won", "value"]].sum(min_count=1)
        return client.with_facts(lead_sources=sources, won_deals=won.rename(columns={"won": "deals"}))

    return _with_leads


@pytest.fixture(scope="module")
def harlow(sample):
    return concluded(sample("harlow-partners"))
