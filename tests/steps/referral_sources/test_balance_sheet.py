"""The module `balance_sheet` of step referral sources, on clients made by hand and on the samples."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.steps.referral_sources import balance_sheet
from tests.steps.referral_sources.made import concluded


class TestDependency:
    def test_one_partner_with_nearly_all_is_one_for_sure(self, with_leads):
        rows = [
            ("reciprocal: Big", "received", 80, 60, 1000),
            ("referral", None, 40, 12, 900),
            ("staff", None, 9, 3, 1100),
        ]
        found = concluded(with_leads(rows))
        (row,) = found.tables["balance_sheet"]
        assert row["dependency"] == "depends"
        assert any("second source beside Big" in a.what for a in found.actions)

    def test_the_unknown_are_not_in_its_denominator(self, with_leads):
        rows = [
            ("reciprocal: A", "received", 20, 10, 1000),
            ("referral", None, 60, 30, 1000),
            ("unknown", None, 90, 40, 1000),
        ]
        (row,) = concluded(with_leads(rows)).tables["balance_sheet"]
        assert row["share_of_value"] == pytest.approx(0.25)

    def test_without_a_direction_the_sheet_has_one_side(self, with_leads):
        found = concluded(with_leads([("reciprocal: A", None, 20, 10, 1000), ("referral", None, 60, 30, 900)]))
        (row,) = found.tables["balance_sheet"]
        assert row["reading"] == balance_sheet.NOT_WRITTEN
        assert row["given_leads"] is None
        assert "leads.given_or_received" in {r["field"] for r in found.tables["crm_fields"]}


def client(*rows):
    """Leads from (source, way, leads, won, value of each won)."""
    leads = pd.DataFrame(
        [{"source": s, "given_or_received": w, "leads": n, "won": k, "value": float(k * v)} for s, w, n, k, v in rows]
    )
    deals = pd.DataFrame(
        [{"source": s, "given_or_received": w, "value": float(v), "deals": k} for s, w, _, k, v in rows if k]
    )
    return SimpleNamespace(fact={"lead_sources": leads, "won_deals": deals}.get)


def sheet(*rows, **options):
    return balance_sheet.balance_sheet(client(*rows), **options).set_index("intermediary")


def test_both_sides_of_a_partner_stand_in_one_row():
    found = sheet(
        ("reciprocal: A", "received", 20, 10, 1000), ("reciprocal: A", "given", 5, 2, 400), ("referral", "", 9, 3, 500)
    )
    assert found.index.tolist() == ["A"]  # a customer's referral is nobody's account
    row = found.loc["A"]
    assert (row["received_leads"], row["received_won"], row["received_value"]) == (20, 10, 10_000)
    assert (row["given_leads"], row["given_won"], row["given_value"]) == (5, 2, 800)
    assert row["balance"] == 9_200
    assert row["share_given"].value == 0.2


@pytest.mark.parametrize(
    ("given", "received", "reading"),
    [
        (30, 5, balance_sheet.MORE_GIVEN),
        (5, 30, balance_sheet.MORE_RECEIVED),
        (6, 4, balance_sheet.EVEN),
        (3, 1, balance_sheet.EVEN),  # three to one, but of four leads
    ],
)
def test_who_owes_whom_is_said_only_where_the_leads_are_enough(given, received, reading):
    found = sheet(("reciprocal: A", "received", received, 1, 100), ("reciprocal: A", "given", given, 0, 0))
    assert found.loc["A", "reading"] == reading


def test_an_agency_is_paid_and_owed_nothing():
    found = sheet(("agency: Klik", "received", 20, 4, 500), ("reciprocal: A", "given", 3, 0, 0))
    assert found.loc["Klik", "reading"] == balance_sheet.PAID


@pytest.mark.parametrize(
    ("value", "low", "flag"), [(0.4, 0.3, "depends"), (0.3, 0.2, "may depend"), (0.2, 0.1, ""), (0.25, 0.25, "depends")]
)
def test_the_firm_depends_for_sure_perhaps_or_not(value, low, flag):
    share = assumed(value, low, 0.5, unit="share", per="value", source="x")
    assert balance_sheet.depends(share, 0.25) == flag


def test_a_credit_note_is_no_negative_part_of_what_was_won():
    rows = [("reciprocal: A", "received", 4, 2, 1000), ("referral", "", 9, 2, 1000), ("referral", "", 1, 1, -1500)]
    assert sheet(*rows).loc["A", "share_of_value"].value == pytest.approx(0.5)


def test_the_sheet_is_read_aloud():
    owed = [("reciprocal: A", "received", 40, 1, 100), ("reciprocal: A", "given", 2, 0, 0)]
    giving = [("reciprocal: B", "given", 40, 0, 0), ("reciprocal: B", "received", 2, 0, 0)]
    words = balance_sheet.describe_balance(balance_sheet.balance_sheet(client(*owed, *giving)))
    assert "We owe business to: A." in words
    assert "We give and get little back from: B." in words
    empty = balance_sheet.balance_sheet(SimpleNamespace(fact={}.get))
    assert "No intermediary is named" in balance_sheet.describe_balance(empty)
