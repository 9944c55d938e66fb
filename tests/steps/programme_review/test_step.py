"""Step 09: what the experiment says, what is odd, what is owed, and what may be called an effect."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from referral_playbook.contract.evidence import Basis, Status, assumed
from referral_playbook.contract.handover import load, record
from referral_playbook.contract.parameters import Parameters
from referral_playbook.contract.sealed import Forecast, SealedSet, read_sealed, write_sealed
from referral_playbook.domain.forecast_record import score_forecasts
from referral_playbook.domain.programme import fraud
from referral_playbook.simulate import simulate
from referral_playbook.simulate.world import SubscriptionWorld
from referral_playbook.steps.programme_review import (
    decay,
    design,
    incrementality,
    looks,
    previous,
    readout,
    rewards,
    step,
)

ARMS = {"arm", "users", "conversions", "rate", "low", "high"}
CONTRASTS = {"arm", "control", "rate_ratio", "low", "high", "p_value", "p_adjusted", "conclusion"}
FIRST = pd.Timestamp("2025-01-01")
EVERY_TABLE = (
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


def reviewed(client, *, limits=None, previous=None, alpha=0.05, **options):
    told = vars(limits) if limits else {}
    named = {} if previous is None else {"previous_results": str(previous)}
    parameters = Parameters.of("programme_review", confidence=1 - alpha, **told, **named, **options)
    return step.build_result(step.find(client, parameters))


def arms_of(*rows):
    return pd.DataFrame(rows, columns=["arm", "users", "conversions"]).assign(invites=np.nan)


@pytest.fixture(scope="module")
def small(simulated):
    """``small(without=...)``: a small client, made once for each set of tables that it lacks."""
    made = {}

    def _small(without=()):
        if without not in made:
            made[without] = simulated(customers=200, fraud=False, without=without)
        return made[without]

    return _small


@pytest.fixture(scope="module")
def with_arms(small):
    """``with_arms(("none", 1000, 40), ...)``: a client whose experiment is known only as these counts."""

    def _with_arms(*rows, without=()):
        return small(without).with_facts(arms=arms_of(*rows))

    return _with_arms


@pytest.fixture(scope="module")
def with_referrals(small):
    """``with_referrals(rows)``: referrals by hand; each a mapping over the defaults."""

    def _with_referrals(rows):
        base = {"referrer_type": "customer", "channel": "link", "friend_id": "", "arm": "", "reward": np.nan}
        dates = ["referred_on", "invited_on", "qualified_on", "converted_on", "rewarded_on"]
        table = pd.DataFrame([base | {"referral_id": f"T{i:03d}"} | row for i, row in enumerate(rows)])
        for column in dates:
            table[column] = pd.to_datetime(table.get(column, pd.NaT))
        return small().with_facts(referrals=table.assign(reward=table["reward"].astype(float)))

    return _with_referrals


@pytest.fixture(scope="module")
def brightdesk(sample):
    return reviewed(sample("brightdesk"), control_arm="thanks")


class TestFiveArmsAsCounts:
    ROWS = (("none", 2000, 80), ("note", 2000, 92), ("gift", 2000, 118), ("credit", 2000, 140), ("cash", 2000, 101))

    def test_against_the_textbook(self, with_arms):
        """Ratio with SE(ln RR) = sqrt(1/c1 + 1/c0), Wilson rates, Holm over four contrasts."""
        found = reviewed(with_arms(*self.ROWS))
        assert set(found.tables["arms"][0]) == ARMS
        assert set(found.tables["contrasts"][0]) >= CONTRASTS
        p = []
        for row, (arm, _, k) in zip(found.tables["contrasts"], self.ROWS[1:], strict=True):
            half = 1.959964 * np.sqrt(1 / k + 1 / 80)
            assert (row["arm"], row["control"]) == (arm, "none")
            assert row["rate_ratio"] == pytest.approx(k / 80)
            assert (row["low"], row["high"]) == pytest.approx((k / 80 * np.exp(-half), k / 80 * np.exp(half)), rel=1e-5)
            p.append(2 * stats.norm.sf(abs(np.log(k / 80)) / np.sqrt(1 / k + 1 / 80)))
            assert row["p_value"] == pytest.approx(p[-1], rel=1e-6)
        order = np.argsort(p)
        holm = np.minimum(1, np.maximum.accumulate(np.array(p)[order] * [4, 3, 2, 1]))
        assert [found.tables["contrasts"][i]["p_adjusted"] for i in order] == pytest.approx(list(holm))
        wilson = stats.binomtest(80, 2000).proportion_ci(method="wilson")
        first = found.tables["arms"][0]
        assert (first["rate"], first["low"], first["high"]) == pytest.approx((0.04, wilson.low, wilson.high))

    def test_alone_it_would_and_corrected_it_does_not(self, with_arms):
        """One of four looks: p below 0.05 alone, not after Holm. The words say so."""
        found = reviewed(
            with_arms(("none", 2000, 80), ("a", 2000, 109), ("b", 2000, 84), ("c", 2000, 79), ("d", 2000, 81))
        )
        row = found.tables["contrasts"][0]
        assert row["p_value"] < 0.05 < row["p_adjusted"]
        assert "one of 4 arms and is read every month" in row["conclusion"]
        assert found.verdict.status is Status.TEST_SMALL

    def test_the_control_is_the_first_arm_unless_it_is_named(self, with_arms):
        client = with_arms(*self.ROWS)
        assert {r["control"] for r in reviewed(client).tables["contrasts"]} == {"none"}
        assert {r["control"] for r in reviewed(client, control_arm="cash").tables["contrasts"]} == {"cash"}
        with pytest.raises(ValueError, match="control_arm = 'nobody' is no arm; there are none, note"):
            reviewed(client, control_arm="nobody")

    def test_without_referrals_it_is_still_read_out(self, with_arms):
        found = reviewed(with_arms(*self.ROWS, without=("referrals", "customers", "goals")))
        assert len(found.tables["contrasts"]) == 4
        assert not found.estimates["flagged_share"].defined
        assert found.verdict.status is Status.GO

    def test_chance_to_be_better_is_the_share_of_draws_in_which_it_is(self, with_arms):
        row = reviewed(with_arms(("none", 500, 20), ("gift", 500, 30))).tables["chances"][0]
        rng = np.random.default_rng(1)
        a, b = rng.beta(21, 481, 400_000), rng.beta(31, 471, 400_000)
        assert row["chance_better"] == pytest.approx((b > a).mean(), abs=0.003)
        assert row["lost_if_chosen_and_worse"] == pytest.approx(np.maximum(a - b, 0).mean(), rel=0.03)


class TestVerdictFollowsTheData:
    def test_an_effect_and_no_goals(self, with_arms):
        found = reviewed(with_arms(("none", 1000, 40), ("gift", 1000, 90), without=("goals",)))
        assert found.verdict.status is Status.GO
        assert any("hold-out" in a.what for a in found.actions)

    def test_the_same_counts_without_a_draw_by_lot(self, with_arms):
        client = with_arms(("none", 1000, 40), ("gift", 1000, 90), without=("goals",))
        found = reviewed(client, randomised=False)
        assert found.verdict.status is Status.TEST_SMALL
        assert "not assigned at random" in found.verdict.reason

    def test_no_difference_tests_on(self, with_arms):
        found = reviewed(with_arms(("none", 300, 12), ("gift", 300, 15), without=("goals",)))
        assert found.verdict.status is Status.TEST_SMALL

    def test_offers_that_do_harm_stop(self, with_arms):
        found = reviewed(with_arms(("none", 1000, 90), ("gift", 1000, 40), ("cash", 1000, 30), without=("goals",)))
        assert found.verdict.status is Status.STOP
        one_is_not = reviewed(with_arms(("none", 1000, 90), ("gift", 1000, 40), ("cash", 1000, 95), without=("goals",)))
        assert one_is_not.verdict.status is Status.TEST_SMALL

    def test_a_goal_that_is_behind_holds_it_back(self, simulated):
        def edit(tables):
            goals = tables["goals"].assign(target=tables["goals"]["target"] * 20)
            return {"arms": arms_of(("none", 1000, 40), ("gift", 1000, 90)), "goals": goals}

        found = reviewed(simulated(customers=200, fraud=False, edit=edit))
        assert found.verdict.status is Status.TEST_SMALL
        assert "Behind" in found.verdict.reason

    def test_fraud_stops_whatever_the_experiment_says(self, simulated):
        def selves(tables):
            rows = tables["referrals"]
            return {
                "referrals": rows.assign(friend_id=rows["referrer_id"]),
                "arms": arms_of(("none", 1000, 40), ("gift", 1000, 90)),
            }

        found = reviewed(simulated(customers=300, edit=selves))
        assert found.verdict.status is Status.STOP
        assert found.estimates["flagged_share"].value == 1

    def test_neither_goal_nor_experiment(self, simulated):
        found = reviewed(simulated("services"))
        assert found.verdict.status is Status.NOT_ENOUGH_DATA
        assert (found.tables["arms"], found.tables["contrasts"]) == ([], [])


class TestOddArms:
    def test_an_arm_without_users_and_one_without_events(self, with_arms):
        found = reviewed(with_arms(("none", 800, 40), ("nobody", 0, 0), ("silent", 900, 0)))
        rows = {r["arm"]: r for r in found.tables["contrasts"]}
        assert rows["nobody"]["p_value"] is None
        assert "cannot be compared" in rows["nobody"]["conclusion"]
        assert rows["silent"]["p_adjusted"] < 0.001
        assert rows["silent"]["rate_ratio"] is None
        assert found.tables["arms"][1]["rate"] is None

    def test_one_arm_alone_is_no_experiment(self, with_arms):
        found = reviewed(with_arms(("all", 800, 40)))
        assert len(found.tables["arms"]) == 1
        assert found.tables["contrasts"] == []

    def test_invites_are_rates_not_shares(self, sample):
        client = sample("brightdesk")
        run = readout.experiment(client, outcome="invites")
        assert {row["conversions"] for row in readout.arm_rows(run)} == set(client.fact("arms")["invites"])
        narrow, wide = (readout.contrasts(run, dispersion=d)[0].rate_ratio for d in (1.0, 2.0))
        assert np.log(wide.high / wide.value) == pytest.approx(np.sqrt(2) * np.log(narrow.high / narrow.value))
        with pytest.raises(ValueError, match="outcome"):
            readout.experiment(client, outcome="clicks")

    def test_from_the_referrals_alone_it_says_what_is_left_out(self, simulated):
        client = simulated(customers=900, without=("arms",))
        run = readout.experiment(client, control_arm="thanks")
        assert run.per == "referral"
        rows = client.fact("referrals")
        marked = rows[rows["arm"].fillna("") != ""]
        assert {a.name: a.users for a in run.arms} == marked["arm"].value_counts().to_dict()
        assert "leaves out how many referred" in readout.describe(readout.contrasts(run), run)

    def test_planned_against_run(self, with_arms):
        run = readout.experiment(with_arms(("none", 300, 12), ("gift", 180, 15)))
        checks = {c.name: c.passed for c in design.design_checks(run, 250, weeks_planned=8, weeks_run=5)}
        assert checks["none_size"] is True
        assert checks["gift_size"] is False
        assert checks["weeks_run"] is False
        assert checks["arms_of_a_size"] is False  # 300 against 180 is no fair draw
        without = {c.name: c.passed for c in design.design_checks(run, None)}
        assert without == {"experiment_planned": False, "arms_of_a_size": False}

    def test_what_it_could_show_has_the_power_that_is_claimed(self, with_arms):
        run = readout.experiment(with_arms(("none", 1000, 50), ("gift", 1000, 60)))
        ratio = design.could_show(run).value
        rng = np.random.default_rng(2)
        none, gift = rng.binomial(1000, 0.05, 20_000), rng.binomial(1000, 0.05 * ratio, 20_000)
        pooled = (none + gift) / 2000
        z = (gift - none) / 1000 / np.sqrt(pooled * (1 - pooled) * 2 / 1000)
        assert (np.abs(z) > 1.96).mean() == pytest.approx(0.80, abs=0.02)


class TestSeededFraud:
    @pytest.mark.parametrize("seed", [1, 2, 3, 12])
    def test_precision_and_recall(self, simulated, seed):
        told = {"seed": seed, "customers": 700}
        client = simulated(**told)
        true = {row["referral_id"]: row["kind"] for row in simulate("subscription", **told).truth["fraud"]}
        found = fraud.flags(client)
        hits = set(found.ids) & set(true)
        assert len(hits) / len(found.ids) >= 0.95
        assert len(hits) / len(true) >= 0.95
        by_kind = found.rows[found.rows["referral_id"].isin(true)]
        assert set(true.values()) <= set(by_kind["flag"])

    def test_the_sample_to_the_row(self, brightdesk, truth, sample):
        """Every seeded fraud and nothing else, beside the conversions that were refunded within the hold."""
        true = {(row["referral_id"], row["kind"]) for row in truth()["fraud"]}
        flagged = {(r["referral_id"], r["flag"]) for r in brightdesk.tables["flagged"]}
        assert {(name, flag) for name, flag in flagged if flag != fraud.REFUNDED} == true
        share = brightdesk.estimates["flagged_share"]
        assert share.value == len({name for name, _ in flagged}) / len(sample("brightdesk").fact("referrals"))
        assert share.low < share.value < share.high

    def test_honest_clients_are_left_alone(self, simulated, sample):
        assert len(fraud.flags(simulated(seed=5, customers=700, fraud=False)).ids) == 0
        assert len(fraud.flags(sample("harlow-partners")).ids) == 0

    def test_with_and_without(self, brightdesk, sample, truth):
        """Without the flagged: the figures of the honest referrals alone."""
        rows = {r["figure"]: r for r in brightdesk.tables["figures"]}
        referrals = sample("brightdesk").fact("referrals")
        honest = referrals[~referrals["referral_id"].isin([f["referral_id"] for f in truth()["fraud"]])]
        year = honest["referred_on"].dt.strftime("%Y-%m").between("2025-10", "2026-09").sum()
        assert rows["referrals a month"]["without_flagged"] == pytest.approx(year / 12)
        assert rows["referrals a month"]["with_flagged"] > rows["referrals a month"]["without_flagged"]
        low, high = (rows["referrals a month"][f"without_flagged_{end}"] for end in ("low", "high"))
        assert low <= truth()["referrals"]["expected_per_month_last_12"] <= high
        qualified = rows["qualified per referral"]
        true = truth()["funnel"]["invited_per_referral"] * truth()["funnel"]["qualified_per_invited"]
        assert abs(qualified["without_flagged"] - true) < abs(qualified["with_flagged"] - true)

    def test_nothing_is_deleted(self, sample):
        client = sample("brightdesk")
        before = client.fact("referrals")
        found = fraud.flags(client)
        odd = found.rows.loc[found.rows["flag"] != fraud.REFUNDED, "referral_id"].nunique()
        assert len(fraud.without(client, found).fact("referrals")) == len(before) - odd
        pd.testing.assert_frame_equal(client.fact("referrals"), before)

    def test_the_funnel_is_made_again_as_the_facts_make_it(self, sample):
        client = sample("brightdesk")
        nothing = fraud.Flags(rows=fraud.flags(client).rows.head(0), rules=pd.DataFrame())
        keys = ["referrer_type", "channel", "month", "arm"]
        made, fact = (
            e.fact("referral_funnel").sort_values(keys, ignore_index=True)
            for e in (fraud.without(client, nothing), client)
        )
        pd.testing.assert_frame_equal(made, fact[list(made.columns)], check_dtype=False)


def flagged_as(client, flag, **limits):
    found = fraud.flags(client, limits=fraud.Limits(**limits) if limits else None)
    return set(found.rows.loc[found.rows["flag"] == flag, "referral_id"]), found


class TestFlagsByHand:
    def test_ids_are_compared_without_blanks_and_with_case(self, with_referrals):
        """A friend's id that no customer has in this case is that of the customer who differs by case alone."""
        rows = [("B0001", " B0001 "), ("B0001", "b0001"), ("Ann@x.org", "ann@X.org")]
        client = with_referrals([{"referrer_id": a, "friend_id": b, "referred_on": "2026-05-01"} for a, b in rows])
        assert flagged_as(client, "self_referral")[0] == {"T000", "T001", "T002"}

    def test_customers_whose_ids_differ_by_case_are_two(self, with_referrals):
        rewarded = {"converted_on": "2026-05-02", "rewarded_on": "2026-05-03", "reward": 50.0}
        client = with_referrals(
            [{"referrer_id": "B0001", "friend_id": "b0002", "referred_on": "2026-05-01"} | rewarded]
        )
        profile = client.fact("customer_profile")
        twin = profile.head(1).assign(customer_id=profile["customer_id"].iloc[0].lower())
        both = client.with_facts(customer_profile=pd.concat([profile, twin], ignore_index=True))
        assert fraud.flags(both).rows.empty

    def test_a_full_refund_within_the_hold_undoes_the_conversion_and_names_the_reward(self, with_referrals):
        done = {"referred_on": "2026-03-01", "converted_on": "2026-04-01", "rewarded_on": "2026-04-02", "reward": 50.0}
        friends = [{"referrer_id": "B0001", "friend_id": f"F{i}"} | done for i in range(4)]
        refunds = pd.DataFrame(
            {
                "customer_id": ["F0", "F1", "F2"],
                "refunded_on": pd.to_datetime(["2026-04-16", "2026-06-01", "2026-04-16"]),
                "refunded": [100.0, 100.0, 20.0],
                "paid": [100.0, 100.0, 100.0],
            }
        )
        client = with_referrals(friends).with_facts(refunds=refunds)
        found = fraud.flags(client)
        assert set(found.rows.loc[found.rows["flag"] == fraud.REFUNDED, "referral_id"]) == {"T000"}
        kept = fraud.valid(client).fact("referrals")
        assert (len(kept), kept["converted_on"].notna().sum()) == (4, 3)
        assert rewards.claw_back(client, found)["reward"].tolist() == [50.0]

    def test_a_friend_named_twice_counts_once_for_the_first(self, with_referrals):
        rows = [("B0001", "2026-05-01"), ("B0002", "2026-05-03")]
        client = with_referrals([{"referrer_id": a, "friend_id": "F1", "referred_on": day} for a, day in rows])
        assert fraud.valid(client).fact("referrals")["referrer_id"].tolist() == ["B0001"]

    def test_a_mailbox_behind_another_address(self, with_referrals):
        rows = [
            ("ann@x.com", "Ann+new@x.com"),
            ("ann@x.com", "bob@x.com"),
            ("eve@y.com", "bob+2@x.com"),
            ("eve@y.com", "cy@x.com"),
        ]
        client = with_referrals(
            [{"referrer_id": a, "friend_id": b, "referred_on": f"2026-05-0{i + 1}"} for i, (a, b) in enumerate(rows)]
        )
        assert flagged_as(client, "shared_contact")[0] == {"T000", "T002"}

    def test_without_addresses_it_says_that_it_could_not_look(self, sample):
        rules = fraud.flags(sample("brightdesk")).rules.set_index("flag")
        assert not rules.at["shared contact", "looked_for"]
        assert rules.at["loop", "looked_for"]

    def test_a_chain_is_no_loop(self, with_referrals):
        chain = [("a", "b"), ("b", "c"), ("c", "d"), ("x", "y"), ("y", "z"), ("z", "x"), ("x", "q")]
        client = with_referrals([{"referrer_id": a, "friend_id": b, "referred_on": "2026-05-01"} for a, b in chain])
        assert flagged_as(client, "loop", burst=9)[0] == {"T003", "T004", "T005"}

    def test_a_burst_is_so_many_within_so_many_days(self, with_referrals):
        days = ["01", "02", "03", "04", "05", "20"]
        client = with_referrals(
            [{"referrer_id": "a", "friend_id": f"f{d}", "referred_on": f"2026-05-{d}"} for d in days]
        )
        assert flagged_as(client, "burst")[0] == set()
        assert flagged_as(client, "burst", burst=5, burst_days=5)[0] == {f"T00{i}" for i in range(5)}

    def test_an_agency_may_send_a_list(self, with_referrals):
        rows = [{"referrer_id": "A1", "friend_id": f"f{i}", "referred_on": "2026-05-01"} for i in range(8)]
        assert len(flagged_as(with_referrals(rows), "burst")[0]) == 8
        assert flagged_as(with_referrals([r | {"referrer_type": "agency"} for r in rows]), "burst")[0] == set()

    def test_the_first_claim_stands(self, with_referrals):
        rows = [("a", "f", "2026-05-09"), ("b", "f", "2026-05-01"), ("a", "g", "2026-05-02")]
        client = with_referrals([{"referrer_id": a, "friend_id": b, "referred_on": d} for a, b, d in rows])
        assert flagged_as(client, "duplicate_friend")[0] == {"T000"}

    @pytest.mark.parametrize(("gone", "flagged"), [(1, 0), (6, 6)])
    def test_friends_who_leave_after_the_reward(self, simulated, gone, flagged):
        """Six friends of one advocate: one who leaves is ordinary churn, six are not."""

        def edit(tables):
            customers = tables["customers"].sort_values("joined_on", ignore_index=True)
            friends = customers.index[
                (customers["joined_on"] > "2025-11-01") & (customers["joined_on"] < "2026-05-01")
            ][:6]
            joined = customers.loc[friends, "joined_on"]
            customers["left_on"] = customers["left_on"].where(~customers.index.isin(friends))
            customers.loc[friends[:gone], "left_on"] = joined[:gone] + pd.Timedelta(days=30)
            rows = pd.DataFrame(
                {
                    "referral_id": [f"T{i}" for i in range(6)],
                    "referrer_id": "B0001",
                    "friend_id": customers.loc[friends, "customer_id"],
                    "referred_on": joined - pd.Timedelta(days=40),
                    "converted_on": joined,
                    "reward": 50.0,
                    "rewarded_on": joined + pd.Timedelta(days=10),
                }
            )
            return {"customers": customers, "referrals": rows}

        found, _ = flagged_as(simulated(customers=300, fraud=False, edit=edit), "dormant_after_reward", burst=9)
        assert len(found) == flagged

    def test_limits_that_mean_nothing_are_refused(self):
        with pytest.raises(ValueError, match="burst"):
            fraud.Limits(burst=1)


class TestRewardsOwed:
    def test_the_sample_owes_what_the_rows_say(self, brightdesk):
        owed, rows = brightdesk.estimates["reward_liability"], brightdesk.tables["owed"]
        total = sum(row["reward"] for row in rows)
        clean = sum(row["reward"] for row in rows if not row["flagged"])
        assert (owed.value, owed.low, owed.high, owed.n) == (total, clean, total, len(rows))
        assert brightdesk.estimates["reward_liability_without_flagged"].value == clean
        assert any(row["flagged"] for row in rows)

    def test_by_hand(self, with_referrals):
        one = {
            "referrer_id": "B0001",
            "friend_id": "f1",
            "referred_on": "2026-05-01",
            "converted_on": "2026-06-01",
            "reward": 30.0,
        }
        rows = [
            one,
            one | {"friend_id": "f2", "reward": 20.0},
            one | {"friend_id": "f3", "rewarded_on": "2026-07-01"},
            one | {"friend_id": "f4", "converted_on": None},
            one | {"friend_id": "f5", "reward": None},
        ]
        client = with_referrals(rows)
        due = rewards.owed(client, pd.Series(["T001"]))
        assert list(due["referral_id"]) == ["T000", "T001"]
        assert list(due["days_waiting"]) == [(pd.Timestamp(client.as_of) - pd.Timestamp("2026-06-01")).days] * 2
        found = rewards.liability(client, due)
        assert (found["reward_liability"].value, found["reward_liability"].low) == (50.0, 30.0)

    def test_without_an_amount_the_offer_is_assumed(self, with_referrals):
        row = {"referrer_id": "B0001", "friend_id": "f", "referred_on": "2026-05-01", "converted_on": "2026-06-01"}
        client = with_referrals([row])
        found = rewards.liability(client, rewards.owed(client, pd.Series(dtype=object)))
        assert found["reward_liability"].basis is Basis.ASSUMED
        assert found["reward_liability"].value == 100.0  # 50 to each side


class TestWhatIsAnEffect:
    def test_incremental_share_is_one_less_one_over_the_ratio(self, with_arms):
        run = readout.experiment(with_arms(("none", 1000, 40), ("gift", 1000, 80)))
        (contrast,) = readout.contrasts(run)
        share = incrementality.incremental(contrast)
        assert share.value == pytest.approx(0.5)
        assert share.low == pytest.approx(1 - 1 / contrast.rate_ratio.low)

    def test_a_control_that_is_an_offer_is_not_called_a_hold_out(self, brightdesk):
        said = {c.name: c for c in brightdesk.checks}["effect_or_difference"]
        assert said.passed is None
        assert "not a hold-out" in said.text

    def test_before_after_is_shown_to_be_broken(self, sample):
        client = sample("brightdesk")
        assert "times" in incrementality.before_after(client)
        assert "not an effect" in incrementality.NOT_AN_EFFECT

    def test_the_matched_comparison_holds_the_truth_that_asks_do_nothing(self, simulated):
        """In the simulator nobody refers because of an ask."""
        found = [
            incrementality.matched(simulated(seed=s, customers=1500, fraud=False, referral_rate=0.05))
            for s in (1, 2, 3)
        ]
        assert all(e.defined for e in found)
        assert sum(e.low <= 1 <= e.high for e in found) >= 2

    def test_and_sees_it_where_the_asked_refer_three_times_as_much(self, simulated):
        def edit(tables):
            rows, touched = tables["referrals"], tables["touchpoints"]
            as_of = rows["referred_on"].max()
            asked = touched[(touched["kind"] == "ask") & (touched["on"] <= as_of - pd.Timedelta(days=185))]
            mine = rows[
                rows["referrer_id"].isin(asked["customer_id"]) & (rows["referred_on"] > as_of - pd.Timedelta(days=170))
            ]
            more = [mine.assign(referral_id=mine["referral_id"] + f"x{i}", friend_id=None) for i in range(4)]
            return {"referrals": pd.concat([rows, *more])}

        client = simulated(seed=4, customers=1500, fraud=False, referral_rate=0.06, edit=edit)
        assert incrementality.matched(client).low > 1

    def test_a_staggered_roll_out(self, simulated):
        """From January on the customers of London refer three times as much; elsewhere it comes later."""

        def edit(tables):
            rows, customers = tables["referrals"], tables["customers"]
            london = set(customers.loc[customers["region"] == "London", "customer_id"])
            since = rows["referrer_id"].isin(london) & (rows["referred_on"] >= "2026-01-01")
            more = [
                rows[since].assign(referral_id=rows[since]["referral_id"] + f"x{i}", friend_id=None) for i in range(2)
            ]
            return {"referrals": pd.concat([rows, *more])}

        plan, told = ["London=2026-01"], {"seed": 2, "customers": 2000, "fraud": False, "referral_rate": 0.05}
        changed = incrementality.staggered(simulated(edit=edit, **told), plan)
        assert changed.low <= 3 <= changed.high
        assert changed.low > 1
        same = incrementality.staggered(simulated(**told), plan)
        assert same.low <= 1 <= same.high

    def test_where_all_started_at_once_there_is_no_control(self, sample):
        everywhere = [f"{r}=2026-01" for r in ("London", "South", "Midlands", "North", "Scotland")]
        assert not incrementality.staggered(sample("brightdesk"), everywhere).defined

    @pytest.mark.parametrize("text", ["London", "London=soon", "=2026-01", "Paris=2026-01"])
    def test_a_roll_out_that_cannot_be_read_is_refused(self, sample, text):
        with pytest.raises(ValueError, match="rollout"):
            incrementality.staggered(sample("brightdesk"), [text])


class TestDecay:
    def test_by_hand(self, with_referrals):
        """Two advocates, watched 12 months of 30.4375 days: 3 further referrals in the first six, 1 after."""
        start = pd.Timestamp("2025-09-30")
        days = {"P1": (0, 30, 60), "P2": (0, 100, 250)}
        rows = [
            {"referrer_id": who, "friend_id": f"{who}{d}", "referred_on": start + pd.Timedelta(days=d)}
            for who, when in days.items()
            for d in when
        ]
        client = with_referrals(rows)
        people = decay.advocates(client)
        assert people["watched"].tolist() == pytest.approx([365 / 30.4375] * 2)
        assert decay.rate(people, 0, 6).value == pytest.approx(3 / 12)
        assert decay.rate(people, 6, 1200).value == pytest.approx(1 / (2 * (365 / 30.4375 - 6)))

    def test_steady_advocates_do_not_fade(self, with_referrals):
        rng = np.random.default_rng(3)
        rows = [
            {"referrer_id": f"P{a}", "friend_id": f"P{a}f{i}", "referred_on": FIRST + pd.Timedelta(days=int(d))}
            for a in range(60)
            for i, d in enumerate(np.sort(rng.integers(0, 638, 12)))
        ]
        steady = decay.decay(with_referrals(rows))
        assert steady.low <= 1 <= steady.high
        fading = [r for r in rows if r["referred_on"] < pd.Timestamp("2025-10-01")]
        assert decay.decay(with_referrals(fading)).high < 1


class TestSinceTheLastRun:
    @pytest.fixture
    def runs(self, simulated, tmp_path):
        from referral_playbook.steps import referral_sources

        client = simulated(customers=300, seed=9)
        now = referral_sources.build_result(referral_sources.find(client))
        record(now, client.results_dir)
        share = now.estimates["unknown_source_share"]
        moved = {"unknown_source_share": share.as_(value=share.value + 0.5, low=share.low + 0.5, high=share.high + 0.5)}
        kept = replace(now, estimates={**now.estimates, **moved})
        record(kept, tmp_path / "before" / "results")
        return client, str(tmp_path / "before")

    def test_number_by_number(self, runs):
        client, folder = runs
        rows = previous.changes(client, previous.previous_run(folder))
        (row,) = rows.to_dict("records")
        assert (row["step"], row["number"], row["reading"]) == (
            "referral_sources",
            "unknown_source_share",
            previous.CHANGED,
        )
        assert row["change"] == pytest.approx(-0.5 / row["before"].value)
        found = reviewed(client, previous=folder)
        assert {c.name: c.passed for c in found.checks}["as_in_the_last_run"] is False

    def test_the_same_run_has_no_changes(self, runs):
        client, _ = runs
        rows = previous.changes(client, previous.previous_run(str(client.results_dir)))
        assert rows.empty

    def test_a_folder_without_results_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="previous_results"):
            previous.previous_run(str(tmp_path))

    def test_a_goal_of_the_last_run_is_held_against_what_came(self, sample):
        client = sample("brightdesk")
        goal = assumed(40, 30, 50, unit="referrals", per="month", source="x")
        old = reviewed(client)
        old = replace(
            old, step="goal_setting", as_of=pd.Timestamp("2026-03-31").date(), estimates={"programme_goal": goal}
        )
        check = previous.last_goal(client, {"goal_setting": old})
        assert check.passed is False
        assert "6 months since" in check.text
        near = replace(old, estimates={"programme_goal": goal.as_(value=14, low=8, high=20)})
        assert previous.last_goal(client, {"goal_setting": near}).passed is True

    def test_ranges_that_overlap_are_no_news(self):
        told = {"unit": "share", "per": "lead", "source": "x"}
        one, two = assumed(0.10, 0.05, 0.15, **told), assumed(0.14, 0.09, 0.20, **told)
        assert previous.reading(one, two) == previous.WITHIN
        assert "not the same quantity" in previous.reading(one, two.as_(per="customer"))
        assert previous.reading(one, two.as_(basis=Basis.MEASURED)) == "assumed before, measured now"


class TestSampleExperiment:
    def test_the_ranges_hold_the_true_shares(self, brightdesk, truth):
        true = truth()["experiment"]["arms"]
        for row in brightdesk.tables["arms"]:
            assert row["low"] <= true[row["arm"]]["share_who_refer"] <= row["high"]

    def test_the_sample_names_its_control_in_client_toml(self, sample):
        parameters = sample("brightdesk").parameters_of("programme_review")
        assert parameters.text("control_arm") == next(iter(SubscriptionWorld().arms))

    def test_handed_over_and_read_again(self, brightdesk, tmp_path):
        record(brightdesk, tmp_path)
        again = load("programme_review", tmp_path)
        assert set(again.tables["arms"][0]) == ARMS
        assert set(again.tables["contrasts"][0]) >= CONTRASTS
        text = (tmp_path / "programme_review.json").read_text()
        assert json.loads(text)["estimates"]["flagged_share"]["per"] == "referral"


class TestReadEveryMonth:
    def test_the_conclusion_uses_the_range_that_holds_at_every_look(self, with_arms):
        """p = 0.03 for one look alone; read every month it shows nothing yet."""
        found = reviewed(with_arms(("none", 2000, 80), ("gift", 2000, 109)), planned_users=4000)
        (row,) = found.tables["contrasts"]
        assert row["p_value"] < 0.05 < row["valid_p"]
        assert row["valid_low"] < row["low"] < row["high"] < row["valid_high"]
        assert row["share_of_plan"] == pytest.approx(0.5)
        assert "does not show a difference" in row["conclusion"]
        assert "read every month" in row["conclusion"]

    def test_a_test_without_hope_is_called_futile(self, with_arms):
        client = with_arms(("none", 3000, 130), ("gift", 3000, 110))
        readings = step.find(client, Parameters.of("programme_review", planned_users=3300)).readings
        assert readings[0].valid.futile
        assert "futile for gift" in looks.describe_progress(readings)


class TestForecasts:
    def _sets(self, client, **changes):
        ahead = {
            "name": "referrals_1",
            "what": "referrals in the next month",
            "made_on": date(2026, 7, 31),
            "due_on": date(2026, 8, 31),
            "horizon": 1,
            "kind": "range",
            "value": 5.0,
            "low": 0.0,
            "high": 1e6,
            "confidence": 0.8,
            "unit": "referrals",
            "basis": "measured",
        }
        folder = client.results_dir.parent / "earlier"
        folder.mkdir(exist_ok=True)
        made = Forecast(**ahead | changes)
        write_sealed(folder, [SealedSet(as_of=made.made_on, made_from="x", forecasts=(made,))])
        return folder

    def test_what_has_ripened_is_scored_from_the_tables(self, simulated):
        client = simulated(customers=200)
        found = reviewed(client, previous_results=None)
        assert found.tables["forecasts"] == []
        made = {row["name"] for row in found.tables["forecasts_made"]}
        assert {"referrals_1", "referrals_3", "conversions_3"} <= made
        record = score_forecasts(read_sealed(self._sets(client)), fraud.valid(client))
        months = fraud.valid(client).fact("referrals")["referred_on"].dt.strftime("%Y-%m")
        assert record.rows["outcome"].tolist() == [(months == "2026-08").sum()]
        assert record.words() == "Our 80% ranges held 1 of 1 time."

    def test_what_is_not_due_waits_and_later_sets_are_left_alone(self, simulated):
        client = simulated(customers=200)
        late = score_forecasts(read_sealed(self._sets(client, due_on=date(2026, 10, 31))), client)
        assert (late.waiting, len(late.rows)) == (1, 0)
        after = score_forecasts(read_sealed(self._sets(client, made_on=date(2026, 9, 30))), client)
        assert (after.waiting, len(after.rows)) == (0, 0)


def test_goals_are_behind_where_every_referral_is_flagged(with_referrals):
    """Without the flagged referrals each month brought none, which is known and may be behind its goal."""
    rows = [{"referrer_id": "B0001", "friend_id": "B0001", "referred_on": f"2026-09-{d:02d}"} for d in range(1, 20)]
    goals = pd.DataFrame({"month": ["2026-09"], "metric": ["referrals"], "target": [14.0], "owner": ["Ann"]})
    found = reviewed(with_referrals(rows).with_facts(goals=goals))
    assert found.tables["goals"][0]["without_flagged"] == 0
    (row,) = found.tables["goals"]
    assert row["reading_without_flagged"] == ("behind" if row["low"] > 0 else "within the band")
    assert "nan" not in " ".join(c.text for c in found.checks)


class TestWorksWithLess:
    @pytest.mark.parametrize("table", EVERY_TABLE)
    def test_any_table_may_be_missing(self, simulated, table):
        found = reviewed(simulated(customers=250, without=(table,)))
        assert {"flagged_share", "reward_liability"} <= set(found.estimates)
        assert {"arms", "contrasts"} <= set(found.tables)
        assert found.headline

    @pytest.mark.parametrize("name", ["harlow-partners", "cupboard"])
    def test_the_other_samples(self, sample, name):
        assert reviewed(sample(name)).verdict.status is Status.NOT_ENOUGH_DATA

    @pytest.mark.parametrize("name", ["telco", "olist"])
    def test_real_exports(self, real_client, name):
        found = reviewed(real_client(name))
        assert found.verdict.status is Status.NOT_ENOUGH_DATA
        assert found.estimates["flagged_share"].reason
