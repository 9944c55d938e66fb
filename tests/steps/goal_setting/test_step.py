"""Step 04: today's rate, a goal that is near, the band of a month, progress against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from referral_playbook.contract.evidence import Basis, Estimate, Status, assumed
from referral_playbook.contract.handover import load, record
from referral_playbook.contract.parameters import Parameters
from referral_playbook.domain.assumptions import decided_value
from referral_playbook.domain.lists.goal_band import Outlook, certain_uplift
from referral_playbook.domain.lists.progress import alerts, refuse_k
from referral_playbook.domain.programme.baseline import last_whole_month, qualified_share
from referral_playbook.domain.programme.uplift import stated_uplift
from referral_playbook.show.whatif import what_if
from referral_playbook.steps.goal_setting import step as goal_setting
from referral_playbook.steps.goal_setting import what_if as what_if_of_goals
from referral_playbook.steps.goal_setting.advocate_goals import Engaged, advocate_goal
from referral_playbook.steps.goal_setting.messages import next_messages
from referral_playbook.steps.goal_setting.plan import outlook
from referral_playbook.steps.goal_setting.plan import plan as goals_plan
from referral_playbook.steps.goal_setting.step import build_result, find
from referral_playbook.steps.value_exchange import step as value_exchange

REQUIRED = ("referrals_per_month", "advocate_goal", "advocate_goal_probability", "programme_goal")
TABLES = (
    "customers",
    "payments",
    "surveys",
    "referrals",
    "leads",
    "touchpoints",
    "arms",
    "costs",
    "rewards",
    "exchanges",
    "friction",
    "effort",
    "goals",
)


def concluded(client, *, wanted=None, rate=None, uplift=None, owner=""):
    stated = {"advocate_goal_wanted": wanted, "referrals_per_month": rate, "uplift": uplift, "owner": owner}
    return build_result(find(client, Parameters.of("goal_setting", **stated)))


def checked(result, name):
    return next(c for c in result.checks if c.name == name)


def measured(value, low=None, high=None, unit="referrals", n=12):
    limits = {"low": value if low is None else low, "high": value if high is None else high}
    return Estimate(
        value=value, **limits, confidence=0.95, n=n, unit=unit, per="month", basis=Basis.MEASURED, source="test"
    )


def known_factor(x=1.0):
    return assumed(x, x, x, unit="times", per="referral made today", source="test")


def referral_rows(days, who):
    ids = [f"T{i:04d}" for i in range(len(days))]
    rows = {"referral_id": ids, "referrer_id": who, "referred_on": pd.to_datetime(days), "referrer_type": "customer"}
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def made(simulated):
    """``made(rows, **tables)``: a small client with customers and these referrals only (as of 30 September 2026)."""

    def _made(rows, **tables):
        given = {"customers", "referrals", *tables}
        return simulated(
            seed=5,
            customers=80,
            fraud=False,
            without=tuple(t for t in TABLES if t not in given),
            edit=lambda _: {"referrals": rows, **tables},
        )

    return _made


@pytest.fixture(scope="module")
def stayers(simulated):
    """Ids of customers of that client who joined two years ago or more and are still there."""
    profile = simulated(seed=5, customers=80, fraud=False).fact("customer_profile")
    old = profile[~profile["left"].astype(bool) & (profile["tenure_months"] > 26)]
    assert len(old) >= 8
    return old["customer_id"].tolist()[:8]


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


@pytest.fixture(scope="module")
def advocates(made, stayers):
    days = ["2026-08-01"] * 2 + ["2026-07-01"] + ["2024-07-01"] + ["2026-05-01"] * 5 + ["2026-09-01"]
    who = [stayers[0]] * 2 + [stayers[1]] + [stayers[2]] + [stayers[3]] * 5 + [stayers[4]]

    complaint = {"customer_id": stayers[4], "on": pd.Timestamp("2026-09-02"), "kind": "complaint"}
    return made(referral_rows(days, who), touchpoints=pd.DataFrame([complaint]))


@pytest.fixture(scope="module")
def plan(sample):
    client = sample("brightdesk")
    today, factor = goal_setting.baseline(client), certain_uplift(1.5)
    known = {"baseline": today, "uplift": factor, "new": decided_value("new", 0.0, unit="referrals", per="month")}
    return goals_plan(client, outlook(client, today, factor), qualified_share(client), known)


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
        assert "2025-10 to 2026-09" in found.source

    def test_a_month_that_is_not_over_does_not_count(self):
        assert last_whole_month(date(2026, 9, 29)) == pd.Period("2026-08")
        assert last_whole_month(date(2024, 2, 29)) == pd.Period("2024-02")

    def test_a_record_that_stopped_is_not_a_run_of_zeros(self, made, stayers):
        days = pd.date_range("2025-01-01", "2026-03-31", freq="2D")
        found = goal_setting.baseline(made(referral_rows(days, stayers[0])))
        assert found.value == pytest.approx(15.2, abs=0.3)
        assert "the record ends on 2026-03-3" in found.source

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
        result = concluded(sample("cupboard"))
        assert result.estimates["referrals_per_month"].value is None
        assert result.verdict.status is Status.NOT_ENOUGH_DATA
        assert result.actions[0].what.startswith("Write down every referral")

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


class TestGoalOfAnAdvocate:
    @given(st.lists(st.integers(0, 12), min_size=5, max_size=80))
    def test_the_goal_is_near_and_one_more_is_not(self, counts):
        found = Engaged(counts=np.array(counts), months=3)
        goal = found.near(0.70)
        assert found.reached(goal + 1).value < 0.70
        if goal:
            assert found.reached(goal).value >= 0.70

    def test_known_truth(self):
        true = stats.nbinom(4, 4 / (4 + 8.0))
        counts = true.rvs(4000, random_state=np.random.default_rng(1))
        found = advocate_goal(Engaged(counts=counts, months=3))
        largest = max(x for x in range(1, 30) if true.sf(x - 1) >= 0.70)
        assert found.referrals.value == largest
        assert found.referrals.low <= largest <= found.referrals.high
        assert found.probability.low <= true.sf(largest - 1) <= found.probability.high

    def test_a_stretch_is_refused_with_its_reason(self):
        found = Engaged(counts=np.array([0] * 8 + [1, 2]), months=3)
        goal = advocate_goal(found, wanted=1)
        assert goal.accepted is False
        assert goal.referrals.value is None
        assert "fewer than half" in goal.referrals.reason

    def test_between_half_and_near_it_stands_but_is_not_called_near(self):
        found = Engaged(counts=np.array([0] * 40 + [1] * 45 + [2] * 15), months=3)
        goal = advocate_goal(found, wanted=1)
        assert goal.accepted is True
        assert "within reach" in goal.words
        assert advocate_goal(found).accepted is None

    def test_a_goal_below_one_is_an_error(self):
        with pytest.raises(ValueError, match="1 referral or more"):
            advocate_goal(Engaged(counts=np.array([1, 2]), months=3), wanted=0)

    def test_who_referred_in_the_period_alone_is_not_engaged(self, made, stayers):
        """Else one referral would be certain: they are picked by what is to be foretold."""
        engaged, late = stayers[:4], stayers[4:]
        rows = referral_rows(["2025-08-10"] * 4 + ["2026-08-10"] * 4, engaged + late)
        found = goal_setting.engaged(made(rows), periods=1)
        assert found.counts.tolist() == [0, 0, 0, 0]
        rows = referral_rows(["2025-06-10"] * 4 + ["2026-08-10"] * 4, engaged + late)
        assert goal_setting.engaged(made(rows), periods=1).counts.size == 0, "a year ago and more is long ago"

    def test_the_verdict_follows_the_data(self, made, stayers):
        before = [f"2025-{m:02d}-05" for m in (2, 5, 8, 11) for _ in stayers]
        after = [f"2026-{m:02d}-0{k}" for m in (1, 3, 5, 8) for k in (3, 4, 5) for _ in stayers]
        busy = made(referral_rows(before + after, stayers * 16))
        assert concluded(busy).verdict.status is Status.GO
        assert concluded(busy).estimates["advocate_goal"].value >= 1
        assert concluded(busy, wanted=20).verdict.status is Status.STOP
        idle = made(referral_rows(before, stayers * 4))
        assert concluded(idle).verdict.status is Status.TEST_SMALL
        assert concluded(busy, rate=8.0).verdict.status is Status.TEST_SMALL

    def test_who_left_does_not_count(self, simulated, made):
        client = simulated(seed=5, customers=80, fraud=False)
        profile = client.fact("customer_profile")
        gone = profile.loc[profile["left_on"] < "2026-06-01", "customer_id"].tolist()[:5]
        rows = referral_rows(["2026-01-10"] * 5, gone)
        found = goal_setting.engaged(made(rows), periods=1)
        assert found.counts.size == 0
        assert "nobody referred" in found.reason


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
        client = sample("cupboard")
        assert not concluded(client).estimate("programme_goal").defined

    def test_the_asks_must_carry_the_goal(self, sample):
        client = sample("brightdesk")
        stated = {"baseline_referrals": 10.0, "uplift": 2.0}
        found = find(client, Parameters.of("goal_setting", **stated)).asks
        assert found.extra.value == pytest.approx(10.0)
        assert found.needed.value == pytest.approx(10.0 / found.per_ask.value)
        assert found.check().passed is (found.made.value >= found.needed.value)
        assert "asks a month" in found.words


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
        with pytest.raises(ValueError, match="side effect"):
            refuse_k("K-factor".replace("-", " "))
        refuse_k("referrals")

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


class TestNextMessage:
    def test_each_gets_the_distance_to_the_next_tier(self, advocates, stayers):
        rows = next_messages(advocates, steps=[1, 3, 5], names=["mug", "module", "month"]).set_index("customer_id")
        assert rows.at[stayers[0], "message"] == "1 more to module"
        assert rows.at[stayers[1], "message"] == "2 more to module"
        assert rows.at[stayers[2], "message"] == "1 more to mug", "what was made two years ago is not of this year"
        assert rows.at[stayers[3], "message"].startswith("thank you: 5")

    def test_an_open_complaint_comes_first_and_last_in_the_list(self, advocates, stayers):
        rows = next_messages(advocates, steps=[1, 3])
        assert rows.iloc[-1]["customer_id"] == stayers[4]
        assert "complaint" in rows.iloc[-1]["message"]

    def test_those_who_left_hear_nothing(self, sample):
        client = sample("brightdesk")
        profile = client.fact("customer_profile").set_index("customer_id")
        rows = next_messages(client, steps=[1, 3])
        assert not profile.loc[rows["customer_id"], "left"].any()


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


class TestHandOver:
    @pytest.mark.parametrize("table", TABLES)
    def test_without_each_table_in_turn(self, simulated, table):
        client = simulated(customers=250, without=(table,))
        result = concluded(client)
        assert set(REQUIRED) <= set(result.estimates)
        path = record(result, client.results_dir)
        assert load("goal_setting", client.results_dir).to_dict() == result.to_dict()
        assert path.name == "goal_setting.json"

    def test_same_inputs_same_bytes(self, sample, tmp_path):
        client = sample("brightdesk")
        first, second = (record(concluded(client), tmp_path / str(i)).read_bytes() for i in (1, 2))
        assert first == second

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
        assert "ends on 2018-05-31" in found.source


class TestWhatIf:
    def test_a_certain_uplift_of_two_is_twice_the_customers(self, plan):
        one, two = (replace(plan, outlook=replace(plan.outlook, factor=certain_uplift(u))) for u in (1.0, 2.0))
        assert two.customers.value == pytest.approx(2 * one.customers.value)
        assert two.margin.value == pytest.approx(2 * one.margin.value)

    def test_headless_it_is_a_table_of_the_ends(self, sample):
        moves = what_if_of_goals.moves(find(sample("brightdesk")))
        text = repr(what_if(moves.answer, sliders=moves.sliders, units=moves.units))
        assert "as planned" in text
        assert "Uplift 3 times" in text

    def test_margin_of_positive_things_is_not_below_nothing(self, plan):
        wide = assumed(500.0, 1.0, 5000.0, unit="GBP", per="new customer", source="test")
        assert replace(plan, worth=wide).margin.low >= 0
