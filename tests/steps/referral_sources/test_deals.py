"""The module `deals` of step referral sources, on clients made by hand and on the samples."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.sources import sources as source_record
from referral_playbook.steps.referral_sources import deals as deal_types
from referral_playbook.steps.referral_sources import step as referral_sources


class TestDealTypes:
    def test_the_textbook_case_is_about_five_times(self):
        assert "5.2 times" in deal_types.example()
        assert "200,000" in deal_types.example()

    def test_stated_amounts_make_the_same(self, sample):
        client = sample("harlow-partners")
        found = source_record.sources(client)
        worth = referral_sources.find_deals(
            client,
            found,
            Parameters.of(
                "referral_sources", one_off_amount=200_000.0, yearly_amount=300_000.0, yearly_retention=0.9, years=5
            ),
        )
        assert worth.times.value == pytest.approx(5.2, abs=0.05)

    def test_of_the_same_size_only_coming_back_counts(self, sample, truth):
        client = sample("harlow-partners")
        worth = referral_sources.find_deals(client, source_record.sources(client), Parameters.of("referral_sources"))
        multiple = sum((worth.kept.value / 1.1) ** t for t in range(5))
        assert worth.times.value == pytest.approx(multiple)
        assert worth.one_off.value == worth.first_year.value

    def test_where_nobody_ever_left_leaving_was_not_recorded(self, sample):
        assert deal_types.yearly_retention(sample("cupboard")).basis == "assumed"


CLIENT = {"fact": {}.get, "currency": "GBP", "as_of": date(2026, 9, 30)}


def amount(value, low=None, high=None):
    return assumed(value, low or value, high or value, unit="GBP", per="relationship, first year", source="x")


def test_a_relationship_is_worth_its_years_kept_and_discounted():
    kept = assumed(0.8, 0.8, 0.8, unit="share", per="customer and year", source="x")
    found = deal_types.relationship_value(amount(1_000.0), kept, years=3, discount_rate=0.25)
    assert found.value == pytest.approx(1_000 * (1 + 0.8 / 1.25 + (0.8 / 1.25) ** 2))
    once = deal_types.one_off_amount(SimpleNamespace(**CLIENT), amount(1_000.0))
    assert deal_types.times(once, amount(1_000.0), kept, years=3, discount_rate=0.25).value == pytest.approx(
        found.value / 1_000
    )


def test_the_amount_is_that_of_customers_who_are_still_there():
    profile = pd.DataFrame(
        {
            "monthly_amount": [10.0, 20.0, 99.0, -5.0, None],
            "left": [False, False, True, False, False],
            "amount_usable": pd.array([True, True, True, False, None], "boolean"),
        }
    )
    client = SimpleNamespace(**{**CLIENT, "fact": {"customer_profile": profile}.get})
    found = source_record.sources(SimpleNamespace(**{**CLIENT, "has": lambda _: False, "parameters": {}}))
    assert deal_types.yearly_amount(client, found).value == pytest.approx(12 * 15)
    assert deal_types.yearly_amount(client, found, stated=77.0).value == 77.0
    nothing = deal_types.yearly_amount(SimpleNamespace(**CLIENT), found)
    assert "state the yearly amount" in nothing.reason


def test_effort_counts_contacts_with_customers_against_enquiries_of_the_last_year():
    touched = pd.DataFrame({"month": ["2025-09", "2025-10", "2026-09"], "contacts": [99, 30, 10]})
    leads = pd.DataFrame(
        {
            "month": ["2025-10", "2026-09", "2026-09"],
            "leads": [5, 5, 50],
            "given_or_received": ["", "received", "given"],
        }
    )
    plan = pd.DataFrame({"market": ["Customers ", "referral", "supplier"], "current": [6.0, 3.0, 1.0]})
    facts = {"touchpoint_months": touched, "lead_sources": leads, "effort": plan}
    client = SimpleNamespace(**{**CLIENT, "fact": facts.get})
    contacts, stated = deal_types.effort_rows(client)
    assert (contacts["existing"], contacts["new"]) == (40, 10)
    assert contacts["share_existing"].value == 0.8
    assert contacts["share_existing"].low < 0.8
    assert (stated["existing"], stated["share_existing"].value) == (6.0, 0.6)
    assert stated["share_existing"].low == stated["share_existing"].high  # it was stated, not counted


def test_without_tables_there_is_no_effort_to_compare():
    assert deal_types.effort_rows(SimpleNamespace(**CLIENT)) == []


def test_a_one_off_deal_of_nothing_is_no_measure():
    kept = assumed(0.8, 0.8, 0.8, unit="share", per="customer and year", source="x")
    found = deal_types.times(amount(0.0), amount(900.0), kept)
    assert not found.defined
    assert "worth nothing" in found.reason
