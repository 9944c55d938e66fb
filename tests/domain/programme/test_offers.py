"""Rewards: which one the plan uses, what it may cost, whom it pays for, and how it is tested."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.programme import offers, referral_inputs
from referral_playbook.domain.programme.offers import NO_OFFER, Offer, unit_value
from referral_playbook.methods.decisions.economics import Reward
from referral_playbook.methods.decisions.liability import referral_pmf
from referral_playbook.methods.experiments.power import proportions_sample
from referral_playbook.steps.value_exchange import hypotheses, liability, referral_value, rewards, sensitivity, what_if
from referral_playbook.steps.value_exchange import rewards as reward_rules
from referral_playbook.steps.value_exchange import rewards as reward_segments
from referral_playbook.steps.value_exchange import step as value_exchange
from referral_playbook.steps.value_exchange.liability import Referring


def sure(value, unit="GBP", per="x"):
    return assumed(value, value, value, unit=unit, per=per, source="test")


def known_as(*, value=400.0, share=0.8, conversion=0.2, qualified=0.5, fulfilment=0.0):
    found = {"incremental_share": share, "conversion_rate": conversion, "qualified_share": qualified}
    return {
        "customer_value": sure(value),
        **{name: sure(x, "share") for name, x in found.items()},
        "fulfilment": decided_value("fulfilment", fulfilment, unit="GBP", per="conversion"),
    }


def cash(cost, *, side="advocate", trigger="conversion", name="cash", **fields):
    return Offer(name=name, kind="cash", rewards=(Reward(cost=cost, side=side, trigger=trigger),), **fields)


def few_refer(customers=500, mean=2.0, k=0.3):
    return Referring(customers=customers, mean=sure(mean, "referrals"), k=k)


@pytest.fixture(scope="module")
def options(sample):
    """All options of the sample client."""
    client = sample("brightdesk")
    known, who = referral_inputs.inputs(client), liability.referring(client)
    stay = offers.hold_survival(client).value
    return rewards.options(client, known, who, chosen=offers.chosen(client), hold_survival=stay)


@pytest.fixture(scope="module")
def tested(options, sample):
    """Those that would be tested."""
    return hypotheses.picked(options, offers.chosen(sample("brightdesk")))


class TestChosen:
    def test_client_toml_says_which(self, sample):
        offer = offers.chosen(sample("brightdesk"))
        assert (offer.name, offer.side, offer.both_sides) == ("50 credit each", "both", 100.0)

    def test_a_name_goes_before_it_and_stated_amounts_before_both(self, sample):
        client = sample("brightdesk")
        assert offers.chosen(client, name="40 gift card").cost("friend") == 0
        stated = offers.chosen(client, name="40 gift card", reward_friend=15.0)
        assert (stated.cost("advocate"), stated.cost("friend"), stated.side) == (0.0, 15.0, "friend")

    def test_an_unknown_name_lists_those_there_are(self, sample):
        with pytest.raises(ValueError, match="'cake' is not in the rewards table; it has Thank-you note"):
            offers.chosen(sample("brightdesk"), name="cake")

    def test_without_a_rewards_table_there_is_none_and_it_is_said(self, simulated, sample):
        offer = offers.chosen(simulated(customers=80, fraud=False, without=("rewards",)))
        assert not offer.rewards
        assert "no rewards table" in offer.note
        assert offers.chosen(sample("cupboard")) == NO_OFFER

    @pytest.mark.parametrize(("converted", "trigger"), [(4, "conversion"), (2, "lead")])
    def test_without_a_rewards_table_the_rewards_on_record_are_the_offer(self, converted, trigger):
        """Customers got 80, 100, 100 and 120; the commission of 900 to an agency is no reward of the programme."""
        day = pd.Timestamp("2026-05-01")
        rows = pd.DataFrame(
            {
                "referrer_type": ["customer", "", None, "customer", "agency", "customer"],
                "reward": [80.0, 100.0, 100.0, 120.0, 900.0, None],
                "converted_on": [day if i < converted else pd.NaT for i in range(5)] + [day],
                "rewarded_on": [day] * 5 + [pd.NaT],
            }
        )
        paid = offers.chosen(SimpleNamespace(fact={"referrals": rows}.get, parameters={}))
        assert (paid.cost("advocate"), paid.cost("friend"), paid.trigger) == (100.0, 0.0, trigger)
        rows["reward"] = None
        assert offers.chosen(SimpleNamespace(fact={"referrals": rows}.get, parameters={})) == NO_OFFER

    def test_both_sides_are_paid_on_one_trigger(self):
        with pytest.raises(ValueError, match="one trigger"):
            Offer(name="x", kind="cash", rewards=(Reward(cost=1), Reward(cost=1, side="friend", trigger="lead")))

    def test_the_hold_is_charged_for_those_who_stay(self, sample, truth):
        """60 days end before the second renewal, so the share that stays more than one month is still there."""
        client = sample("brightdesk")
        stay = offers.hold_survival(client, days=60)
        assert stay.low <= truth("brightdesk")["retention"]["all"]["survival"]["1"] <= stay.high
        held = offers.chosen(client, name="100 cash after 60 days", hold_survival=stay.value)
        assert held.hold_survival == stay.value
        assert offers.chosen(client, name="40 gift card", hold_survival=stay.value).hold_survival == 1.0


class TestLiability:
    def test_how_customers_differ_is_found(self, sample, truth):
        who = liability.referring(sample("brightdesk"))
        assert who.mean.basis is Basis.MEASURED
        assert 0.5 < who.k / truth("brightdesk")["referrals"]["nb_dispersion"] < 2

    def test_without_dates_the_counts_of_the_customers_serve(self, real_client):
        who = liability.referring(real_client("telco"))
        assert "whole time" in who.mean.source
        assert who.mean.value > 0

    def test_without_referrals_a_vendors_table_stands_in(self, sample):
        who = liability.referring(sample("cupboard"))
        assert who.mean.basis is Basis.BENCHMARK
        shares = referral_pmf(who.mean.value, dispersion=who.k)
        assert shares[0] == pytest.approx(0.64, abs=0.05)  # 36% of enrolled advocates are active
        assert shares[1] == pytest.approx(0.36 * 0.61, abs=0.1)
        assert shares[11:].sum() > 0.004  # published: 0.018; two parameters do not reach that far out

    def test_the_mean_is_paid_referral_by_referral(self):
        """500 customers x 2 referrals x 0.5 qualified x 0.2 converted x 30."""
        found = liability.liability(few_refer(), known_as(), cash(30.0))
        assert found.mean == pytest.approx(500 * 2 * 0.5 * 0.2 * 30)
        assert found.mean < found.p90 < found.p99

    def test_paid_per_lead_it_is_paid_for_every_referral(self):
        found = liability.liability(few_refer(), known_as(), cash(30.0, trigger="lead"))
        assert found.mean == pytest.approx(500 * 2 * 30)

    def test_both_sides_cost_twice(self):
        one, two = (liability.liability(few_refer(), known_as(), cash(30.0, side=s)) for s in ("friend", "both"))
        assert two.mean == pytest.approx(2 * one.mean)

    def test_a_lower_cap_never_costs_more(self):
        rows = liability.caps(few_refer(), known_as(), cash(30.0, trigger="lead"))
        assert [r["cap"] for r in rows] == ["none", "10", "5", "3", "1"]
        for column in ("expected", "p90", "p99"):
            assert list(np.diff([r[column] for r in rows]) <= 0) == [True] * 4
        assert rows[-1]["p99"] < 0.5 * rows[0]["p99"]

    def test_a_tier_from_the_third_with_a_cap_of_one_rewards_the_third_only(self):
        offer = cash(30.0, trigger="lead", tier=3, cap=1)
        assert liability.last_rewarded(offer) == 3
        found = liability.liability(few_refer(), known_as(), offer)
        reach_three = referral_pmf(2.0, dispersion=0.3)[3:].sum()
        assert found.mean == pytest.approx(500 * reach_three * 30)
        assert liability.rewarded_share(few_refer(), known_as(), offer) == pytest.approx(reach_three / 2)

    def test_heavier_tails_cost_more_at_worst(self):
        offer = cash(30.0, trigger="lead")
        even, uneven = (liability.liability(few_refer(k=k), known_as(), offer) for k in (None, 0.05))
        assert uneven.mean == pytest.approx(even.mean)
        assert uneven.p99 > 1.1 * even.p99

    def test_a_rate_that_is_not_known_costs_more_at_worst(self):
        rough = few_refer().mean.as_(low=1.0, high=4.0)
        told = known_as(), cash(30.0)
        unsure = liability.liability(Referring(customers=500, mean=rough, k=0.3), *told)
        assert unsure.p99 > 1.1 * liability.liability(few_refer(), *told).p99

    def test_nothing_is_paid_where_there_is_no_reward_or_nobody(self):
        assert liability.liability(few_refer(), known_as(), NO_OFFER) is None
        assert liability.liability(few_refer(customers=0), known_as(), cash(30.0)) is None
        assert liability.caps(few_refer(), known_as(), NO_OFFER) == []

    def test_a_multiple_must_be_one(self):
        with pytest.raises(ValueError, match="referrals_multiple"):
            few_refer().times(0.0)


class TestOptions:
    def test_every_option_and_no_reward_at_all(self, options):
        rows = options.set_index("option")
        assert len(rows) == 8
        assert rows.index[-1] == "no reward"
        assert rows.loc["no reward", ["expected", "p90", "p99", "makes_up_at"]].tolist() == [0, 0, 0, 0]

    def test_a_referral_brings_most_without_a_reward_so_a_reward_must_bring_more_of_them(self, options):
        rows = options.set_index("option")
        worth = {name: e.value for name, e in rows["unit_value"].items()}
        assert max(worth, key=worth.get) == "no reward"
        for name, row in rows.iterrows():
            assert (1 + row["makes_up_at"]) * worth[name] == pytest.approx(worth["no reward"])

    def test_what_is_paid_for_few_costs_little(self, options):
        rows = options.set_index("option")
        assert rows.loc["Report module from the 3rd", "rewarded"] == "number 3"
        assert rows.loc["50 credit each", "rewarded"] == "number 1 to 10"
        assert rows.loc["Report module from the 3rd", "expected"] < 0.01 * rows.loc["50 credit each", "expected"]

    def test_no_number_of_referrals_makes_up_for_a_loss(self, sample):
        client = sample("brightdesk")
        dear = offers.chosen(client, reward_advocate=5000.0)
        told = referral_inputs.inputs(client), liability.referring(client)
        rows = rewards.options(client, *told, chosen=dear).set_index("option")
        assert rows.loc["as stated", "makes_up_at"] != rows.loc["as stated", "makes_up_at"]  # NaN
        assert not rows.loc["as stated", "within_ceiling"]

    def test_across_the_ceiling_cannot_be_told(self):
        known = known_as()
        known["incremental_share"] = known["incremental_share"].as_(low=0.4, high=0.9)
        assert rewards.within(known, cash(100.0)) is True
        assert rewards.within(known, cash(300.0)) is None
        assert rewards.within(known, cash(900.0)) is False


class TestSegments:
    def test_the_german_bank_should_refuse_the_oldest(self):
        """Value gap 80, 58 and slightly negative by age, 25 for each new customer (Schmitt et al. 2011)."""
        gaps = {"26-35": sure(80.0, "EUR"), "36-55": sure(58.0, "EUR"), "55+": sure(-5.0, "EUR")}
        rows = reward_segments.by_gap(gaps, reward=25.0)
        assert rows["decision"].tolist() == ["pays", "pays", "refuse the reward"]
        assert [e.value for e in rows["left"]] == [55.0, 33.0, -30.0]
        offer = cash(25.0, name="25 EUR")
        assert reward_segments.check(rows, offer).passed is False
        (action,) = reward_segments.actions(rows, offer)
        assert "55+" in action.what

    def test_a_range_that_holds_the_reward_is_tested(self):
        gap = assumed(30, 10, 50, unit="EUR", per="conversion", source="x")
        assert reward_segments.by_gap({"a": gap}, reward=25.0)["decision"].tolist() == ["test small"]

    def test_a_dear_reward_is_refused_where_customers_pay_little(self, sample):
        client = sample("brightdesk")
        known, offer = referral_inputs.inputs(client), offers.chosen(client, reward_advocate=300.0, reward_friend=300.0)
        rows = reward_segments.segments(client, known, offer).set_index("segment")
        assert rows.loc["shops", "decision"] == "refuse the reward"
        assert rows.loc["agencies", "decision"] != "refuse the reward"
        stated = Parameters.of("value_exchange", reward_advocate=300.0, reward_friend=300.0)
        found = value_exchange.build_result(value_exchange.find(client, stated))
        assert any("shops" in a.what for a in found.actions)

    def test_at_its_own_reward_the_sample_pays_everywhere(self, sample, truth):
        client = sample("brightdesk")
        rows = reward_segments.segments(client, referral_inputs.inputs(client), offers.chosen(client)).set_index(
            "segment"
        )
        assert set(rows["decision"]) == {"pays"}
        for name, value in truth("brightdesk")["customer_value"]["not_referred"].items():
            assert rows.loc[name, "brings"].low <= 0.65 * value <= rows.loc[name, "brings"].high

    def test_paid_per_lead_it_costs_more_per_conversion(self):
        assert reward_segments.reward_per_conversion(known_as(), cash(30.0)) == pytest.approx(30)
        assert reward_segments.reward_per_conversion(known_as(), cash(30.0, trigger="lead")) == pytest.approx(
            30 * 2 / 0.2
        )
        assert reward_segments.reward_per_conversion(known_as(conversion=0.0), cash(30.0)) is None

    def test_buyers_have_no_segments_to_value(self, sample):
        client = sample("cupboard")
        rows = reward_segments.segments(client, referral_inputs.inputs(client), NO_OFFER)
        assert rows.empty
        assert reward_segments.check(rows, NO_OFFER).passed is None


class TestFriends:
    def test_a_friend_who_would_have_come_costs_the_reward(self):
        nothing = referral_value.saved(None, "GBP")
        one, two = (referral_value.per_friend(known_as(), cash(50.0), nothing, share=s) for s in (1.0, 0.0))
        assert (one.value, two.value) == (350.0, -50.0)

    def test_both_save_what_winning_a_customer_elsewhere_costs(self):
        saving = referral_value.saved(60.0, "GBP")
        one, two = (referral_value.per_friend(known_as(), cash(50.0), saving, share=s) for s in (1.0, 0.0))
        assert (one.value, two.value) == (410.0, 10.0)

    @pytest.mark.parametrize("trigger", ["conversion", "lead"])
    def test_mixed_and_nothing_saved_it_is_the_unit_value_per_conversion(self, trigger):
        known, offer = known_as(fulfilment=7.0), cash(20.0, side="both", trigger=trigger)
        nothing = referral_value.saved(None, "GBP")
        friend = referral_value.per_friend(known, offer, nothing, share=known["incremental_share"])
        assert friend.value == pytest.approx(unit_value(known, offer).value / 0.2)

    def test_an_advocate_is_worth_the_friends_they_bring(self):
        friend = sure(100.0)
        found = referral_value.referral_value(known_as(), friend, few_refer())
        assert found.value == pytest.approx(2 * 0.5 * 0.2 * 100)
        assert "nothing is counted" in referral_value.saved(None, "GBP").source


class TestHypotheses:
    def test_more_than_one_offer_of_different_kinds_the_chosen_first(self, tested):
        assert len(tested) == 3
        assert tested["option"].iloc[0] == "50 credit each"
        assert tested["kind"].nunique() == 3
        assert "no reward" not in set(tested["option"])

    def test_the_sample_is_that_of_two_proportions_corrected_for_the_arms(self, tested):
        base = sure(0.20, "share")
        planned = hypotheses.plans(tested, base, sure(100.0, "customers"), customers=10_000, worth_having=0.3)
        needed = proportions_sample(0.20, 0.26, power=0.8, alpha=0.05 / 3, arms=4)
        assert {p["per_arm"] for p in planned} == {needed.per_arm}
        assert planned[0]["total"] == 4 * needed.per_arm
        assert planned[0]["weeks"].value == np.ceil(needed.total / 100)
        assert planned[0]["enough_customers"] is True
        assert "can be filled" in hypotheses.advice(planned)

    def test_an_offer_must_at_least_make_up_for_itself(self, tested):
        dear = tested.assign(makes_up_at=0.9)
        planned = hypotheses.plans(
            dear, sure(0.2, "share"), sure(100.0, "customers"), customers=10_000, worth_having=0.3
        )
        assert {p["worth_having"] for p in planned} == {0.9}

    def test_too_few_customers_are_told_what_they_could_see(self, tested):
        planned = hypotheses.plans(tested, sure(0.05, "share"), sure(5.0, "customers"), customers=300)
        assert planned[0]["enough_customers"] is False
        assert planned[0]["smallest_shown"] > 0.3
        assert "more than there are" in hypotheses.advice(planned)

    def test_an_effect_beyond_all_customers_is_no_test(self, tested):
        planned = hypotheses.plans(tested, sure(0.9, "share"), sure(5.0, "customers"), customers=300)
        assert planned[0]["per_arm"] is None
        assert "No test" in planned[0]["stops_when"]

    def test_the_stopping_rule_names_the_sample_and_forbids_peeking(self):
        said = hypotheses.stops_when(2249)
        assert "2,249" in said
        assert "before" in said

    def test_one_offer_alone_is_no_test(self, sample):
        client = sample("cupboard")
        known, who = referral_inputs.inputs(client), liability.referring(client)
        rows = rewards.options(client, known, who, chosen=NO_OFFER)
        picked = hypotheses.picked(rows, NO_OFFER)
        assert hypotheses.plans(picked, sure(0.05, "share"), sure(5.0, "customers"), customers=300) == []
        assert "at least two" in hypotheses.advice([])

    def test_traffic_and_base_are_measured_where_they_can_be(self, sample):
        client = sample("brightdesk")
        base, asked = hypotheses.refer_share(client), hypotheses.asked_a_week(client)
        assert base.basis is asked.basis is Basis.MEASURED
        rows, profile = client.fact("touchpoints"), client.fact("customer_profile")
        asks = rows[(rows["kind"] == "ask") & (rows["on"] >= "2025-10-01")]
        assert asked.value == pytest.approx(len(asks) / 52)
        assert base.n == ((profile["joined_on"] <= "2026-04-01") & ~profile["left"].astype(bool)).sum()
        young = sample("cupboard")
        assert hypotheses.refer_share(young).basis is Basis.ASSUMED
        assert hypotheses.asked_a_week(young).basis is Basis.ASSUMED


class TestSensitivity:
    def test_each_input_from_end_to_end(self, sample):
        client = sample("brightdesk")
        known, offer = referral_inputs.inputs(client), offers.chosen(client)
        rows = {r["input"]: r for r in sensitivity.sensitivity(known, offer)}
        share = known["incremental_share"]
        low = share.as_(value=share.low, high=share.low)
        row = rows["share who would not have come"]
        assert row["at_low"] == unit_value({**known, "incremental_share": low}, offer).value
        assert row["at_low"] < unit_value(known, offer).value < row["at_high"]
        assert rows["reward"]["at_low"] > rows["reward"]["at_high"]

    def test_the_wrong_ways_are_wrong(self):
        known, offer = known_as(), cash(50.0, side="both")
        ways = {r["way"]: r["value"].value for r in sensitivity.ways(known, offer)}
        assert ways["as it is"] == pytest.approx(0.2 * (320 - 100))
        assert ways["no reward deducted"] == pytest.approx(0.2 * 320)
        assert ways["every friend counted as won"] == pytest.approx(0.2 * (400 - 100))
        assert ways["reward charged on every qualified referral"] == pytest.approx(0.2 * 320 - 100)
        assert ways["reward deducted twice"] == pytest.approx(0.2 * (320 - 200))

    def test_nothing_known_has_nothing_to_move(self, simulated):
        def no_price(tables):
            return {"customers": tables["customers"].drop(columns=["monthly_amount", "total_amount"])}

        client = simulated(customers=60, fraud=False, edit=no_price, without=("payments", "leads"))
        known, offer = referral_inputs.inputs(client), offers.chosen(client)
        assert sensitivity.sensitivity(known, offer) == []
        live = what_if.live_settings(client, known, offer)
        assert live.sliders == {}
        assert not live.answer()["brings"].defined


class TestRules:
    def said(self, client, offer):
        rows = reward_rules.rules(client, referral_inputs.inputs(client), offer)
        assert all(r["source"] and r["firmness"] == "firm" for r in rows)
        return " ".join(r["here"] for r in rows)

    def test_a_selfish_split_is_to_be_tested(self, sample):
        client = sample("brightdesk")
        assert "Selfish" in self.said(client, cash(50.0))
        assert "equal split." in self.said(client, cash(50.0, side="both"))
        assert "Generous" in self.said(client, cash(50.0, side="friend"))
        assert "No reward to split" in self.said(client, NO_OFFER)

    def test_delight_is_taken_from_step_01_where_it_has_run(self, sample):
        assert "see step 01" in self.said(sample("brightdesk"), NO_OFFER)
