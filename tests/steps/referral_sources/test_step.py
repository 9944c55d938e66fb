"""Step 07: who brings business, what is not known, who is owed, and where nobody looks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.handover import load, record
from referral_playbook.contract.parameters import Parameters
from referral_playbook.domain import source_audit
from referral_playbook.domain import sources as source_groups
from referral_playbook.domain import sources as source_record
from referral_playbook.steps import referral_sources
from referral_playbook.steps.referral_sources import balance_sheet, crm_fields, markets
from referral_playbook.steps.referral_sources import deals as deal_types
from referral_playbook.steps.referral_sources import gaps as gap_map

CONTRACT = {"source", "leads", "won", "conversion", "low", "high", "value", "share_of_won"}
EVERY_TABLE = (
    "customers", "payments", "surveys", "referrals", "leads", "touchpoints", "arms", "costs", "rewards", "exchanges",
    "friction", "effort", "goals",
)  # fmt: skip


def concluded(client, **stated):
    """The result of step 07 under its defaults and what is stated."""
    return referral_sources.build_result(referral_sources.find(client, Parameters.of("referral_sources", **stated)))


def by_source(result) -> dict[str, dict]:
    return {row["source"]: row for row in result.tables["sources"]}


def leads_of(rows) -> pd.DataFrame:
    """Leads by hand: (source, given_or_received, how many, won, value of each that was won)."""
    out = []
    for source, way, n, won, value in rows:
        for i in range(n):
            day = pd.Timestamp("2025-07-01") + pd.Timedelta(days=(len(out) * 37) % 360)
            won_on = day + pd.Timedelta(days=20) if i < won else pd.NaT
            out.append((f"X{len(out):05d}", day, source, won_on, float(value) if i < won else np.nan, way))
    columns = ["lead_id", "created_on", "source", "won_on", "value", "given_or_received"]
    return pd.DataFrame(out, columns=columns)


@pytest.fixture(scope="module")
def with_leads(simulated):
    """``with_leads(rows)``: a client whose leads are made by hand, in the form that the facts give them."""
    client = simulated(customers=120, fraud=False)

    def _with_leads(rows):
        leads = leads_of(rows).assign(won=lambda t: t["won_on"].notna().astype(int), leads=1)
        leads["source"] = leads["source"].fillna("(empty)")
        leads["given_or_received"] = leads["given_or_received"].fillna("(none)")
        leads["month"] = leads["created_on"].dt.strftime("%Y-%m")
        by = leads.groupby(["month", "source", "given_or_received"], as_index=False)
        won = leads[leads["won"] == 1].groupby(["source", "given_or_received", "value"], as_index=False)["won"].sum()
        sources = by[["leads", "won", "value"]].sum(min_count=1)
        return client.with_facts(lead_sources=sources, won_deals=won.rename(columns={"won": "deals"}))

    return _with_leads


@pytest.fixture(scope="module")
def harlow(sample):
    return concluded(sample("harlow-partners"))


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


class TestDependency:
    def test_one_partner_with_nearly_all_is_one_for_sure(self, with_leads):
        rows = [
            ("reciprocal: Big", "received", 80, 60, 1000),
            ("referral", None, 40, 12, 900),
            ("staff", None, 9, 3, 1100),
        ]
        found = concluded(with_leads(rows))
        (row,) = found.tables["balance_sheet"]
        assert row["dependency"] == "depends"
        assert any("second source beside Big" in a.what for a in found.actions)

    def test_the_unknown_are_not_in_its_denominator(self, with_leads):
        rows = [
            ("reciprocal: A", "received", 20, 10, 1000),
            ("referral", None, 60, 30, 1000),
            ("unknown", None, 90, 40, 1000),
        ]
        (row,) = concluded(with_leads(rows)).tables["balance_sheet"]
        assert row["share_of_value"] == pytest.approx(0.25)

    def test_without_a_direction_the_sheet_has_one_side(self, with_leads):
        found = concluded(with_leads([("reciprocal: A", None, 20, 10, 1000), ("referral", None, 60, 30, 900)]))
        (row,) = found.tables["balance_sheet"]
        assert row["reading"] == balance_sheet.NOT_WRITTEN
        assert row["given_leads"] is None
        assert "leads.given_or_received" in {r["field"] for r in found.tables["crm_fields"]}


class TestProjection:
    def test_a_steady_source_goes_on(self, with_leads):
        client = with_leads([("referral", None, 240, 120, 500), ("ads", None, 240, 24, 800)])
        found = {r["source"]: r for r in concluded(client).tables["projection"]}
        for name in found:
            months = found[name]["months_seen"]
            assert found[name]["won_next_12_months"] == pytest.approx(12 * found[name]["won_in_them"] / months)
            assert found[name]["won_next_12_months_low"] < found[name]["won_next_12_months"]
        assert found["referral"]["value_next_12_months"] == pytest.approx(500 * found["referral"]["won_next_12_months"])

    def test_the_band_holds_eight_years_in_ten(self):
        """Poisson sources of known rate: the band of one year holds the next year's count as often as it says."""
        rng = np.random.default_rng(1)
        held = []
        for _ in range(400):
            months = [f"2025-{m:02d}" for m in range(1, 13)]
            rows = pd.DataFrame({"month": months, "source": "s", "leads": 9, "won": rng.poisson(2.0, 12), "value": 1.0})
            deals = pd.DataFrame({"source": ["s"], "value": [1.0], "deals": [int(rows["won"].sum())]})
            found = source_record.Sources(table="leads", per="lead", rows=rows, deals=deals, group={"s": "advocacy"})
            (row,) = [source_audit._ahead(_Money(), found, "s", months, 0.80)]
            held.append(row["won_next_12_months"].low <= rng.poisson(24.0) <= row["won_next_12_months"].high)
        assert 0.76 <= np.mean(held) <= 0.92

    def test_a_sum_of_deals_is_not_below_nothing(self, sample):
        client = sample("harlow-partners")
        found = source_audit.projection(client, source_record.sources(client))
        values = [e for e in found["value_next_12_months"] if e.defined]
        assert values
        assert all(e.low >= 0 for e in values)

    def test_young_enquiries_are_left_out(self, sample):
        client = sample("harlow-partners")
        months = source_record.ripe_months(client, source_record.sources(client), window=12, months_to_win=3)
        assert (months[0], months[-1]) == ("2025-04", "2026-03")  # as of 30 June 2026


class _Money:
    currency = "GBP"


class TestDealTypes:
    def test_the_textbook_case_is_about_five_times(self):
        assert "5.2 times" in deal_types.example()
        assert "200,000" in deal_types.example()

    def test_stated_amounts_make_the_same(self, sample):
        client = sample("harlow-partners")
        found = source_record.sources(client)
        worth = referral_sources.find_deals(
            client,
            found,
            Parameters.of(
                "referral_sources", one_off_amount=200_000.0, yearly_amount=300_000.0, yearly_retention=0.9, years=5
            ),
        )
        assert worth.times.value == pytest.approx(5.2, abs=0.05)

    def test_of_the_same_size_only_coming_back_counts(self, sample, truth):
        client = sample("harlow-partners")
        worth = referral_sources.find_deals(client, source_record.sources(client), Parameters.of("referral_sources"))
        multiple = sum((worth.kept.value / 1.1) ** t for t in range(5))
        assert worth.times.value == pytest.approx(multiple)
        assert worth.one_off.value == worth.first_year.value

    def test_where_nobody_ever_left_leaving_was_not_recorded(self, sample):
        assert deal_types.yearly_retention(sample("cupboard")).basis == "assumed"


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


class TestGapMap:
    @staticmethod
    def edited(tables):
        """Nobody in the North refers; in Scotland nearly all come by referral."""
        customers, referrals = tables["customers"].copy(), tables["referrals"]
        north = set(customers.loc[customers["region"] == "North", "customer_id"])
        scots = customers["region"] == "Scotland"
        customers.loc[scots, "source"] = "referral"
        return {"customers": customers, "referrals": referrals[~referrals["referrer_id"].isin(north)]}

    def test_both_gaps_are_found_where_they_were_put(self, simulated):
        cells = gap_map.gap_map(simulated(customers=1500, edit=self.edited))
        gaps = cells[cells["gap"] != ""]
        assert set(gaps["region"]) == {"North", "Scotland"}
        assert set(gaps.loc[gaps["region"] == "Scotland", "gap"]) == {gap_map.FRIENDS_ONLY}
        assert set(gaps.loc[gaps["region"] == "North", "gap"]) == {gap_map.NOBODY_REFERS}

    def test_without_gaps_chance_finds_none(self, sample):
        """Regions shuffled sixty times: the correction keeps false alarms to one map in twenty."""
        client, rng = sample("brightdesk"), np.random.default_rng(1)
        profile = client.fact("customer_profile")
        alarms = 0
        for _ in range(60):
            mixed = profile.assign(region=rng.permutation(profile["region"].to_numpy()))
            cells = gap_map.gap_map(client.with_facts(customer_profile=mixed))
            alarms += int((cells["gap"] != "").any())
        assert alarms <= 6

    def test_no_segment_and_no_region_is_no_map(self, simulated):
        def bare(tables):
            return {"customers": tables["customers"].assign(segment=None, region=None)}

        assert gap_map.gap_map(simulated(customers=200, edit=bare)).empty


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
