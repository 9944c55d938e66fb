"""Step 03: ease, the funnel with its denominators, K and where it ends, who advocates, give and take, make or buy."""

from __future__ import annotations

import pytest

from referral_playbook.contract.evidence import Basis, Status
from referral_playbook.steps.social_currency import step as social_currency
from tests.steps.shared import EVERY_TABLE, handed_over, holds, same_bytes
from tests.steps.social_currency.made import REQUIRED, concluded, finding


class TestTruth:
    def test_the_ranges_hold_what_is_true(self, brightdesk, truth):
        k, found = truth("brightdesk")["k"], brightdesk.estimates
        true = truth("brightdesk")["referrals"]["top_decile_share"]
        assert holds(found["conversion_per_invite"], k["conversion_per_invite"])
        assert holds(found["invites_per_customer"], k["invites_per_customer_to_date"])
        assert holds(found["k_factor"], k["k_to_date"])
        assert holds(found["cascade_size"], 1 / (1 - k["k_to_date"]))
        assert holds(found["top_decile_share"], true["of_those_who_referred"])

    def test_rates_into_the_later_stages(self, sample, truth):
        rates, true = finding(sample("brightdesk"), confidence=0.99).funnel.rates, truth("brightdesk")["funnel"]
        assert holds(rates["qualified"], true["qualified_per_invited"])
        assert holds(rates["converted"], true["converted_per_qualified"])

    def test_promoters_refer_more_often_than_detractors(self, sample):
        rows = social_currency.groups(sample("brightdesk")).set_index("group")["referred"]
        assert rows["promoter"].low > rows["detractor"].value

    def test_required_names(self, brightdesk):
        assert set(REQUIRED) <= set(brightdesk.estimates)


class TestHandOver:
    @pytest.mark.parametrize("table", EVERY_TABLE)
    def test_without_each_table_in_turn(self, simulated, table):
        client = simulated(customers=250, without=(table,))
        result = concluded(client)
        assert set(REQUIRED) <= set(result.estimates)
        handed_over(result, client.results_dir)

    def test_same_inputs_same_bytes(self, sample, tmp_path):
        same_bytes(concluded, sample("brightdesk"), tmp_path)

    def test_telco_has_counts_only(self, real_client):
        client = real_client("telco")
        result = concluded(client)
        counts = client.fact("customer_profile")["referrals_made"]
        assert result.estimates["invites_per_customer"].value == pytest.approx(counts.mean())
        assert result.estimates["conversion_per_invite"].basis is Basis.ASSUMED
        assert result.verdict.status is Status.TEST_SMALL

    def test_olist_has_leads_only(self, real_client):
        result = concluded(real_client("olist"))
        assert result.estimates["k_factor"].value is None
        assert result.estimates["top_decile_share"].basis is Basis.BENCHMARK
        assert result.verdict.status is Status.NOT_ENOUGH_DATA

    def test_an_undefined_number_says_why(self, sample):
        texts = {c.name: c.text for c in concluded(sample("cupboard")).checks}
        assert "state the invites per customer" in texts["k_factor_defined"]
