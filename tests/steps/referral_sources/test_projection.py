"""The module `projection` of step referral sources, on clients made by hand and on the samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.domain.sources import source_audit
from referral_playbook.domain.sources import sources as source_record
from tests.steps.referral_sources.made import _Money, concluded


class TestProjection:
    def test_a_steady_source_goes_on(self, with_leads):
        client = with_leads([("referral", None, 240, 120, 500), ("ads", None, 240, 24, 800)])
        found = {r["source"]: r for r in concluded(client).tables["projection"]}
        for name in found:
            months = found[name]["months_seen"]
            assert found[name]["won_next_12_months"] == pytest.approx(12 * found[name]["won_in_them"] / months)
            assert found[name]["won_next_12_months_low"] < found[name]["won_next_12_months"]
        assert found["referral"]["value_next_12_months"] == pytest.approx(500 * found["referral"]["won_next_12_months"])

    def test_the_band_holds_eight_years_in_ten(self):
        """Poisson sources of known rate: the band of one year holds the next year's count as often as it says."""
        rng = np.random.default_rng(1)
        held = []
        for _ in range(400):
            months = [f"2025-{m:02d}" for m in range(1, 13)]
            rows = pd.DataFrame({"month": months, "source": "s", "leads": 9, "won": rng.poisson(2.0, 12), "value": 1.0})
            deals = pd.DataFrame({"source": ["s"], "value": [1.0], "deals": [int(rows["won"].sum())]})
            found = source_record.Sources(table="leads", per="lead", rows=rows, deals=deals, group={"s": "advocacy"})
            (row,) = [source_audit._ahead(_Money(), found, "s", months, 0.80)]
            held.append(row["won_next_12_months"].low <= rng.poisson(24.0) <= row["won_next_12_months"].high)
        assert 0.76 <= np.mean(held) <= 0.92

    def test_a_sum_of_deals_is_not_below_nothing(self, sample):
        client = sample("harlow-partners")
        found = source_audit.projection(client, source_record.sources(client))
        values = [e for e in found["value_next_12_months"] if e.defined]
        assert values
        assert all(e.low >= 0 for e in values)

    def test_young_enquiries_are_left_out(self, sample):
        client = sample("harlow-partners")
        months = source_record.ripe_months(client, source_record.sources(client), window=12, months_to_win=3)
        assert (months[0], months[-1]) == ("2025-04", "2026-03")  # as of 30 June 2026
