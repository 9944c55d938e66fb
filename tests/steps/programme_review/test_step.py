"""Step 09: what the experiment says, what is odd, what is owed, and what may be called an effect."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest
from steps.programme_review.made import ARMS, CONTRASTS, arms_of, reviewed

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.handover import load, record
from referral_playbook.contract.sealed import Forecast, SealedSet, read_sealed, write_sealed
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.domain.forecast_record import score_forecasts
from referral_playbook.domain.programme import fraud
from referral_playbook.domain.programme.valid_referrals import valid
from referral_playbook.simulate import simulate
from referral_playbook.simulate.world import SubscriptionWorld
from tests.steps.shared import EVERY_TABLE


def flagged_as(client, flag, **limits):
    found = fraud.flags(client, limits=fraud.Limits(**limits) if limits else None)
    return set(found.rows.loc[found.rows["flag"] == flag, "referral_id"]), found


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

    def test_a_friend_named_twice_counts_once_for_the_first(self, with_referrals):
        rows = [("B0001", "2026-05-01"), ("B0002", "2026-05-03")]
        client = with_referrals([{"referrer_id": a, "friend_id": "F1", "referred_on": day} for a, day in rows])
        assert valid(client).fact("referrals")["referrer_id"].tolist() == ["B0001"]

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

    @pytest.mark.parametrize("name", ["burst", "burst_days", "dormant_days", "hold_days"])
    def test_limits_are_those_that_were_stated(self, name):
        assert getattr(fraud.Limits.of(Parameters.of("programme_review", **{name: 4})), name) == 4


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
        record = score_forecasts(read_sealed(self._sets(client)), valid(client))
        months = valid(client).fact("referrals")["referred_on"].dt.strftime("%Y-%m")
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
