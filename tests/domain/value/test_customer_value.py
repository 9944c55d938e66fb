"""What a new customer is worth: against what is true of the samples, by each model, and held out."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Basis, assumed
from referral_playbook.domain.programme import referral_inputs
from referral_playbook.domain.value import customer_value, referred_customers
from referral_playbook.domain.value.value_terms import Horizon, gross_margin
from referral_playbook.steps.value_exchange import backtest
from tests.steps.shared import holds


def worth(client, **options):
    margin = gross_margin(client)
    return customer_value.customer_value(client, margin_share=margin, **options)


class TestAgainstTheTruth:
    def test_a_subscriber(self, sample, truth):
        true = truth("brightdesk")["customer_value"]
        found = worth(sample("brightdesk"))
        assert found.basis is Basis.MEASURED
        assert holds(found, true["all"])

    def test_each_segment(self, sample, truth):
        """The truth is given for those referred and those not; a segment holds both, mostly those not."""
        true = truth("brightdesk")["customer_value"]
        client = sample("brightdesk")
        found = customer_value.segment_values(client, margin_share=gross_margin(client))
        for name, value in true["not_referred"].items():
            assert found[name].low <= value + 0.1 * (true["referred"][name] - value) <= found[name].high, name

    def test_the_margin(self, sample):
        assert 0.70 < gross_margin(sample("brightdesk")).value < 0.76

    def test_a_buyer_without_a_contract(self, sample, truth):
        true = truth("cupboard")["customer_value"]
        horizon = Horizon(months=true["horizon_months"], discount_rate=true["discount_rate_per_year"])
        assert holds(worth(sample("cupboard"), horizon=horizon), true["value"])

    def test_where_no_payment_tells_the_margin_it_is_assumed_around_the_truth(self, sample, truth):
        margin = gross_margin(sample("harlow-partners"))
        assert margin.basis is Basis.ASSUMED
        assert holds(margin, truth("harlow-partners")["margin_rate"])


class TestHorizon:
    def test_longer_is_worth_more_and_impatience_less(self, sample):
        client = sample("brightdesk")
        short, usual, hasty = (
            worth(client, horizon=h) for h in (Horizon(months=12), Horizon(), Horizon(discount_rate=0.30))
        )
        assert short.value < usual.value
        assert hasty.value < usual.value
        assert "12 months" in short.per

    def test_one_month_is_the_first_payment(self, sample):
        """The first margin falls at the start, so over one month a customer is worth one payment."""
        client = sample("brightdesk")
        found = worth(client, horizon=Horizon(months=1, discount_rate=0.5))
        profile = client.fact("customer_profile")
        by_segment = profile.groupby("segment")
        paid = profile[profile["amount_paid"] > 0].groupby(
            "segment"
        )  # whose refunds exceed payments has no margin share
        payment = by_segment["monthly_amount"].mean() * paid["margin_paid"].sum() / paid["amount_paid"].sum()
        assert found.value == pytest.approx((payment * by_segment.size()).sum() / len(profile), rel=1e-6)

    @pytest.mark.parametrize("wrong", [{"months": 0}, {"discount_rate": -1.0}])
    def test_impossible_ones_are_refused(self, wrong):
        with pytest.raises(ValueError, match="horizon_months"):
            Horizon(**wrong)


class TestSmallSamplesSaySo:
    def test_few_losses_take_the_simple_form(self, simulated):
        found = worth(simulated(customers=40, fraud=False, seed=3))
        assert found.defined
        assert "simple multiple" in found.source
        assert "too few for the sBG" in found.source

    def test_few_who_bought_again_give_what_was_paid_so_far(self, simulated):
        def hardly_anyone_again(tables):
            paid = tables["payments"].sort_values("paid_on", kind="stable")
            first = ~paid.duplicated("customer_id")
            return {"payments": paid[first | paid["customer_id"].isin(sorted(paid["customer_id"].unique())[:20])]}

        client = simulated("shop", seed=2, edit=hardly_anyone_again)
        found = worth(client)
        assert "without a forecast, because only 13 bought again" in found.source
        profile = client.fact("customer_profile")
        paid = profile[profile["payments"] > 0]
        assert found.value == pytest.approx(paid["margin_paid"].sum() / len(paid), rel=0.02)

    def test_one_margin_for_all_is_measured_without_a_range(self, simulated):
        def flat(tables):
            return {"payments": tables["payments"].assign(margin=tables["payments"]["amount"])}

        margin = gross_margin(simulated(customers=40, fraud=False, edit=flat))
        assert margin.basis is Basis.MEASURED
        assert margin.low == margin.value == margin.high == 1.0

    def test_a_stated_margin_goes_before_the_measured(self, sample):
        margin = gross_margin(sample("brightdesk"), stated=0.6)
        assert (margin.value, margin.basis) == (0.6, Basis.ASSUMED)


class TestModels:
    def test_each_sample_has_its_own(self, sample):
        models = {
            name: customer_value.fitting_model(sample(name)) for name in ("brightdesk", "harlow-partners", "cupboard")
        }
        assert models == {
            "brightdesk": "subscription",
            "harlow-partners": "subscription",
            "cupboard": "repeat purchase",
        }

    def test_projects_count_the_deals_received_and_not_those_given(self, sample):
        """What an intermediary wins through us is worth nothing to us in margin."""
        client = sample("harlow-partners")
        half = assumed(0.5, 0.5, 0.5, unit="share", per="unit of revenue", source="x")
        found = customer_value.customer_value(client, margin_share=half, model="project")
        deals = client.fact("won_deals")
        ours = deals[(deals["given_or_received"] != "given") & (deals["value"] > 0)]
        assert (deals["given_or_received"] == "given").any()
        assert found.value == pytest.approx(0.5 * (ours["value"] * ours["deals"]).sum() / ours["deals"].sum())

    def test_nothing_to_go_by_is_undefined_with_its_reason(self, simulated):
        def no_price(tables):
            return {"customers": tables["customers"].drop(columns=["monthly_amount", "total_amount"])}

        found = worth(simulated(customers=60, fraud=False, edit=no_price, without=("payments", "leads")))
        assert not found.defined
        assert "no table tells" in found.reason


class TestBacktest:
    def test_loyalty_that_differs_is_forecast_better_by_the_model(self, sample):
        found = backtest.backtest(sample("brightdesk"))
        assert found.passed is True
        assert "the sBG won" in found.text

    def test_where_the_naive_rule_wins_it_says_so(self, sample):
        """Harlow's clients leave at the same rate at any age, so constant churn is true there."""
        found = backtest.backtest(sample("harlow-partners"))
        assert "constant churn won" in found.text
        assert found.passed is False

    def test_buyers(self, sample):
        assert "BG/NBD won" in backtest.backtest(sample("cupboard")).text

    def test_what_is_held_out_is_all_that_came_after(self, sample):
        client = sample("brightdesk")
        profile = client.fact("customer_profile")
        as_of = pd.Timestamp(client.as_of)
        known, later = backtest._cut(profile, as_of, 12)
        cut = as_of - pd.Timedelta(days=12 * 30.4375)
        joined, left = pd.to_datetime(profile["joined_on"]), pd.to_datetime(profile["left_on"])
        there = joined < cut - pd.Timedelta(days=3)
        assert known.lost.sum() + later.lost.sum() == pytest.approx((there & left.notna()).sum(), abs=3)
        assert later.lost.sum() == pytest.approx((there & (left > cut)).sum(), abs=3)

    def test_deals_are_not_forecast(self, real_client):
        found = backtest.backtest(real_client("olist"))
        assert found.passed is None
        assert "not forecast" in found.text

    def test_without_dates_the_late_ages_are_held_out(self, real_client):
        assert "customers lost by age" in backtest.backtest(real_client("telco")).text


class TestPlainValue:
    def test_it_is_margin_times_average_life(self, sample):
        client = sample("brightdesk")
        found = backtest.plain_value(client, margin_share=gross_margin(client))
        profile = client.fact("customer_profile")
        life = profile["tenure_months"].sum() / profile["left"].sum()
        assert found.value == pytest.approx(profile["monthly_amount"].mean() * gross_margin(client).value * life)
        assert found.value > worth(client).value

    def test_undefined_where_nobody_has_left(self, sample):
        found = backtest.plain_value(sample("cupboard"), margin_share=gross_margin(sample("cupboard")))
        assert not found.defined
        assert "cannot be compared" in backtest.why_they_differ(worth(sample("cupboard")), found)


class TestReferredCustomers:
    def test_the_ranges_hold_the_truth(self, sample, truth):
        """Churn of the referred is 0.82 of the others in the first month, later nearer to it; margins are alike."""
        client, true = sample("brightdesk"), truth("brightdesk")
        found = referred_customers.differences(client)
        assert holds(found["customers lost"], true["retention"]["referred_first_month_churn_ratio"] - 1)
        assert holds(found["margin"], 0.0)
        gap = referred_customers.value_difference(client, worth(client))
        assert holds(gap, true["customer_value"]["referred_minus_not_at_the_same_mix"])

    def test_a_stated_value_is_left_as_it_was_stated(self, simulated):
        client = simulated(customers=1500, churn_ratio=0.15, sources={"search": 0.6, "referral": 0.4}, seed=4)
        assert referral_inputs.inputs(client, customer_value=900.0)["customer_value"].value == 900.0

    def test_where_nobody_wrote_it_down_it_is_taken_as_nothing(self, real_client):
        client = real_client("telco")
        known = referral_inputs.inputs(client)
        assert "nobody wrote down" in known["referred_value_difference"].reason
        assert referred_customers.check(known["referred_value_difference"]).passed is None
        rows = referred_customers.rows(client, known)
        assert [r["published"].value for r in rows] == [0.25, -0.18, 0.16]

    def test_who_is_not_known_is_left_out(self, sample):
        client = sample("brightdesk")
        rows = referred_customers.compared(client)
        profile = client.fact("customer_profile")
        assert len(rows) == profile["referred"].notna().sum() < len(profile)


def test_where_only_totals_are_known_a_customer_is_worth_what_customers_paid_so_far():
    """A dentist's list: 1,200, 300 and 0 so far, one not known; the mean is 500, and half of it is margin."""
    profile = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "monthly_amount": None,
            "amount_usable": None,
            "total_amount": [1200, 300, 0, None],
        }
    )
    client = SimpleNamespace(fact={"customer_profile": profile}.get, currency="GBP")
    assert customer_value.fitting_model(client) == "total so far"
    half = assumed(0.5, 0.5, 0.5, unit="share", per="unit of revenue", source="x")
    found = customer_value.customer_value(client, margin_share=half)
    assert found.value == pytest.approx(250)
    assert "what customers paid so far, without a forecast" in found.source
