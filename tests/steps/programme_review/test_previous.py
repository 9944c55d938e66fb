"""Against the last run: number by number, its goal against what came, and what is no news."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from steps.programme_review.made import reviewed

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.contract.handover import record
from referral_playbook.steps.programme_review import (
    previous,
)


class TestSinceTheLastRun:
    @pytest.fixture
    def runs(self, simulated, tmp_path):
        from referral_playbook.steps.referral_sources import step as referral_sources

        client = simulated(customers=300, seed=9)
        now = referral_sources.build_result(referral_sources.find(client))
        record(now, client.results_dir)
        share = now.estimates["unknown_source_share"]
        moved = {"unknown_source_share": share.as_(value=share.value + 0.5, low=share.low + 0.5, high=share.high + 0.5)}
        kept = replace(now, estimates={**now.estimates, **moved})
        record(kept, tmp_path / "before" / "results")
        return client, str(tmp_path / "before")

    def test_number_by_number(self, runs):
        client, folder = runs
        rows = previous.changes(client, previous.previous_run(folder))
        (row,) = rows.to_dict("records")
        assert (row["step"], row["number"], row["reading"]) == (
            "referral_sources",
            "unknown_source_share",
            previous.CHANGED,
        )
        assert row["change"] == pytest.approx(-0.5 / row["before"].value)
        found = reviewed(client, previous=folder)
        assert {c.name: c.passed for c in found.checks}["as_in_the_last_run"] is False

    def test_the_same_run_has_no_changes(self, runs):
        client, _ = runs
        rows = previous.changes(client, previous.previous_run(str(client.results_dir)))
        assert rows.empty

    def test_a_folder_without_results_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="previous_results"):
            previous.previous_run(str(tmp_path))

    def test_a_goal_of_the_last_run_is_held_against_what_came(self, sample):
        client = sample("brightdesk")
        goal = assumed(40, 30, 50, unit="referrals", per="month", source="x")
        old = reviewed(client)
        old = replace(
            old, step="goal_setting", as_of=pd.Timestamp("2026-03-31").date(), estimates={"programme_goal": goal}
        )
        check = previous.last_goal(client, {"goal_setting": old})
        assert check.passed is False
        assert "6 months since" in check.text
        near = replace(old, estimates={"programme_goal": goal.as_(value=14, low=8, high=20)})
        assert previous.last_goal(client, {"goal_setting": near}).passed is True

    def test_ranges_that_overlap_are_no_news(self):
        told = {"unit": "share", "per": "lead", "source": "x"}
        one, two = assumed(0.10, 0.05, 0.15, **told), assumed(0.14, 0.09, 0.20, **told)
        assert previous.reading(one, two) == previous.WITHIN
        assert "not the same quantity" in previous.reading(one, two.as_(per="customer"))
        assert previous.reading(one, two.as_(basis=Basis.MEASURED)) == "assumed before, measured now"
