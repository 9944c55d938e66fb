"""The plan of the programme: customers and margin follow the uplift."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral_playbook.contract.evidence import assumed
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.lists.goal_band import certain_uplift
from referral_playbook.domain.programme.baseline import qualified_share
from referral_playbook.steps.goal_setting import step as goal_setting
from referral_playbook.steps.goal_setting.plan import outlook
from referral_playbook.steps.goal_setting.plan import plan as goals_plan


@pytest.fixture(scope="module")
def plan(sample):
    client = sample("brightdesk")
    today, factor = goal_setting.baseline(client), certain_uplift(1.5)
    known = {"baseline": today, "uplift": factor, "new": decided_value("new", 0.0, unit="referrals", per="month")}
    return goals_plan(client, outlook(client, today, factor), qualified_share(client), known)


class TestWhatIf:
    def test_a_certain_uplift_of_two_is_twice_the_customers(self, plan):
        one, two = (replace(plan, outlook=replace(plan.outlook, factor=certain_uplift(u))) for u in (1.0, 2.0))
        assert two.customers.value == pytest.approx(2 * one.customers.value)
        assert two.margin.value == pytest.approx(2 * one.margin.value)

    def test_margin_of_positive_things_is_not_below_nothing(self, plan):
        wide = assumed(500.0, 1.0, 5000.0, unit="GBP", per="new customer", source="test")
        assert replace(plan, worth=wide).margin.low >= 0
