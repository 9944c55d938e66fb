"""The module `balance_sheet` of step referral sources, on clients made by hand and on the samples."""

from __future__ import annotations

import pytest

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
