"""Step 07: who brings business, what is not known, who is owed, and where nobody looks."""

from __future__ import annotations

import pandas as pd
import pytest

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.handover import load, record
from referral_playbook.domain.sources import source_audit
from referral_playbook.domain.sources import source_words as source_groups
from referral_playbook.domain.sources import sources as source_record
from referral_playbook.steps.referral_sources import balance_sheet, crm_fields, markets
from tests.steps.referral_sources.made import CONTRACT, by_source, concluded
from tests.steps.shared import EVERY_TABLE


class TestServicesFirmAgainstTheTruth:
    def test_every_source_has_the_leads_wins_and_value_that_were_noted(self, harlow, truth):
        found = by_source(harlow)
        for name, true in truth("harlow-partners")["sources"].items():
            assert (found[name]["leads"], found[name]["won"]) == (true["leads_noted"], true["won_noted"]), name
            assert found[name]["value"] == pytest.approx(true["value_won_noted"])

    def test_business_given_is_not_a_lead_received(self, harlow, truth):
        assert sum(row["leads"] for row in harlow.tables["sources"]) == 460
        assert by_source(harlow)["reciprocal: Marin HR"]["leads"] == 8  # and 24 given

    def test_unknown_and_empty_stay_apart_and_both_count(self, harlow, truth):
        share, true = harlow.estimates["unknown_source_share"], truth("harlow-partners")["unknown_source_share"]
        assert share.value == pytest.approx(true["happened"])
        assert share.low <= true["expected"] <= share.high
        found = by_source(harlow)
        assert found["unknown"]["leads"] + found["(empty)"]["leads"] == round(share.value * share.n)

    def test_conversions_are_near_the_true_chances(self, harlow, truth):
        """Eleven sources at 95%: one range in twenty may miss."""
        found = by_source(harlow)
        true = truth("harlow-partners")["sources"]
        held = [found[n]["low"] <= t["conversion"] <= found[n]["high"] for n, t in true.items()]
        assert sum(held) >= len(held) - 1

    def test_the_bounds_hold_the_true_share_by_referral(self, harlow, truth):
        true = truth("harlow-partners")
        won = {n: s["won"] for n, s in true["sources"].items()}
        referred = sum(w for n, w in won.items() if true["sources"][n]["referrer"]) / sum(won.values())
        bounds = harlow.estimates["referral_share_of_won"]
        assert bounds.low <= referred <= bounds.high
        assert bounds.confidence is None  # bounds, no confidence interval

    def test_the_balance_sheet_is_the_true_one(self, harlow, truth):
        found = {row["intermediary"]: row for row in harlow.tables["balance_sheet"]}
        for name, true in truth("harlow-partners")["balance_sheet"].items():
            row = found[source_groups.name_of(name)]
            for side in ("received", "given"):
                assert {k: row[f"{side}_{k}"] for k in ("leads", "won", "value")} == pytest.approx(true[side])

    def test_who_is_owed_and_on_whom_it_hangs(self, harlow):
        found = {row["intermediary"]: row for row in harlow.tables["balance_sheet"]}
        assert found["Marin HR"]["reading"] == balance_sheet.MORE_GIVEN
        assert found["Notary De Wit"]["reading"] == balance_sheet.MORE_RECEIVED
        assert found["Klik Media"]["reading"] == balance_sheet.PAID
        assert found["Bank Verhoeven"]["dependency"] == "may depend"
        assert found["Lund Architects"]["dependency"] == ""

    def test_both_spidergrams(self, sample, harlow):
        groups = pd.DataFrame(harlow.tables["groups"])
        web = markets.measured_web(groups)
        assert sum(web["current"]) == pytest.approx(10)
        assert sum(web["desired"]) == pytest.approx(10)
        assert dict(zip(web["markets"], web["desired"], strict=True))["reciprocal"] == max(web["desired"])
        stated = markets.stated_web(markets.markets(sample("harlow-partners"), groups))
        assert dict(zip(stated["markets"], stated["desired"], strict=True))["referral"] == 8

    def test_a_firm_that_knows_too_little_tests_small(self, harlow):
        assert harlow.verdict.status is Status.TEST_SMALL

    def test_handed_over_and_read_again(self, harlow, tmp_path):
        record(harlow, tmp_path)
        again = load("referral_sources", tmp_path)
        assert set(again.tables["sources"][0]) == CONTRACT
        assert again.estimates["unknown_source_share"] == harlow.estimates["unknown_source_share"]


class TestOlist:
    """8,000 leads of a Brazilian marketplace: 1,099 are 'unknown' and 60 have nothing written."""

    def test_unknown_share_to_the_lead(self, real_client):
        found = concluded(real_client("olist"))
        share = found.estimates["unknown_source_share"]
        assert share.value == (1099 + 60) / 8000
        rows = by_source(found)
        assert (rows["unknown"]["leads"], rows["(empty)"]["leads"]) == (1099, 60)
        assert rows["organic search"]["leads"] == 2296
        assert sum(row["leads"] for row in rows.values()) == 8000
        assert sum(row["share_of_won"] for row in rows.values()) == pytest.approx(1)
        assert found.verdict.status is Status.GO


class TestTelco:
    def test_no_source_anywhere_is_all_unknown(self, real_client):
        found = concluded(real_client("telco"))
        assert found.estimates["unknown_source_share"].value == 1
        assert found.verdict.status is Status.NOT_ENOUGH_DATA
        assert by_source(found)["(empty)"]["leads"] is None


class TestVerdictFollowsTheData:
    def test_a_complete_register_steers(self, with_leads):
        rows = [("referral", None, 200, 60, 900), ("website", None, 300, 30, 900), ("unknown", None, 40, 8, 900)]
        assert concluded(with_leads(rows)).verdict.status is Status.GO

    def test_the_same_register_with_blanks_does_not(self, with_leads):
        rows = [("referral", None, 200, 60, 900), ("website", None, 300, 30, 900), ("unknown", None, 240, 48, 900)]
        assert concluded(with_leads(rows)).verdict.status is Status.TEST_SMALL

    def test_half_blank_says_nothing(self, with_leads):
        rows = [("referral", None, 100, 30, 900), ("unknown", None, 60, 10, 900), (None, None, 60, 10, 900)]
        found = concluded(with_leads(rows))
        assert found.verdict.status is Status.NOT_ENOUGH_DATA
        assert found.estimates["unknown_source_share"].value == 120 / 220

    def test_where_nobody_refers_there_is_nothing_to_build_on(self, with_leads):
        rows = [("website", None, 400, 100, 900), ("ads", None, 300, 60, 900), ("referral", None, 20, 1, 900)]
        assert concluded(with_leads(rows)).verdict.status is Status.STOP

    def test_the_limits_are_parameters(self, harlow, sample):
        client = sample("harlow-partners")
        assert concluded(client, most_unknown=0.45).verdict.status is Status.GO
        assert concluded(client, too_much=0.40).verdict.status is Status.NOT_ENOUGH_DATA


class TestGroups:
    def test_the_clients_own_words(self):
        known = source_groups.groups(["Notaries=reciprocal"])
        assert source_groups.group_of("notaries: De Wit", known) == "reciprocal"
        assert source_groups.group_of("notaries", source_groups.groups()) == source_groups.UNSORTED

    @pytest.mark.parametrize("text", ["notaries", "notaries=friends", "=reciprocal"])
    def test_a_word_without_a_group_is_refused(self, text):
        with pytest.raises(ValueError, match="source_groups"):
            source_groups.groups([text])

    def test_asked_customers_are_development_whether_or_not_they_were_rewarded(self, sample):
        """A group picked by its rewards would convert at 100%."""
        client = sample("brightdesk")
        found = {r["source"]: r for r in source_audit.audit(source_record.introductions(client)).to_dict("records")}
        asked = found[source_groups.DEVELOPMENT]
        assert 0 < asked["conversion"].value < 0.5
        made = len(sample("brightdesk").fact("referrals"))
        assert asked["leads"] + found["customer"]["leads"] == made


class TestWorksWithLess:
    @pytest.mark.parametrize("table", EVERY_TABLE)
    def test_any_table_may_be_missing(self, simulated, table):
        found = concluded(simulated(customers=250, without=(table,)))
        assert "unknown_source_share" in found.estimates
        assert all(set(row) == CONTRACT for row in found.tables["sources"])
        assert found.headline

    def test_without_leads_customers_stand_in(self, simulated):
        client = simulated(customers=300, without=("leads",))
        found = concluded(client)
        assert all(row["leads"] is None and row["conversion"] is None for row in found.tables["sources"])
        customers = client.tables["customers"]["rows"]
        assert (
            sum(row["won"] for row in found.tables["sources"]) == customers == found.estimates["unknown_source_share"].n
        )

    def test_with_referrals_alone_the_type_of_referrer_is_the_source(self, simulated):
        client = simulated("services", without=("leads", "customers"))
        found = by_source(concluded(client))
        assert "intermediary" in found
        assert found["intermediary"]["leads"] > 0

    def test_with_nothing_it_says_so(self, simulated):
        client = simulated(customers=100, without=("leads", "customers", "referrals"))
        found = concluded(client)
        assert found.verdict.status is Status.NOT_ENOUGH_DATA
        assert found.tables["sources"] == []
        assert "unknown_source_share_defined" in {c.name for c in found.checks}

    def test_fields_that_are_filled_in_are_not_asked_for(self, with_leads):
        client = with_leads([("referral", None, 50, 20, 900), ("ads", None, 50, 20, 900)])
        assert not {"leads.source", "leads.value"} & set(crm_fields.fields(client)["field"])
