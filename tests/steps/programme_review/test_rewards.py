"""Rewards owed and rewards to claw back, counted by hand and on the sample."""

from __future__ import annotations

import pandas as pd

from referral_playbook.contract.evidence import Basis
from referral_playbook.domain.programme import fraud
from referral_playbook.domain.programme.valid_referrals import valid
from referral_playbook.steps.programme_review import (
    rewards,
)


class TestFlagsByHand:
    def test_a_full_refund_within_the_hold_undoes_the_conversion_and_names_the_reward(self, with_referrals):
        done = {"referred_on": "2026-03-01", "converted_on": "2026-04-01", "rewarded_on": "2026-04-02", "reward": 50.0}
        friends = [{"referrer_id": "B0001", "friend_id": f"F{i}"} | done for i in range(4)]
        refunds = pd.DataFrame(
            {
                "customer_id": ["F0", "F1", "F2"],
                "refunded_on": pd.to_datetime(["2026-04-16", "2026-06-01", "2026-04-16"]),
                "refunded": [100.0, 100.0, 20.0],
                "paid": [100.0, 100.0, 100.0],
            }
        )
        client = with_referrals(friends).with_facts(refunds=refunds)
        found = fraud.flags(client)
        assert set(found.rows.loc[found.rows["flag"] == fraud.REFUNDED, "referral_id"]) == {"T000"}
        kept = valid(client).fact("referrals")
        assert (len(kept), kept["converted_on"].notna().sum()) == (4, 3)
        assert rewards.claw_back(client, found)["reward"].tolist() == [50.0]


class TestRewardsOwed:
    def test_the_sample_owes_what_the_rows_say(self, brightdesk):
        owed, rows = brightdesk.estimates["reward_liability"], brightdesk.tables["owed"]
        total = sum(row["reward"] for row in rows)
        clean = sum(row["reward"] for row in rows if not row["flagged"])
        assert (owed.value, owed.low, owed.high, owed.n) == (total, clean, total, len(rows))
        assert brightdesk.estimates["reward_liability_without_flagged"].value == clean
        assert any(row["flagged"] for row in rows)

    def test_by_hand(self, with_referrals):
        one = {
            "referrer_id": "B0001",
            "friend_id": "f1",
            "referred_on": "2026-05-01",
            "converted_on": "2026-06-01",
            "reward": 30.0,
        }
        rows = [
            one,
            one | {"friend_id": "f2", "reward": 20.0},
            one | {"friend_id": "f3", "rewarded_on": "2026-07-01"},
            one | {"friend_id": "f4", "converted_on": None},
            one | {"friend_id": "f5", "reward": None},
        ]
        client = with_referrals(rows)
        due = rewards.owed(client, pd.Series(["T001"]))
        assert list(due["referral_id"]) == ["T000", "T001"]
        assert list(due["days_waiting"]) == [(pd.Timestamp(client.as_of) - pd.Timestamp("2026-06-01")).days] * 2
        found = rewards.liability(client, due)
        assert (found["reward_liability"].value, found["reward_liability"].low) == (50.0, 30.0)

    def test_without_an_amount_the_offer_is_assumed(self, with_referrals):
        row = {"referrer_id": "B0001", "friend_id": "f", "referred_on": "2026-05-01", "converted_on": "2026-06-01"}
        client = with_referrals([row])
        found = rewards.liability(client, rewards.owed(client, pd.Series(dtype=object)))
        assert found["reward_liability"].basis is Basis.ASSUMED
        assert found["reward_liability"].value == 100.0  # 50 to each side
