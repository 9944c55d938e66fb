"""Fields of the register with gaps: counted by hand, sources first, and nothing said of fields that are whole."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from referral_playbook.steps.referral_sources.crm_fields import FIX, fields


@dataclass
class Client:
    facts: dict = field(default_factory=dict)
    scale: float = 1.0

    def fact(self, name):
        return self.facts.get(name)


LEADS = pd.DataFrame(
    {
        "source": ["referral", " Unknown ", "(empty)", "partner", "partner", "unknown"],
        "given_or_received": ["received", "received", "(none)", "(none)", "received", "given"],
        "leads": [50, 20, 10, 15, 5, 1000],
    }
)
DEALS = pd.DataFrame(
    {
        "source": ["referral", "referral", "partner"],
        "given_or_received": ["received", "received", "given"],
        "value": [500.0, np.nan, np.nan],
        "deals": [6, 4, 100],
    }
)
CUSTOMERS = pd.DataFrame(
    {
        "source": ["referral", "Referral ", "search", None, "unknown"],
        "referred_by": ["C1", None, None, None, None],
    }
)
REFERRALS = pd.DataFrame({"referrer_type": ["customer", "", None, "agency"], "friend_id": ["F1", "F2", "F3", None]})


def table(**facts):
    return fields(Client(facts)).set_index("field")


def test_gaps_of_leads_leave_out_those_that_were_given_away():
    rows = table(lead_sources=LEADS, won_deals=DEALS)
    assert rows.loc["leads.source", ["missing", "of"]].tolist() == [30, 100]
    assert rows.loc["leads.value", ["missing", "of"]].tolist() == [4, 10]
    assert rows.loc["leads.given_or_received", ["missing", "of"]].tolist() == [15, 20]
    assert rows.at["leads.source", "share"].value == pytest.approx(0.30)


def test_gaps_of_customers_and_referrals():
    rows = table(customer_profile=CUSTOMERS, referrals=REFERRALS)
    assert rows.loc["customers.source", ["missing", "of"]].tolist() == [2, 5]
    assert rows.loc["customers.referred_by", ["missing", "of"]].tolist() == [1, 2]
    assert rows.loc["referrals.referrer_type", ["missing", "of"]].tolist() == [2, 4]
    assert rows.loc["referrals.friend_id", ["missing", "of"]].tolist() == [1, 4]


def test_sources_come_first_and_then_the_worst():
    rows = table(lead_sources=LEADS, won_deals=DEALS, customer_profile=CUSTOMERS, referrals=REFERRALS)
    assert list(rows.index) == [
        "customers.source",
        "leads.source",
        "leads.given_or_received",
        "customers.referred_by",
        "referrals.referrer_type",
        "leads.value",
        "referrals.friend_id",
    ]
    assert rows["fix"].to_dict() == {name: FIX[name] for name in rows.index}


def test_customers_of_a_panel_stand_for_everyone_and_leads_are_counted_already():
    rows = fields(Client({"customer_profile": CUSTOMERS, "lead_sources": LEADS, "won_deals": DEALS}, scale=10.0))
    rows = rows.set_index("field")
    assert rows.loc["customers.source", ["missing", "of"]].tolist() == [20, 50]
    assert rows.loc["leads.source", ["missing", "of"]].tolist() == [30, 100]


def test_whole_fields_and_tables_that_are_not_there_have_no_row():
    whole = REFERRALS.assign(referrer_type="customer", friend_id="F")
    assert table(referrals=whole).empty
    assert fields(Client()).empty
    assert list(fields(Client()).columns) == ["field", "missing", "of", "share", "fix"]
