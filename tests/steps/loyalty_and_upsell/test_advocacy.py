"""Advocacy actions, counted by channel."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.steps.loyalty_and_upsell import advocacy


def test_advocacy_counts_by_channel_and_a_review_meeting_is_no_review(simulated):
    def edit(tables):
        touches, customers = tables["touchpoints"], tables["customers"]
        who = customers.loc[customers["left_on"].isna(), "customer_id"].iloc[:3].tolist()
        extra = touches.iloc[:3].assign(
            customer_id=who, kind="kind_act", channel=["Review site", "review site", "reference"]
        )
        return {"touchpoints": pd.concat([touches, extra])}

    found = advocacy.advocacy(simulated(seed=3, customers=300, edit=edit))
    rows = {row["action"]: row for row in found.rows()}
    assert (rows["reviews"]["actions"], rows["references"]["actions"]) == (2, 1)
    assert rows["case studies"]["actions"] is None
    assert "case studies" in found.written_down().text
    assert found.advocates()["actions"].is_monotonic_decreasing
    assert found.share().value == pytest.approx(len(found.advocates()) / len(found.people))
