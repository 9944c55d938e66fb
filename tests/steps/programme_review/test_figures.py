"""Figures with and without the flagged referrals, against the honest ones of the sample."""

from __future__ import annotations

import pytest


class TestSeededFraud:
    def test_with_and_without(self, brightdesk, sample, truth):
        """Without the flagged: the figures of the honest referrals alone."""
        rows = {r["figure"]: r for r in brightdesk.tables["figures"]}
        referrals = sample("brightdesk").fact("referrals")
        honest = referrals[~referrals["referral_id"].isin([f["referral_id"] for f in truth()["fraud"]])]
        year = honest["referred_on"].dt.strftime("%Y-%m").between("2025-10", "2026-09").sum()
        assert rows["referrals a month"]["without_flagged"] == pytest.approx(year / 12)
        assert rows["referrals a month"]["with_flagged"] > rows["referrals a month"]["without_flagged"]
        low, high = (rows["referrals a month"][f"without_flagged_{end}"] for end in ("low", "high"))
        assert low <= truth()["referrals"]["expected_per_month_last_12"] <= high
        qualified = rows["qualified per referral"]
        true = truth()["funnel"]["invited_per_referral"] * truth()["funnel"]["qualified_per_invited"]
        assert abs(qualified["without_flagged"] - true) < abs(qualified["with_flagged"] - true)
