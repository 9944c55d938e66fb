"""The ladder of rewards: from the rewards table, as stated, or refused; its cost for all who get there."""

from __future__ import annotations

import pytest

from referral_playbook.contract.handover import record
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.goal_setting import step as goal_setting
from referral_playbook.steps.value_exchange import step as value_exchange


class TestLadder:
    def test_from_the_rewards_table(self, sample):
        rungs = goal_setting.ladder(sample("brightdesk"))
        assert [(r.referrals, r.cost) for r in rungs] == [(1, 3.0), (3, 8.0)]

    def test_the_offer_of_step_02_is_the_first_tier(self, simulated):
        client = simulated(seed=5, customers=80, fraud=False)
        stated = Parameters.of("value_exchange", chosen_reward="40 gift card")
        record(value_exchange.build_result(value_exchange.find(client, stated)), client.results_dir)
        assert goal_setting.ladder(client)[0].name == "40 gift card"

    def test_as_stated_or_refused(self, sample):
        client = sample("cupboard")
        assert [r.cost for r in goal_setting.ladder(client)] == [None, None, None]
        stated = goal_setting.ladder(client, steps=[2, 4], costs=[10.0, 30.0])
        assert [(r.referrals, r.cost) for r in stated] == [(2, 10.0), (4, 30.0)]
        for steps, costs in (([3, 2], None), ([0, 1], None), ([], None), ([1, 2], [5.0])):
            with pytest.raises(ValueError, match="tier_"):
                goal_setting.ladder(client, steps=steps, costs=costs)

    def test_costs_are_for_all_who_get_there(self, sample):
        client = sample("brightdesk")
        row = goal_setting.ladder_rows(client, goal_setting.ladder(client, steps=[1], costs=[10.0]))[0]
        recent = client.fact("referrals").query("referred_on > '2025-09-30'")["referrer_id"]
        active = client.fact("customer_profile").query("left == False")["customer_id"]
        advocates = active.isin(set(recent)).sum()
        assert row["expected_cost"].value == pytest.approx(10 * advocates * row["probability"].value)
