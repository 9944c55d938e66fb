"""Step 03: ease, the funnel with its denominators, K and where it ends, who advocates, give and take, make or buy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.benchmarks.registry import benchmark
from referral_playbook.contract.evidence import Basis, Check, Status, assumed
from referral_playbook.contract.handover import load, record
from referral_playbook.contract.parameters import Parameters
from referral_playbook.domain.baseline import baseline
from referral_playbook.methods.proportions import proportion
from referral_playbook.steps.social_currency import step as social_currency
from referral_playbook.steps.social_currency.make_or_buy import MakeOrBuy
from referral_playbook.steps.social_currency.sharing import Funnel
from referral_playbook.steps.social_currency.verdict import describe_end, describe_naive_k, verdict, where_it_ends
from referral_playbook.steps.social_currency.word_of_mouth import WordOfMouth, so_far

REQUIRED = ("invites_per_customer", "conversion_per_invite", "k_factor", "cascade_size", "top_decile_share")
TABLES = (
    "customers", "payments", "surveys", "referrals", "leads", "touchpoints", "arms", "costs", "rewards", "exchanges",
    "friction", "effort", "goals",
)  # fmt: skip


def finding(client, **stated_values):
    return social_currency.find(client, Parameters.of("social_currency", **stated_values))


def concluded(client, **stated_values):
    return social_currency.build_result(finding(client, **stated_values))


def make_or_buy(client, **options):
    return social_currency.make_or_buy(client, referrals=baseline(client), **options)


def holds(estimate, true):
    return estimate.low <= true <= estimate.high


def stated(value, low=None, high=None, *, unit="x", basis=Basis.MEASURED):
    limits = (value if low is None else low, value if high is None else high)
    return assumed(value, *limits, unit=unit, per="x", source="test").as_(basis=basis)


def word(k, *, dispersion=None, low=None, high=None):
    return WordOfMouth(invites=stated(1.0), conversion=stated(k, low, high), dispersion=dispersion)


@pytest.fixture(scope="module")
def brightdesk(sample):
    return concluded(sample("brightdesk"))


@pytest.fixture(scope="module")
def made(simulated):
    """``made(tables)``: a small client who has these tables only."""

    def _made(**tables):
        kept = {"customers", *tables}
        return simulated(
            seed=5, customers=80, fraud=False, without=tuple(t for t in TABLES if t not in kept), edit=lambda _: tables
        )

    return _made


@pytest.fixture(scope="module")
def ids(simulated):
    profile = simulated(seed=5, customers=80, fraud=False).fact("customer_profile")
    here = profile[~profile["left"].astype(bool) & (profile["tenure_months"] > 12)]
    return here["customer_id"].tolist()[:10]


def referral_rows(rows):
    """(referrer, referred, invited, qualified, converted), all of them with a day or None."""
    columns = ["referrer_id", "referred_on", "invited_on", "qualified_on", "converted_on"]
    frame = pd.DataFrame(rows, columns=columns)
    for column in columns[1:]:
        frame[column] = pd.to_datetime(frame[column])
    return frame.assign(referral_id=[f"T{i}" for i in range(len(frame))], referrer_type="customer")


SENT = (
    ("2026-01-05", "2026-01-06", "2026-01-20", "2026-03-01"),
    ("2026-01-08", "2026-01-09", "2026-01-25", None),
    ("2026-02-01", "2026-02-02", None, None),
    ("2026-02-03", None, None, None),
)
"""Referred, invited, qualified, converted."""
TOUCHED = (("kind_act", "phone"), ("ask", "email"), ("ask", "email"))


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
        rates, true = social_currency.share_funnel(sample("brightdesk")).rates, truth("brightdesk")["funnel"]
        assert holds(rates["qualified"], true["qualified_per_invited"])
        assert holds(rates["converted"], true["converted_per_qualified"])

    def test_promoters_refer_more_often_than_detractors(self, sample):
        rows = social_currency.groups(sample("brightdesk")).set_index("group")["referred"]
        assert rows["promoter"].low > rows["detractor"].value

    def test_required_names(self, brightdesk):
        assert set(REQUIRED) <= set(brightdesk.estimates)


class TestEase:
    def test_friction_adds_up_and_names_the_hardest(self, made):
        walk = pd.DataFrame({"step": ["open", "fill", "send"], "fields": [0, 4, 1], "seconds": [30.0, 20.0, 5.0]})
        client = made(friction=walk)
        rows = social_currency.audit(client)
        assert rows["friction"].tolist() == [30.0, 40.0, 10.0]
        assert rows.loc[1, "note"] == "the hardest step: change this first"
        found = social_currency.ease(client)
        assert [e.value for e in found.values()] == [3.0, 5.0, 55.0]
        assert social_currency.easy(client, seconds=55).passed is True
        assert social_currency.easy(client, seconds=54).passed is False

    def test_nobody_walked(self, sample):
        assert social_currency.audit(sample("cupboard")).empty
        assert social_currency.easy(sample("cupboard")).passed is None


class TestFunnel:
    def test_counts_and_denominators_by_hand(self, made, ids):
        referred = referral_rows([(ids[0], *SENT[0]), (ids[0], *SENT[1]), (ids[1], *SENT[2]), (ids[2], *SENT[3])])
        asked = pd.DataFrame([{"customer_id": i, "on": pd.Timestamp("2026-01-02"), "kind": "ask"} for i in ids[1:5]])
        found = social_currency.share_funnel(made(referrals=referred, touchpoints=asked))
        customers = found.stages["customers"]
        assert found.stages == {
            "customers": customers, "aware": 5, "sharing": 2, "invites": 3, "qualified": 2, "converted": 1
        }, "the one that was never sent is no invite, and who was never asked but shared is aware"  # fmt: skip
        per = {name: e.per for name, e in found.rates.items()}
        assert per == {"aware": "customer", "sharing": "aware customer", "invites": "sharing customer",
                       "qualified": "invite", "converted": "qualified referral"}  # fmt: skip
        assert found.rates["sharing"].value == pytest.approx(2 / 5)
        assert found.rates["invites"].value == pytest.approx(3 / 2)
        assert "enrolled" in found.unknown

    def test_what_had_no_time_yet_does_not_count_as_failed(self, made, ids):
        old = [(ids[0], *SENT[0])] * 4
        new = [(ids[1], "2026-09-28", "2026-09-29", None, None)] * 20
        found = social_currency.word_of_mouth(made(referrals=referral_rows(old + new))).conversion
        assert (found.value, found.n) == (1.0, 4)

    def test_enrolled_is_stated_and_must_fit(self, sample):
        client = sample("brightdesk")
        found = social_currency.share_funnel(client, enrolled=300)
        assert list(found.stages)[1:4] == ["aware", "enrolled", "sharing"]
        assert found.rates["sharing"].per == "enrolled customer"
        with pytest.raises(ValueError, match="enrolled = 3"):
            social_currency.share_funnel(client, enrolled=3)

    def test_the_steepest_drop_is_the_smallest_share_and_never_the_count_of_invites(self):
        rates = {
            "sharing": stated(0.4, unit="share"),
            "invites": stated(0.1, unit="invites"),
            "converted": stated(0.2, unit="share"),
        }
        found = Funnel(stages={}, rates=rates, unknown={})
        assert found.steepest == "converted"
        assert found.words.startswith("The steepest drop is into 'converted': 20%")

    def test_without_an_invite_date_the_referral_is_the_invite(self, sample):
        client = sample("harlow-partners")
        rows = client.fact("referrals")
        assert rows["invited_on"].isna().all()
        mine = rows[(rows["referrer_type"] == "customer")]
        assert social_currency.share_funnel(client).stages["invites"] == len(mine)


class TestK:
    @given(st.floats(0.0, 0.95), st.integers(1, 500))
    def test_seeds_end_at_n_over_one_minus_k(self, k, seeds):
        assert word(k).end(seeds).value == pytest.approx(seeds / (1 - k))

    def test_a_hundred_at_0_6_end_at_250_not_thousands(self):
        assert word(0.6).end(100).value == pytest.approx(250.0)
        assert "250" in describe_end(word(0.6))

    @pytest.mark.parametrize("dispersion", [None, 0.3])
    def test_the_band_holds_four_simulated_cascades_in_five(self, dispersion):
        random, totals = np.random.default_rng(2), []
        for _ in range(3000):
            alive, total = 20, 20
            while alive:
                mean = 0.5 * alive if dispersion is None else random.gamma(dispersion * alive, 0.5 / dispersion)
                alive = int(random.poisson(mean))
                total += alive
            totals.append(total)
        band = word(0.5, dispersion=dispersion).outcomes(20)
        inside = np.mean([(band.low <= t <= band.high) for t in totals])
        assert inside == pytest.approx(0.80, abs=0.04)

    def test_a_heavy_tail_spreads_more(self):
        even, heavy = word(0.5).outcomes(100), word(0.5, dispersion=0.1).outcomes(100)
        assert heavy.high - heavy.low > even.high - even.low

    def test_at_one_it_has_no_end_to_state(self):
        found = word(1.2)
        assert found.cascade.value is None
        assert found.end().value is None
        assert "cannot say" in describe_end(found)

    def test_a_range_that_reaches_one_is_open_above(self):
        found = word(0.8, low=0.6, high=1.1).cascade
        assert found.value == pytest.approx(5.0)
        assert found.high is None

    def test_the_naive_one_mixes_denominators_and_is_higher(self, sample):
        client = sample("brightdesk")
        text = describe_naive_k(finding(client))
        assert float(text.rstrip(".").split()[-1]) > 5 * social_currency.word_of_mouth(client).k.value

    def test_more_invites_more_friends(self, sample):
        rows = where_it_ends(social_currency.word_of_mouth(sample("brightdesk")))
        ks = [row["k"].value for row in rows]
        assert ks == sorted(ks)
        assert ks[2] == pytest.approx(2 * ks[1])

    def test_counts_stand_in_for_invites(self, simulated):
        def counted(tables):
            return {"customers": tables["customers"].assign(referrals_made=lambda c: np.arange(len(c)) % 4)}

        client = simulated(seed=5, customers=80, fraud=False, without=("referrals", "leads"), edit=counted)
        found = social_currency.word_of_mouth(client)
        assert found.invites.value == pytest.approx(client.fact("customer_profile")["referrals_made"].mean())
        assert found.conversion.value == pytest.approx(0.05)
        assert found.k.basis is Basis.ASSUMED

    def test_stated_factors_are_taken_and_said_to_be_stated(self, sample):
        found = social_currency.word_of_mouth(sample("cupboard"), invites=2.0, conversion=0.05)
        assert found.k.value == pytest.approx(0.1)
        assert found.k.basis is Basis.ASSUMED

    def test_it_is_k_so_far(self, sample):
        months = sample("brightdesk").fact("customer_profile")["tenure_months"].mean()
        assert f"{months:.0f} months on average" in so_far(sample("brightdesk")).text

    def test_a_goal_on_it_is_refused_with_the_reason(self, sample):
        client = sample("brightdesk")
        check = next(c for c in concluded(client, k_goal=1.1).checks if c.name == "no_goal_on_k")
        assert check.passed is False
        assert "K = 1.1 is refused" in check.text
        assert "side effect" in check.text
        assert next(c for c in concluded(client).checks if c.name == "no_goal_on_k").passed

    def test_the_cycle_is_the_median_with_exact_limits(self, sample):
        client = sample("harlow-partners")
        rows = client.fact("referrals").query("referrer_type == 'customer'")["days_to_converted"].dropna()
        found = social_currency.cycle_days(client)
        assert found.value == rows.median()
        assert {found.low, found.high} <= set(rows)
        assert not social_currency.cycle_days(sample("cupboard")).defined


class TestWhoAdvocates:
    def test_the_top_tenth_by_hand(self, made, ids):
        one = ("2026-01-05", "2026-01-06", None, None)
        rows = [(ids[0], *one)] * 11 + [(i, *one) for i in ids[1:10]]
        found = social_currency.top_decile_share(made(referrals=referral_rows(rows)))
        assert found.value == pytest.approx(11 / 20)

    def test_a_benchmark_where_nobody_counts(self, sample):
        found = social_currency.top_decile_share(sample("cupboard"))
        assert found == benchmark("top_decile_share")
        assert found.basis is Basis.BENCHMARK

    def test_whom_to_recruit(self, sample):
        client = sample("brightdesk")
        rows = social_currency.recruits(client)
        profile = client.fact("customer_profile").set_index("customer_id").loc[rows["customer_id"]]
        assert len(rows) > 0
        assert (profile["tenure_months"] >= 6).all()
        assert not profile["left"].any()
        assert not profile["open_complaint"].any()
        assert not (profile["nps"] <= 6).any()
        assert (profile["referrals_made"] == 0).all()
        assert rows["nps"].iloc[0] >= 9

    def test_groups_hold_every_active_customer_once(self, sample):
        client = sample("brightdesk")
        active = (~client.fact("customer_profile")["left"].astype(bool)).sum()
        assert set(social_currency.groups(client).groupby("by")["customers"].sum()) == {active}


class TestGiveAndTake:
    def test_who_was_asked_for_more_than_given(self, made, ids):
        on = {"on": pd.Timestamp("2026-03-01")}
        touched = [{"customer_id": ids[0], "kind": k, "channel": c, **on} for k, c in TOUCHED]
        touched += [{"customer_id": ids[1], "kind": k, "channel": "event", **on} for k in ("delight", "review", "ask")]
        touched += [{"customer_id": ids[2], "kind": "delight", "channel": "event", **on}]
        client = made(touchpoints=pd.DataFrame(touched))
        ledger = social_currency.ledger(client).set_index("customer_id")
        assert ledger.loc[ids[:3], "balance"].tolist() == [-1, 1, 1]
        assert ledger.loc[ids[:3], "ask"].tolist() == ["no: give first", "yes", "yes"]
        assert social_currency.asked_more_than_given(client).value == 0.5
        ways = social_currency.ways(client).set_index("way")
        assert ways.loc["one-to-one", ["given", "asked"]].tolist() == [1, 2]
        assert ways.loc["one-to-many", ["given", "asked"]].tolist() == [2, 1]
        assert ways.loc["general", ["given", "asked"]].tolist() == [1, 0]

    def test_they_are_in_the_result_and_somebody_is_to_give(self, brightdesk, sample):
        ledger = social_currency.ledger(sample("brightdesk"))
        assert len(brightdesk.tables["do_not_ask"]) == (ledger["balance"] < 0).sum() > 0
        assert any(a.what.startswith("Give something") for a in brightdesk.actions)

    def test_without_touchpoints_nobody_knows(self, sample):
        assert not social_currency.asked_more_than_given(sample("cupboard")).defined
        assert social_currency.ledger(sample("cupboard")).empty


class TestMakeOrBuy:
    def choice(self, hours=10.0, *, bought=False, price=100.0):
        money = {"unit": "GBP"}
        return MakeOrBuy(
            hours=stated(hours), saved=stated(0.5), rate=stated(40.0), software=stated(price, **money),
            referrals=stated(8.0), bought=bought,
        )  # fmt: skip

    def test_by_hand(self):
        assert self.choice().net.value == pytest.approx(10 * 0.5 * 40 - 100)
        assert self.choice().volume.value == pytest.approx(8 * 100 / 200)
        assert self.choice(bought=True).net.value == pytest.approx(10 / 0.5 * 0.5 * 40 - 100)

    def test_the_decision_follows_the_hours(self):
        assert self.choice(hours=10).words.endswith("buy it.")
        assert self.choice(hours=1).words.endswith("run it by hand.")
        unsure = replace(self.choice(), hours=stated(5.0, 1.0, 12.0))
        assert "too close to call" in unsure.words
        assert self.choice(hours=10, bought=True).words.endswith("keep it.")

    def test_hours_and_price_from_the_cost_sheet(self, sample):
        client = sample("brightdesk")
        found = make_or_buy(client)
        sheet = client.fact("costs").query("item != 'set-up'")
        assert found.hours.value == pytest.approx(sheet.groupby("month")["hours"].sum().mean())
        assert (found.software.value, found.bought) == (49.0, True)
        assert make_or_buy(client, software_per_month=80.0).software.value == 80.0

    def test_without_a_cost_sheet_it_is_assumed(self, sample):
        found = make_or_buy(sample("cupboard"))
        assert found.net.basis is Basis.ASSUMED
        assert not found.volume.defined


class TestVerdict:
    def judged(self, *, easy=True, sharing=(200, 400), customers=1000, conversion=Basis.MEASURED):
        share, aware = sharing
        rate = proportion(share, aware, per="aware customer", source="test")
        shown = Funnel(
            stages={"customers": customers, "aware": aware, "sharing": share}, rates={"sharing": rate}, unknown={}
        )
        found = WordOfMouth(invites=stated(1.0), conversion=stated(0.1, basis=conversion))
        return verdict(Check(name="sharing_is_easy", passed=easy, text="it takes a while"), shown, found).status

    def test_it_follows_the_data(self):
        assert self.judged() is Status.GO
        assert self.judged(easy=False) is Status.TEST_SMALL
        assert self.judged(easy=None) is Status.TEST_SMALL
        assert self.judged(customers=20_000) is Status.TEST_SMALL
        assert self.judged(sharing=(1, 400)) is Status.STOP
        assert self.judged(conversion=Basis.ASSUMED) is Status.TEST_SMALL

    def test_nothing_known(self, sample):
        assert concluded(sample("cupboard")).verdict.status is Status.NOT_ENOUGH_DATA

    def test_a_slow_walk_made_quick_lets_the_sample_go(self, simulated, sample):
        assert concluded(sample("brightdesk")).verdict.status is Status.TEST_SMALL
        quick = pd.DataFrame({"step": ["share"], "fields": [1], "seconds": [20.0]})
        found = concluded(simulated(edit=lambda _: {"friction": quick}))
        assert found.verdict.status is Status.GO

    def test_all_were_asked_and_nobody_shares(self, simulated, made):
        """What a partner sends is no customer's referral."""
        everyone = simulated(seed=5, customers=80, fraud=False).fact("customer_profile")["customer_id"]
        asked = pd.DataFrame({"customer_id": everyone, "on": pd.Timestamp("2026-01-02"), "kind": "ask"})
        partner = referral_rows([("P1", *SENT[0])]).assign(referrer_type="intermediary")
        client = made(touchpoints=asked, referrals=partner)
        assert social_currency.share_funnel(client).stages["sharing"] == 0
        assert concluded(client).verdict.status is Status.STOP


class TestHandOver:
    @pytest.mark.parametrize("table", TABLES)
    def test_without_each_table_in_turn(self, simulated, table):
        client = simulated(customers=250, without=(table,))
        result = concluded(client)
        assert set(REQUIRED) <= set(result.estimates)
        record(result, client.results_dir)
        assert load("social_currency", client.results_dir).to_dict() == result.to_dict()

    def test_same_inputs_same_bytes(self, sample, tmp_path):
        client = sample("brightdesk")
        first, second = (record(concluded(client), tmp_path / str(i)).read_bytes() for i in (1, 2))
        assert first == second

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
        assert "state invites_per_customer" in texts["k_factor_defined"]
