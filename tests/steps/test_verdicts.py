"""Steps 01 to 05: the same questions to a client whose tables differ, and the verdict goes with the data.

Thresholds, goals and rewards asked for stay as they are; only rows change. Each step is brought to every verdict
that it can give.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.segments import very_disappointed
from referral_playbook.domain.programme import offers, referral_inputs
from referral_playbook.domain.programme.offers import unit_value
from referral_playbook.steps.break_even.step import build_result, find
from referral_playbook.steps.goal_setting import step as goal_setting
from referral_playbook.steps.goal_setting.advocate_goals import advocate_goal
from referral_playbook.steps.pmf_check import verdict as pmf_check
from referral_playbook.steps.social_currency import step as social_currency
from referral_playbook.steps.value_exchange import verdict

GO, TEST_SMALL, STOP, NOT_ENOUGH = Status.GO, Status.TEST_SMALL, Status.STOP, Status.NOT_ENOUGH_DATA
UNDATED = ("referral_funnel", "referral_months", "referral_groups")
"""Facts that count referrals by month."""
LIKE = {"very disappointed": "not disappointed", "not disappointed": "very disappointed"}


@pytest.fixture(scope="module")
def client(sample):
    return sample()


@pytest.fixture(scope="module")
def known(client):
    return referral_inputs.inputs(client)


def without(client, *facts):
    """The client, had the tables behind these facts not been exported."""
    return replace(client, absent={**client.absent, **dict.fromkeys(facts, "not exported")})


class TestPmfCheck:
    def judged(self, client, counts=None):
        client = client if counts is None else client.with_facts(survey_counts=counts)
        return pmf_check.verdict(very_disappointed(client), threshold=0.40).status

    def test_it_follows_the_answers(self, client):
        counts = client.fact("survey_counts")
        assert self.judged(client) is GO
        assert self.judged(client, counts.assign(answer=counts["answer"].replace(LIKE))) is STOP
        assert self.judged(client, counts.assign(answers=(counts["answers"] / 20).round())) is NOT_ENOUGH
        assert self.judged(without(client, "survey_counts")) is NOT_ENOUGH


class TestValueExchange:
    def judged(self, known, client):
        offer = offers.chosen(client)
        return verdict.verdict(known, unit_value(known, offer), offer).status

    def priced(self, client, times):
        rewards = client.fact("rewards")
        return client.with_facts(rewards=rewards.assign(cost=times * rewards["cost"]))

    def test_it_follows_what_the_reward_costs(self, client, known):
        assert self.judged(known, client) is GO
        assert self.judged(known, self.priced(client, 6)) is TEST_SMALL
        assert self.judged(known, self.priced(client, 30)) is STOP

    def test_it_follows_who_converts_and_what_they_pay(self, client):
        profile = client.fact("customer_profile")
        free = profile.assign(monthly_amount=float("nan"), total_amount=float("nan"), payments=0)
        nothing = without(client.with_facts(customer_profile=free), "purchase_summary", "lead_sources", "won_deals")
        assert self.judged(referral_inputs.inputs(nothing), nothing) is NOT_ENOUGH
        unseen = without(client, "referrals", "referral_funnel", "lead_sources")
        assert self.judged(referral_inputs.inputs(unseen), unseen) is TEST_SMALL


class TestSocialCurrency:
    def judged(self, client):
        return social_currency.build_result(social_currency.find(client)).verdict.status

    def test_it_follows_the_walk_and_who_shares(self, client):
        quick = client.with_facts(friction=pd.DataFrame({"step": ["share"], "fields": [1], "seconds": [20.0]}))
        assert self.judged(client) is TEST_SMALL
        assert self.judged(quick) is GO
        none = {name: client.fact(name).iloc[:0] for name in ("referrals", "referral_edges", "referral_funnel")}
        assert self.judged(quick.with_facts(**none)) is STOP
        assert self.judged(without(client, "referrals", "touchpoints", "friction", "customer_profile")) is NOT_ENOUGH


class TestGoalSetting:
    def judged(self, client, wanted=None):
        rate, found = goal_setting.baseline(client), goal_setting.engaged(client)
        return goal_setting.verdict(rate, advocate_goal(found, wanted=wanted)).status

    def busy(self, client):
        """Everybody who referred makes two a month since."""
        made = client.fact("advocate_months")
        months = pd.period_range("2025-01", "2026-09", freq="M").astype(str)
        rows = pd.MultiIndex.from_product([made["referrer_id"].unique(), months], names=["referrer_id", "month"])
        return client.with_facts(advocate_months=rows.to_frame(index=False).assign(referrals=2))

    def test_it_follows_what_advocates_make(self, client):
        assert self.judged(client) is TEST_SMALL
        assert self.judged(self.busy(client)) is GO
        counted = without(client, "referral_funnel", "referrals", "lead_sources", "customer_profile")
        assert self.judged(counted) is TEST_SMALL, "customers who came by referral give an assumed rate"
        assert self.judged(without(counted, "acquisition")) is NOT_ENOUGH

    def test_the_same_goal_is_near_for_some_and_refused_for_others(self, client):
        assert self.judged(client, wanted=3) is STOP
        assert self.judged(self.busy(client), wanted=3) is GO


class TestBreakEven:
    def judged(self, client):
        return build_result(
            find(client, Parameters.of("break_even", draws=4_000, uplift=1.9, incremental_share=0.8))
        ).verdict.status

    def costing(self, client, times):
        sheet = client.fact("costs")
        return client.with_facts(costs=sheet.assign(hours=times * sheet["hours"], amount=times * sheet["amount"]))

    @pytest.mark.parametrize(("times", "status"), [(0.5, TEST_SMALL), (8, STOP)])
    def test_it_follows_the_cost_sheet(self, client, times, status):
        assert self.judged(self.costing(client, times)) is status

    def test_a_reward_above_the_worth_stops_it_at_any_cost(self, client):
        dear = client.fact("rewards").assign(cost=5000.0)
        assert self.judged(self.costing(client, 0.01).with_facts(rewards=dear)) is STOP

    def test_without_referrals_nobody_knows(self, client):
        unknown = without(client, *UNDATED, "referrals", "lead_sources", "customer_profile", "acquisition")
        assert self.judged(unknown) is NOT_ENOUGH
