"""Step 04: today's rate, a goal that is near, the band of a month, progress against it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from steps.goal_setting.made import concluded, referral_rows

from referral_playbook.contract.evidence import Basis, Estimate, Status, assumed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.lists.goal_band import Outlook
from referral_playbook.domain.lists.progress import alerts
from referral_playbook.domain.programme.baseline import last_whole_month, qualified_share
from referral_playbook.domain.programme.uplift import stated_uplift
from referral_playbook.steps.goal_setting import step as goal_setting
from referral_playbook.steps.goal_setting.advocate_goals import advocate_goal
from referral_playbook.steps.goal_setting.step import build_result, find
from tests.steps.shared import EVERY_TABLE, handed_over, same_bytes

REQUIRED = ("referrals_per_month", "advocate_goal", "advocate_goal_probability", "programme_goal")


def checked(result, name):
    return next(c for c in result.checks if c.name == name)


def measured(value, low=None, high=None, unit="referrals", n=12):
    limits = {"low": value if low is None else low, "high": value if high is None else high}
    return Estimate(
        value=value, **limits, confidence=0.95, n=n, unit=unit, per="month", basis=Basis.MEASURED, source="test"
    )


def known_factor(x=1.0):
    return assumed(x, x, x, unit="times", per="referral made today", source="test")


@pytest.fixture(scope="module")
def brightdesk(sample):
    return concluded(sample("brightdesk"))


def goal_table(*rows):
    return pd.DataFrame(rows, columns=["month", "metric", "target", "owner"])


@pytest.fixture(scope="module")
def steady(made, stayers):
    days = [f"{m}-1{k}" for m in pd.period_range("2025-09", "2026-08", freq="M") for k in range(8)] + ["2026-09-10"] * 2
    goals = goal_table(
        *[(str(m), "referrals", 8, "Ann") for m in pd.period_range("2025-10", "2026-10", freq="M")],
        ("2026-09", "K factor", 1.1, "Ann"),
        ("2026-09", "moon landings", 3, None),
    )
    return made(referral_rows(days, (stayers * 20)[: len(days)]), goals=goals)


def without_sources(client):
    """A client who wrote down nothing about where customers came from."""
    return client.with_facts(acquisition=client.fact("acquisition").assign(referred=None))


class TestTodaysRate:
    def test_the_range_holds_the_true_rate(self, brightdesk, truth):
        true = truth("brightdesk")["referrals"]["expected_per_month_last_12"]
        found = brightdesk.estimates["referrals_per_month"]
        assert found.low <= true <= found.high
        assert found.basis is Basis.MEASURED

    def test_false_claims_lift_it(self, sample, truth):
        """The rate counts what is on file; step 09 flags the false ones and shows both."""
        rows = sample("brightdesk").fact("referrals")
        recent = set(rows.loc[rows["referred_on"] > "2025-09-30", "referral_id"])
        false = {row["referral_id"] for row in truth("brightdesk")["fraud"]}
        rate = goal_setting.baseline(sample("brightdesk")).value
        assert rate * 12 == pytest.approx(len(recent))
        assert len(recent & false) > 0

    def test_whole_months_only_and_nothing_before_the_window(self, made, stayers):
        days = [*["2026-09-10"] * 6, *["2025-10-01"] * 18, *["2025-09-30"] * 40]
        found = goal_setting.baseline(made(referral_rows(days, stayers[0])))
        assert found.value == 2.0
        assert "Oct 2025 to Sept 2026" in found.source

    def test_a_month_that_is_not_over_does_not_count(self):
        assert last_whole_month(date(2026, 9, 29)) == pd.Period("2026-08")
        assert last_whole_month(date(2024, 2, 29)) == pd.Period("2024-02")

    def test_a_record_that_stopped_is_not_a_run_of_zeros(self, made, stayers):
        days = pd.date_range("2025-01-01", "2026-03-31", freq="2D")
        found = goal_setting.baseline(made(referral_rows(days, stayers[0])))
        assert found.value == pytest.approx(15.2, abs=0.3)
        assert "the record ends on 31 Mar 2026" in found.source

    def test_a_quiet_half_year_of_a_rare_event_is_one(self, made, stayers):
        days = ["2025-01-15", "2025-08-15", "2025-12-15", "2026-03-15"]
        found = goal_setting.baseline(made(referral_rows(days, stayers[0])))
        assert found.value == pytest.approx(2 / 12)
        assert "ends" not in found.source

    def test_months_that_differ_more_than_chance_widen_the_range(self, made, stayers):
        even = ["2025-09-10"] + [f"2026-{m:02d}-10" for m in range(1, 10) for _ in range(4)] + ["2025-10-10"] * 12
        bursts = ["2025-09-10"] + ["2026-09-10"] * 40 + ["2025-10-10"] * 8
        narrow, wide = (goal_setting.baseline(made(referral_rows(d, stayers[0]))) for d in (even, bursts))
        assert narrow.value == wide.value == 4.0
        assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)

    def test_enquiries_stand_in_and_are_qualified_by_definition(self, simulated):
        client = simulated(without=("referrals",))
        leads = client.fact("lead_sources")
        mine = leads[
            (leads["source"] == "referral") & (leads["month"] > "2025-09") & (leads["given_or_received"] != "given")
        ]
        assert goal_setting.baseline(client).value == pytest.approx(mine["leads"].sum() / 12)
        share = qualified_share(client)
        assert share.value == 1.0
        assert "by definition" in share.source

    def test_counts_without_dates(self, simulated):
        def counted(tables):
            return {"customers": tables["customers"].assign(referrals_made=lambda c: np.arange(len(c)) % 3)}

        client = simulated(customers=200, without=("referrals", "leads"), edit=counted)
        profile = client.fact("customer_profile")
        rate = profile["referrals_made"].sum() / profile["tenure_months"].sum() * (~profile["left"].astype(bool)).sum()
        found = goal_setting.baseline(client)
        assert found.value == pytest.approx(rate)
        assert found.low < rate < found.high
        assert advocate_goal(goal_setting.engaged(client)).referrals.value is None

    def test_nothing_is_undefined_and_not_zero(self, sample):
        result = concluded(without_sources(sample("cupboard")))
        assert result.estimates["referrals_per_month"].value is None
        assert result.verdict.status is Status.NOT_ENOUGH_DATA
        assert result.actions[0].what.startswith("Write down every referral")

    def test_customers_who_came_by_referral_give_an_assumed_rate(self, sample):
        client = sample("cupboard")
        joined = client.fact("acquisition").query("referred == True and month > '2025-08'")["customers"].sum()
        result = concluded(client)
        rate = result.estimates["referrals_per_month"]
        assert (rate.value, rate.basis) == (pytest.approx(joined / 12 / (0.1 * 0.5)), Basis.ASSUMED)
        assert result.estimates["new_customers_by_referral"].basis is Basis.ASSUMED
        assert result.verdict.status is Status.TEST_SMALL

    def test_a_stated_rate_works_and_is_said_to_be_stated(self, sample):
        result = concluded(sample("cupboard"), rate=6.0)
        assert result.estimates["referrals_per_month"].basis is Basis.ASSUMED
        assert result.estimates["baseline_referrals"].value == 6.0
        assert result.estimates["programme_goal"].value == pytest.approx(6.0 * result.estimates["uplift"].value)
        assert result.verdict.status is Status.TEST_SMALL

    def test_rates_by_source_add_up(self, sample):
        client = sample("harlow-partners")
        rows = goal_setting.by_source(client)
        assert sum(e.value for e in rows["a_month"]) == pytest.approx(goal_setting.baseline(client).value)
        assert set(rows["source"]) == {"customer", "employee", "intermediary", "connector", "agency"}

    def test_unknown_sources_are_counted(self, sample, truth):
        found = goal_setting.unknown_share(sample("harlow-partners"))
        assert found.low <= truth("harlow-partners")["unknown_source_share"]["expected"] <= found.high


class TestBand:
    def test_with_nothing_unknown_it_is_poisson(self):
        ahead = Outlook(rate=measured(9.0), factor=known_factor(2.0))
        band = ahead.band()
        assert (band.low, band.value, band.high) == (stats.poisson(18).ppf(0.1), 18.0, stats.poisson(18).ppf(0.9))
        assert ahead.below(17) == pytest.approx(stats.poisson(18).cdf(17))

    def test_not_knowing_the_rate_and_the_uplift_widens_it(self):
        sure = Outlook(rate=measured(9.0), factor=known_factor()).band()
        rate = Outlook(rate=measured(9.0, 6.0, 13.0), factor=known_factor()).band()
        both = Outlook(rate=measured(9.0, 6.0, 13.0), factor=stated_uplift(1.0)).band()
        assert sure.high - sure.low < rate.high - rate.low <= both.high - both.low

    def test_simulated_months_fall_into_it_four_times_in_five(self):
        ahead = Outlook(rate=measured(30.0, 22.0, 41.0), factor=known_factor(), dispersion=0.2)
        random, band = np.random.default_rng(4), ahead.band()
        rates = np.exp(random.normal(np.log(30.0), np.log(41 / 22) / 2 / 1.96, 40_000))
        months = random.negative_binomial(5, 5 / (5 + rates))
        assert np.mean((months >= band.low) & (months <= band.high)) == pytest.approx(0.80, abs=0.03)
        assert np.mean(months < band.low) <= 0.115

    def test_several_months_together_spread_less(self):
        ahead = Outlook(rate=measured(9.0), factor=known_factor())
        assert ahead.band(months=12).value == 108.0
        assert ahead.band(months=12).low / 108 > ahead.band().low / 9

    def test_the_goal_is_the_rate_times_the_uplift(self, sample):
        client = sample("brightdesk")
        rate = goal_setting.baseline(client)
        stated = {"referrals_per_month": rate.value, "baseline_referrals": 8.0, "uplift": 2.0}
        result = build_result(find(client, Parameters.of("goal_setting", **stated)))
        goal = result.estimate("programme_goal")
        assert goal.value == pytest.approx(16.0)
        assert goal.confidence == 0.80
        assert goal.basis is Basis.ASSUMED
        assert result.estimate("uplift").low < 1  # it is not measured

    def test_no_rate_no_goal(self, sample):
        client = without_sources(sample("cupboard"))
        assert not concluded(client).estimate("programme_goal").defined


class TestProgress:
    def test_a_month_below_the_band_is_behind(self, steady):
        rows = goal_setting.progress(steady)
        assert rows["month"].max() == "2026-09", "a month that is not over cannot be behind"
        readings = dict(zip(rows["month"], rows["reading"], strict=True))
        assert readings.pop("2026-09") == "behind"
        assert set(readings.values()) == {"within the band"}
        assert rows["low"].iloc[0] == stats.poisson(8).ppf(0.1)

    def test_the_alert_names_it_and_somebody_is_to_act(self, steady):
        result = concluded(steady, owner="Ben")
        assert checked(result, "progress_referrals").passed is False
        assert [(a.what, a.owner) for a in result.actions][1:] == [("Find out why referrals are behind", "Ann")]

    def test_a_goal_on_k_is_refused_with_the_reason(self, steady):
        check = checked(concluded(steady), "no_goal_on_k")
        assert check.passed is False
        assert "side effect" in check.text

    def test_a_goal_that_no_table_counts_is_named(self, steady):
        check = checked(concluded(steady), "goals_can_be_counted")
        assert (check.passed, "moon landings" in check.text) == (False, True)

    def test_every_goal_has_an_owner(self, steady, sample):
        text = checked(concluded(steady), "goals_have_owners").text
        assert "moon landings" in text
        assert "the programme's goal" in text
        assert checked(concluded(sample("brightdesk"), owner="Maya"), "goals_have_owners").passed

    def test_goals_ahead_have_owner_date_and_alert(self, sample):
        rows = concluded(sample("brightdesk"), owner="Maya").tables["goals"]
        assert [r["month"] for r in rows] == ["2026-10", "2026-11", "2026-12"]
        assert [r["due"] for r in rows] == ["2026-10-31", "2026-11-30", "2026-12-31"]
        assert {r["owner"] for r in rows} == {"Maya"}
        assert all(r["alert_below"] == r["goal_low"] for r in rows)

    def test_no_goals_nobody_is_behind(self, sample):
        (check,) = alerts(goal_setting.progress(sample("harlow-partners")))
        assert check.passed is None

    def test_leading_indicators_are_the_months_of_the_tables(self, sample):
        client = sample("brightdesk")
        rows = goal_setting.leading(client).set_index("indicator")
        asks = client.fact("touchpoints").query("kind == 'ask' and on > '2025-09-30'")
        assert rows.at["asks", "a_month"].value == pytest.approx(len(asks) / 12)
        assert rows.at["asks", "last_months"] == (asks["on"] > "2026-06-30").sum()
        assert set(rows.index) == {"asks", "invites", "referrals", "qualified", "conversions"}


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
        result = concluded(real_client("telco"))
        found = result.estimates["referrals_per_month"]
        assert found.low < 311.8 < found.high
        assert result.verdict.status is Status.TEST_SMALL
        assert result.estimates["advocate_goal"].value is None

    def test_olist_has_leads_only_and_stops_in_may(self, real_client):
        client = real_client("olist")
        found = concluded(client).estimates["referrals_per_month"]
        rows = client.fact("lead_sources")
        mine = rows[(rows["source"] == "referral") & (rows["month"] >= "2017-07")]
        assert found.value == pytest.approx(mine["leads"].sum() / 11)
        assert "ends on 31 May 2018" in found.source
