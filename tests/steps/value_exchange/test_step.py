"""Step 02: what a referral brings, how far a reward may go, and the verdict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps.value_exchange.made import concluded, known_as

from referral_playbook.contract.evidence import Basis, Status, undefined
from referral_playbook.contract.handover import load, record
from referral_playbook.domain.programme.offers import Offer, brought, reward_ceiling, unit_value
from referral_playbook.methods.decisions import economics
from referral_playbook.methods.decisions.economics import Reward
from tests.steps.shared import holds

REQUIRED = ("customer_value", "value_of_the_ask", "reward_ceiling", "unit_value_per_qualified_referral")


TAKEN_BY_05 = (
    "gross_margin",
    "customer_value",
    "incremental_share",
    "conversion_rate",
    "fulfilment",
    "reward_advocate",
    "reward_friend",
)


@pytest.fixture(scope="module")
def brightdesk(sample):
    return concluded(sample("brightdesk"))


class TestSampleTruth:
    def test_the_ranges_hold_what_is_true(self, brightdesk, truth):
        true = truth("brightdesk")
        found, worth = brightdesk.estimates, true["customer_value"]["all"]
        assert holds(found["customer_value"], worth)
        assert holds(found["conversion_rate"], true["funnel"]["converted_per_qualified"])
        ceiling = true["incremental_share"] * worth
        assert holds(found["reward_ceiling_without_baseline"], ceiling)
        by_hand = true["funnel"]["converted_per_qualified"] * (ceiling - 100)
        assert holds(found["unit_value_per_qualified_referral"], by_hand)

    def test_a_qualified_share_with_false_claims_in_it_is_too_low(self, brightdesk, truth):
        """Of the referrals, the fraudulent ones are never invited: step 09 flags them, this step does not see them."""
        funnel = truth("brightdesk")["funnel"]
        honest = funnel["invited_per_referral"] * funnel["qualified_per_invited"]
        assert brightdesk.estimates["qualified_share"].value < honest

    def test_it_hands_over_what_step_05_takes(self, brightdesk, tmp_path):
        assert set(REQUIRED + TAKEN_BY_05) <= set(brightdesk.estimates)
        record(brightdesk, tmp_path)
        again = load("value_exchange", tmp_path)
        (offer,) = again.tables["offer"]
        assert (offer["name"], offer["advocate"], offer["friend"]) == ("50 credit each", 50.0, 50.0)
        assert set(offer) >= {"name", "trigger", "advocate", "friend", "hold_survival", "leads_per_qualified"}
        assert (
            again.estimates["unit_value_per_qualified_referral"]
            == brightdesk.estimates["unit_value_per_qualified_referral"]
        )

    def test_go_on_measured_numbers(self, brightdesk):
        assert brightdesk.verdict.status is Status.GO


class TestVerdictFollowsTheData:
    def test_a_reward_above_the_worth_of_a_friend_stops_it(self, simulated):
        """The same client, but the offer costs more than a new customer brings."""
        dear = simulated(edit=lambda t: {"rewards": t["rewards"].assign(cost=t["rewards"]["cost"] * 20)}, customers=400)
        assert concluded(dear).verdict.status is Status.STOP

    def test_a_reward_near_the_worth_of_a_friend_is_tested_small(self, simulated):
        near = simulated(edit=lambda t: {"rewards": t["rewards"].assign(cost=t["rewards"]["cost"] * 6)}, customers=400)
        assert concluded(near).verdict.status is Status.TEST_SMALL

    def test_paid_per_lead_it_stops_where_friends_hardly_convert(self, simulated):
        """Paid on conversion the same reward costs nothing for those who do not convert; paid per lead it does."""

        def per_lead(tables):
            return {"rewards": tables["rewards"].assign(trigger="lead")}

        rare = {"customers": 600, "channels": {"verbal": (1.0, 0.03)}}
        assert concluded(simulated(**rare)).verdict.status is Status.GO
        assert concluded(simulated(edit=per_lead, **rare)).verdict.status is Status.STOP

    def test_an_assumed_conversion_caps_the_verdict(self, simulated):
        client = simulated(customers=400, without=("referrals", "leads"))
        found = concluded(client)
        assert found.estimates["conversion_rate"].basis is Basis.ASSUMED
        assert found.verdict.status is Status.TEST_SMALL
        assert "assumed" in found.verdict.reason

    def test_without_prices_there_is_not_enough(self, simulated):
        def no_price(tables):
            return {
                "customers": tables["customers"].drop(columns=["monthly_amount", "total_amount"]),
                "leads": tables["leads"].drop(columns=["value"]),
            }

        found = concluded(simulated(customers=200, edit=no_price, without=("payments",)))
        assert found.verdict.status is Status.NOT_ENOUGH_DATA
        assert not found.estimates["customer_value"].defined
        assert not found.estimates["value_of_the_ask"].defined
        assert any(c.name == "customer_value_defined" for c in found.checks)


class TestChargedOnceAndWhenPaid:
    def test_on_conversion_it_is_the_formula(self):
        """u = c (s V - R_adv - R_friend - fulfilment): a referral that does not convert costs nothing."""
        both = Offer(name="both", kind="credit", rewards=(Reward(cost=25, side="both"),))
        assert unit_value(known_as(), both).value == pytest.approx(0.1 * (0.8 * 400 - 25 - 25 - 10))
        never = unit_value(known_as(conversion=0.0), both)
        assert never.value == 0

    @given(
        st.floats(0, 1),
        st.floats(0, 1),
        st.floats(0, 5000),
        st.floats(0, 500),
        st.floats(0.1, 1),
        st.sampled_from(["lead", "conversion", "hold"]),
    )
    def test_it_is_the_formula_of_economics_for_any_numbers(self, c, s, value, cost, q, trigger):
        known = known_as(value=value, share=s, conversion=c, qualified=q)
        offer = Offer(
            name="x", kind="cash", rewards=(Reward(cost=cost, side="both", trigger=trigger, hold_survival=0.9),)
        )
        by_formula = economics.unit_value(
            conversion=c,
            margin_value=value,
            incremental_share=s,
            rewards=offer.rewards,
            fulfilment=10,
            leads_per_qualified=1 / q,
        )
        assert unit_value(known, offer).value == pytest.approx(by_formula, abs=1e-6)

    @given(st.floats(1, 5000), st.floats(0.05, 1), st.floats(0, 2000))
    def test_the_range_crosses_zero_only_where_what_is_left_of_a_conversion_does(self, value, s, cost):
        known = known_as(fulfilment=0.0)
        known["customer_value"] = known["customer_value"].as_(value=value, low=value / 3, high=value * 2)
        known["incremental_share"] = known["incremental_share"].as_(value=s, low=s / 2, high=s)
        known["conversion_rate"] = known["conversion_rate"].as_(value=0.1, low=0.001, high=0.4)
        offer = Offer(name="x", kind="cash", rewards=(Reward(cost=cost),))
        left, unit = brought(known, less=cost), unit_value(known, offer)
        assert (unit.low > 0) == (left.low > 0)
        assert (unit.high < 0) == (left.high < 0)

    def test_two_rows_of_one_side_are_one_row_of_both(self):
        split = Offer(name="s", kind="credit", rewards=(Reward(cost=25), Reward(cost=25, side="friend")))
        both = Offer(name="b", kind="credit", rewards=(Reward(cost=25, side="both"),))
        assert unit_value(known_as(), split).value == unit_value(known_as(), both).value

    def test_a_reward_per_lead_is_charged_for_each_lead_converted_or_not(self):
        lead = Offer(name="lead", kind="gift", rewards=(Reward(cost=3, trigger="lead"),))
        assert unit_value(known_as(), lead).value == pytest.approx(0.1 * (320 - 10) - 3 * 2)
        assert unit_value(known_as(conversion=0.0), lead).value == pytest.approx(-6)

    def test_a_hold_pays_only_for_those_who_stay(self):
        held = Offer(name="held", kind="cash", rewards=(Reward(cost=100, trigger="hold", hold_survival=0.9),))
        assert unit_value(known_as(), held).value == pytest.approx(0.1 * (320 - 10 - 90))

    @pytest.mark.parametrize(("trigger", "survival"), [("conversion", 1.0), ("hold", 0.9), ("lead", 1.0)])
    def test_at_the_ceiling_a_referral_brings_nothing(self, trigger, survival):
        known = known_as()
        most = reward_ceiling(known, trigger=trigger, hold_survival=survival).value
        offer = Offer(name="most", kind="cash", rewards=(Reward(cost=most, trigger=trigger, hold_survival=survival),))
        assert unit_value(known, offer).value == pytest.approx(0, abs=1e-9)

    def test_undefined_stays_undefined(self):
        known = known_as() | {"customer_value": undefined("no prices", unit="GBP", per="new customer")}
        offer = Offer(name="x", kind="cash", rewards=(Reward(cost=1),))
        assert "no prices" in unit_value(known, offer).reason
        assert "no prices" in reward_ceiling(known).reason


class TestWorksWithLess:
    @pytest.mark.parametrize(
        "table", ["payments", "surveys", "referrals", "leads", "touchpoints", "rewards", "exchanges", "arms"]
    )
    def test_any_table_may_be_missing(self, simulated, table):
        found = concluded(simulated(customers=250, without=(table,)))
        assert set(REQUIRED) <= set(found.estimates)
        assert found.headline

    @pytest.mark.parametrize("name", ["harlow-partners", "cupboard"])
    def test_the_other_samples(self, sample, name):
        found = concluded(sample(name))
        assert found.verdict.status is Status.TEST_SMALL  # margin or conversion are assumed
        assert found.estimates["reward_ceiling"].defined

    @pytest.mark.parametrize("name", ["telco", "olist"])
    def test_real_exports(self, real_client, name):
        found = concluded(real_client(name))
        assert found.estimates["customer_value"].defined
        assert found.verdict.status in (Status.TEST_SMALL, Status.STOP)

    @pytest.mark.parametrize("name", ["brightdesk", "harlow-partners", "cupboard"])
    def test_what_is_recorded_is_whole_and_reads_back(self, sample, name, tmp_path):
        found = concluded(sample(name))
        record(found, tmp_path)
        again = load("value_exchange", tmp_path)
        assert again.tables == found.tables
        assert set(again.tables) == {
            "offer",
            "exchanges",
            "reward_options",
            "caps",
            "segments",
            "friends",
            "referred",
            "hypotheses",
            "rules",
            "sensitivity",
            "ceilings",
            "valid_referrals",
        }
        assert {c.name for c in again.checks} >= {"within_ceiling", "reward_chosen", "backtest"}

    def test_another_level_holds_for_all_ranges(self, sample):
        client = sample("brightdesk")
        found = concluded(client, confidence=0.80)
        assert {e.confidence for e in found.estimates.values()} <= {0.80, None}
        usual = concluded(client).estimates["customer_value"]
        assert usual.low < found.estimates["customer_value"].low


def test_a_customer_who_costs_more_than_they_bring_is_stop(sample):
    client = sample()
    profile = client.fact("customer_profile")
    costly = client.with_facts(customer_profile=profile.assign(margin_paid=-0.2 * profile["amount_paid"]))
    result = concluded(costly)
    assert result.verdict.status is Status.STOP
    assert "No reward pays" in result.verdict.reason
