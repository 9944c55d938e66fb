"""Step 06: lists against the truth row by row, waits against known curves, every rule by who breaks it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_playbook.contract.evidence import Status, assumed
from referral_playbook.contract.handover import record
from referral_playbook.contract.tables import TABLES
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.lists.ask_lists import Lists
from referral_playbook.domain.lists.ask_rules import AskRules
from referral_playbook.facts.engagement import open_engagement
from referral_playbook.run.report.workbook import write_workbook
from referral_playbook.simulate import simulate
from referral_playbook.steps.ask_and_follow_up import contacts, first_referrals, follow_ups, touchpoints
from referral_playbook.steps.ask_and_follow_up import months as ask_months
from referral_playbook.steps.ask_and_follow_up import step as ask_and_follow_up
from referral_playbook.steps.ask_and_follow_up import surveys as survey_incentives
from referral_playbook.steps.ask_and_follow_up import verdict as ask_verdict
from referral_playbook.steps.ask_and_follow_up.first_referrals import Waits
from referral_playbook.steps.ask_and_follow_up.parameters import AskParameters
from referral_playbook.steps.pmf_check import step as pmf_check

AS_OF = date(2026, 9, 30)


def ago(days: int) -> str:
    return (AS_OF - timedelta(days=days)).isoformat()


@pytest.fixture
def by_hand(tmp_path):
    """``by_hand(customers=[...], touchpoints=[...])``: a client written row by row, as of 30 September 2026."""

    def _by_hand(**tables):
        folder = tmp_path / "client"
        folder.mkdir()
        lines = ['name = "By hand"', 'currency = "EUR"', "as_of = 2026-09-30"]
        for name, rows in tables.items():
            pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
            lines += [f"[tables.{name}]", f'file = "{name}.csv"', 'dates = "%Y-%m-%d"']
        (folder / "client.toml").write_text("\n".join(lines), encoding="utf-8")
        return open_engagement(folder, tmp_path / "run" / "results")

    return _by_hand


def concluded(engagement, **options):
    parameters = engagement.parameters_of("ask_and_follow_up").with_(**options)
    return ask_and_follow_up.build_result(ask_and_follow_up.find(engagement, parameters))


# --- whom


def test_ask_list_is_right_row_by_row(sample, truth):
    found = ask_lists.lists(sample()).ask.set_index("customer_id")
    wanted = pd.DataFrame(truth()["ask"]).set_index("customer_id").loc[found.index]
    assert len(found) == len(truth()["ask"]) > 20
    for column in ("nps", "given", "asks"):
        assert (found[column] == wanted[column]).all(), column
    assert np.allclose(found["tenure_months"], wanted["tenure_months"], atol=0.05)
    as_of = pd.Timestamp(sample().as_of)
    assert ((as_of - found["last_given_on"]).dt.days == wanted["days_since_given"]).all()
    asked = (as_of - found["last_asked_on"]).dt.days
    assert asked.fillna(-1).tolist() == wanted["days_since_asked"].fillna(-1).tolist()


def test_close_the_loop_is_right_row_by_row(sample, truth):
    found = ask_lists.lists(sample()).close_the_loop.set_index("customer_id")
    wanted = pd.DataFrame(truth()["close_the_loop"]).set_index("customer_id")
    assert set(found.index) == set(wanted.index)
    wanted = wanted.loc[found.index]
    assert found["nps"].fillna(-1).tolist() == wanted["nps"].fillna(-1).tolist()
    assert found["open_complaint"].astype(bool).tolist() == wanted["open_complaint"].tolist()


def test_each_row_says_why(sample):
    lists = ask_lists.lists(sample())
    assert lists.ask["reason"].str.contains("promoter").all()
    assert lists.ask["reason"].str.contains("no open complaint").all()
    assert set(lists.ask["script"]) <= {"E-mail", "Call", "Review meeting", "In-product"}
    detractors = lists.close_the_loop["nps"] <= 6
    assert (lists.close_the_loop["reason"].str.contains("detractor") == detractors).all()


def test_nobody_is_to_be_called_where_nobody_is_unhappy(by_hand):
    people = [{"customer_id": f"c{n}", "joined_on": ago(400 + n)} for n in range(12)]
    lists = ask_lists.lists(by_hand(customers=people))
    assert len(lists.people) == 12
    assert lists.close_the_loop.empty


CUSTOMERS = [
    {"customer_id": who, "joined_on": joined, "left_on": left}
    for who, joined, left in (
        ("fine", ago(400), ""),
        ("passive", ago(400), ""),
        ("new", ago(180), ""),
        ("old_enough", ago(183), ""),
        ("complains", ago(400), ""),
        ("resolved", ago(400), ""),
        ("given_long_ago", ago(400), ""),
        ("given_in_time", ago(400), ""),
        ("asked_lately", ago(400), ""),
        ("asked_in_time", ago(400), ""),
        ("asked_too_often", ago(400), ""),
        ("left", ago(400), ago(5)),
        ("detractor", ago(400), ""),
        ("never_answered", ago(400), ""),
        ("turned", ago(400), ""),
    )
]
GIVEN = {"given_long_ago": 91, "given_in_time": 90}


def _touch(who, days, kind, resolved=""):
    return {"customer_id": who, "on": ago(days), "kind": kind, "channel": "email", "resolved_on": resolved}


@pytest.fixture
def everyone(by_hand):
    """One customer for each rule, all alike but for what breaks it."""
    touches = [_touch(c["customer_id"], GIVEN.get(c["customer_id"], 20), "kind_act") for c in CUSTOMERS]
    touches += [
        _touch("complains", 30, "complaint"),
        _touch("resolved", 30, "complaint", ago(3)),
        _touch("asked_lately", 90, "ask"),
        _touch("asked_in_time", 91, "ask"),
        _touch("asked_too_often", 200, "ask"),
        _touch("asked_too_often", 300, "ask"),
        _touch("fine", 5, "review"),
    ]
    answers = {c["customer_id"]: 9 for c in CUSTOMERS} | {"passive": 8, "detractor": 6}
    answers.pop("never_answered")
    surveys = [{"respondent_id": w, "asked_on": ago(40), "question": "nps", "answer": a} for w, a in answers.items()]
    surveys.append({"respondent_id": "turned", "asked_on": ago(10), "question": "nps", "answer": 3})
    made = [{"referral_id": "R1", "referrer_id": "never_answered", "referred_on": ago(100)}]
    return by_hand(customers=CUSTOMERS, touchpoints=touches, surveys=surveys, referrals=made)


def test_every_rule_keeps_out_the_one_who_breaks_it(everyone):
    lists = ask_lists.lists(everyone)
    assert set(lists.ask["customer_id"]) == {"fine", "old_enough", "resolved", "given_in_time", "asked_in_time"}
    assert set(lists.close_the_loop["customer_id"]) == {"complains", "detractor", "turned"}
    assert set(lists.give_first["customer_id"]) == {"given_long_ago", "asked_too_often", "never_answered"}
    assert lists.give_first.set_index("customer_id").loc["asked_too_often", "to_do"] == "give before asking again"


def test_rules_narrow_the_list_one_after_the_other(everyone):
    lists = ask_lists.lists(everyone)
    left = [row["left_on_the_list"] for row in lists.narrowing()]
    assert left == sorted(left, reverse=True)
    assert left[0] == len(CUSTOMERS) - 1  # the one who left is no customer
    assert left[-1] == len(lists.ask) == lists.size().value


def test_a_complaint_that_is_resolved_after_the_as_of_date_is_open(by_hand):
    touches = [_touch("a", 20, "kind_act"), _touch("a", 5, "complaint", "2026-10-12")]
    surveys = [{"respondent_id": "a", "asked_on": ago(40), "question": "nps", "answer": 10}]
    lists = ask_lists.lists(
        by_hand(customers=[CUSTOMERS[0] | {"customer_id": "a"}], touchpoints=touches, surveys=surveys)
    )
    assert lists.ask.empty
    assert lists.close_the_loop["customer_id"].tolist() == ["a"]


@pytest.mark.parametrize(
    "change", [{"given_within": 10}, {"minimum_tenure": 24}, {"promoter_from": 10}, {"given_kinds": ("review",)}]
)
def test_stricter_rules_ask_fewer(sample, change):
    usual, strict = ask_lists.lists(sample()), ask_lists.lists(sample(), rules=AskRules(**change))
    assert len(strict.ask) < len(usual.ask)
    if "given_kinds" not in change:
        assert set(strict.ask["customer_id"]) <= set(usual.ask["customer_id"])


def test_only_segments_that_step_01_would_ask(simulated):
    client = simulated(seed=5)
    record(pmf_check.build_result(pmf_check.find(client)), client.results_dir)
    usual = ask_lists.lists(client).ask
    only = ask_lists.lists(client, rules=AskRules(only_ask_here=True)).ask
    assert set(only["segment_is"]) == {"ask here"}
    assert only["customer_id"].tolist() == usual.loc[usual["segment_is"] == "ask here", "customer_id"].tolist()
    assert len(only) < len(usual)


def test_rules_that_contradict_themselves_are_refused():
    with pytest.raises(ValueError, match="must be below"):
        AskRules(promoter_from=6)
    with pytest.raises(ValueError, match="0 or more"):
        AskRules(given_within=-1)


# --- when


def test_waits_cover_the_truth_where_a_naive_average_does_not(simulated):
    true = simulate("subscription", seed=12).truth  # no programme changes the rate in this world
    false = [row["referral_id"] for row in true["fraud"]]  # the truth speaks of honest referrals
    client = simulated(
        seed=12, edit=lambda t: {"referrals": t["referrals"][~t["referrals"]["referral_id"].isin(false)]}
    )
    assert client.tables["referrals"]["rows"] == 353 - len(false)
    waits, none_by = first_referrals.since_joining(client), true["first_referral"]["none_by_month"]
    for month in (3, 6, 12, 24, 36):
        found = waits.share_by(month)
        assert found.low <= 1 - none_by[month] <= found.high, month
    median = waits.time_by(0.5)
    assert not median.defined
    assert "fewer than 50%" in median.reason
    early = waits.time_by(0.10)
    wanted = next(m for m, none in enumerate(none_by) if none <= 0.90)
    assert early.low <= wanted <= early.high
    assert early.unit == "months"
    assert "leaves out" in first_referrals.naive(waits)


def test_ask_window_lies_in_the_months_of_highest_hazard(sample, truth):
    window = ask_months.ask_window(first_referrals.since_joining(sample()))
    assert set(range(window.start, window.end)) <= set(truth()["first_referral"]["highest_months"])
    assert window.stands_out
    rows = ask_months.window_rows(first_referrals.since_joining(sample()), window)
    assert [row["in_window"] for row in rows].count(True) == 3


def test_the_best_of_equal_months_seldom_stands_out():
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        months, end = rng.exponential(60, 400), rng.uniform(0, 40, 400)
        waits = Waits(months=np.minimum(months, end), referred=months < end, since="joining")
        found.append(ask_months.ask_window(waits))
    assert sum(window.stands_out for window in found) <= 5
    assert all(window.ratio.value > 1 for window in found)  # the best looks good every time


def test_waits_by_hand(by_hand):
    customers = [
        {"customer_id": "a", "joined_on": ago(100), "left_on": ""},
        {"customer_id": "b", "joined_on": ago(200), "left_on": ago(50)},
        {"customer_id": "c", "joined_on": ago(300), "left_on": ""},
        {"customer_id": "d", "joined_on": ago(300), "left_on": ""},
    ]
    made = [
        {"referral_id": 0, "referrer_id": "d", "referred_on": ago(299), "referrer_type": "customer"},
        {"referral_id": 1, "referrer_id": "a", "referred_on": ago(40), "referrer_type": "customer"},
        {"referral_id": 2, "referrer_id": "a", "referred_on": ago(20), "referrer_type": "customer"},
        {"referral_id": 3, "referrer_id": "b", "referred_on": ago(10), "referrer_type": "customer"},  # after leaving
        {"referral_id": 4, "referrer_id": "c", "referred_on": ago(10), "referrer_type": "employee"},
    ]
    touches = [
        _touch("a", 90, "delight"),
        _touch("a", 60, "delight"),
        _touch("c", 30, "delight"),
        _touch("b", 260, "delight"),
    ]
    client = by_hand(customers=customers, referrals=made, touchpoints=touches)
    waits = first_referrals.since_joining(client)
    assert (waits.months * 30.4375).round().tolist() == [60, 150, 300, 1]
    assert waits.referred.tolist() == [True, False, False, True]
    delighted = first_referrals.since_delight(client)
    assert (delighted.months * 30.4375).round().tolist() == [50, 150, 30]
    assert delighted.referred.tolist() == [True, False, False]


def test_customers_from_before_the_record_are_left_out(sample):
    assert first_referrals.record_begins(sample()) is None
    client = sample("harlow-partners")
    began = first_referrals.record_begins(client)
    joined = client.fact("customer_profile")["joined_on"]
    assert first_referrals.since_joining(client).left_out == (joined < began).sum() > 100


# --- how often


def test_followed_counts_only_the_same_customer_in_time():
    touches = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "a"],
            "on": pd.to_datetime(["2026-01-01", "2026-01-20", "2026-01-01", "2026-03-01"]),
        },
        index=[7, 3, 5, 1],
    )
    made = pd.DataFrame({"customer_id": ["a", "c"], "referred_on": pd.to_datetime(["2026-01-31", "2026-01-02"])})
    assert contacts.followed(touches, made, days=30).to_dict() == {7: True, 3: True, 5: False, 1: False}
    assert contacts.followed(touches, made, days=29)[7] is np.False_


def test_what_comes_anyway_is_the_share_of_days_with_a_referral_ahead(simulated):
    client = simulated(seed=7, customers=200)
    profile, made = client.fact("customer_profile"), contacts.made_by_customers(client)
    days, ahead = 0, 0
    for row in profile.itertuples():
        end = row.left_on if pd.notna(row.left_on) else pd.Timestamp(client.as_of)
        theirs = made.loc[made["customer_id"] == row.customer_id, "referred_on"]
        theirs = theirs[(theirs >= row.joined_on) & (theirs <= end)].to_numpy("M8[D]")
        each = pd.date_range(row.joined_on, end, inclusive="left").to_numpy("M8[D]")[:, None]
        days += len(each)
        ahead += int(((theirs > each) & (theirs <= each + 30)).any(axis=1).sum())
    found = contacts.anyway(client, days=30)
    assert found.value == pytest.approx(ahead / days, rel=1e-2)


def _answering(tables):
    """Every ask but those of the last two months is answered by a referral a week later, for four customers in ten."""
    asks = tables["touchpoints"].query("kind == 'ask'").drop_duplicates("customer_id")
    asks = asks[(asks["on"] < "2026-07-01") & (asks["customer_id"].str[-1] < "4")]
    new = pd.DataFrame(
        {
            "referral_id": "N" + asks["customer_id"],
            "referrer_id": asks["customer_id"],
            "referrer_type": "customer",
            "referred_on": asks["on"] + pd.Timedelta(days=7),
        }
    )
    return {"referrals": pd.concat([tables["referrals"], new], ignore_index=True)}


def test_asks_that_work_are_seen_to_work(simulated, sample):
    idle = follow_ups.sequence(sample())
    assert follow_ups.measured(idle)
    assert idle.extra[0].low <= 0 <= idle.extra[0].high  # in the sample an ask changes nothing
    works = follow_ups.sequence(simulated(edit=_answering), value_of_referral=100.0)
    assert works.extra[0].low > 0.15
    assert works.contacts().value >= 1


def test_ask_numbers_begin_anew_after_a_referral():
    asks = pd.DataFrame(
        {
            "customer_id": ["a"] * 4 + ["b"],
            "on": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-01-01"]),
        }
    )
    made = pd.DataFrame({"customer_id": ["a"], "referred_on": pd.to_datetime(["2026-02-01"])})
    assert follow_ups._number(asks, made).tolist() == [1, 2, 1, 2, 1]


def _sequence(cost, value=100.0):
    extra = tuple(
        assumed(p, p / 2, min(1, 2 * p), unit="share", per="contact", source="x") for p in (0.3, 0.1, 0.04, 0.01)
    )
    known = {"unit": "EUR", "source": "x"}
    return follow_ups.Sequence(
        extra=extra,
        value=assumed(value, value, value, per="referral", **known),
        cost=assumed(cost, cost, cost, per="contact", **known),
        days_between=10,
        discount_rate=0.0,
    )


def test_the_sequence_stops_before_the_contact_that_does_not_pay():
    sequence = _sequence(5.0)
    assert [row["send"] for row in sequence.rows()] == [True, True, False, False]  # 0.04 x 100 < 5
    assert sequence.contacts().value == 2
    assert sequence.contacts().low <= 2 <= sequence.contacts().high


@given(st.floats(0.5, 40), st.floats(0.5, 40))
def test_dearer_contacts_are_never_more(one, other):
    cheap, dear = sorted((one, other))
    assert _sequence(dear).contacts().value <= _sequence(cheap).contacts().value


def test_value_of_going_on_falls_with_every_ask_without_success():
    worth = [row["worth"] for row in _sequence(0.0).recency_rows()]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] == 0


# --- surveys


def test_incentive_is_measured_where_both_invitations_are_known(sample):
    answers = survey_incentives.answers_by_incentive(sample()).set_index("question").loc["pmf"]
    found = survey_incentives.measured_gain(sample(), question="pmf", invited_with=500, invited_without=1000)
    assert found.value == pytest.approx(answers["with_incentive"] / 500 - answers["without"] / 1000)
    assert found.basis.value == "measured"
    assert "not stated" in survey_incentives.measured_gain(sample(), question="pmf").reason
    with pytest.raises(ValueError, match="counts"):
        survey_incentives.measured_gain(sample(), question="pmf", invited_with=10, invited_without=1000)


def test_web_gain_is_göritz_at_the_stated_rates():
    found = survey_incentives.web_gain(start=0.30, finish=0.80)
    start, finish = 1.19 * 3 / 7, 1.27 * 4
    assert found.value == pytest.approx(start / (1 + start) * finish / (1 + finish) - 0.24)
    assert found.low < found.value < found.high


def test_cost_of_an_extra_answer_counts_all_who_are_paid():
    gain = assumed(0.10, 0.05, 0.20, unit="share", per="person asked", source="x")
    answered = assumed(0.40, 0.40, 0.40, unit="share", per="person asked", source="x")
    cost = assumed(10, 10, 10, unit="EUR", per="incentive", source="x")
    promised = survey_incentives.cost_per_extra(gain, answered, cost)
    assert (promised.value, promised.low, promised.high) == pytest.approx((40, 20, 80))
    assert survey_incentives.cost_per_extra(gain, answered, cost, prepaid=True).value == pytest.approx(100)
    assert survey_incentives.cost_per_extra(gain.as_(low=-0.01), answered, cost).open_above
    nothing = survey_incentives.cost_per_extra(gain.as_(value=0.0, low=-0.1), answered, cost)
    assert "no extra answers" in nothing.reason


def test_the_paid_answer_like_the_others_in_the_sample(sample):
    found = survey_incentives.answers_differ(sample())
    assert found.low <= 0 <= found.high  # the simulator pays at random
    assert "no difference" in "".join(x for x in survey_incentives.describe_differ(found) if isinstance(x, str))


# --- touchpoints


def test_touchpoints_fall_into_their_phase(by_hand):
    customers = [{"customer_id": "a", "joined_on": ago(100), "left_on": ago(10)}]
    touches = [
        _touch("a", 101, "kind_act"),
        _touch("a", 100, "delight"),
        _touch("a", 60, "ask"),
        _touch("a", 9, "support"),
        _touch("stranger", 5, "review"),
    ]
    client = by_hand(customers=customers, touchpoints=touches)
    found = touchpoints.touchpoint_map(client)
    assert dict(zip(found["kind"], found["phase"], strict=True)) == {
        "review": "never bought",
        "kind act": "before the sale",
        "delight": "first weeks",
        "ask": "as a customer",
        "support": "after leaving",
    }
    assert "Contacts, but nothing given: never bought, as a customer" in touchpoints.empty_phases(client)


def test_silence_is_counted_month_by_month(by_hand):
    customers = [
        {"customer_id": "a", "joined_on": ago(100), "left_on": ""},
        {"customer_id": "b", "joined_on": ago(40), "left_on": ""},
    ]
    touches = [_touch("a", 99, "ask"), _touch("a", 98, "ask"), _touch("a", 20, "review"), _touch("b", 2, "ask")]
    client = by_hand(customers=customers, touchpoints=touches)
    (months,) = touchpoints.silence(client, months=3).values()
    # a lived through three whole months, touched in the first and the third; b through one, untouched in it
    assert (months.n, round(months.value * months.n)) == (4, 2)
    assert touchpoints.silent_share(client, days=30).value == 0
    assert touchpoints.silent_share(client, days=10).value == 0.5


# --- all together


def test_the_sample_is_a_go_with_every_required_name(sample):
    result = concluded(sample())
    assert result.verdict.status is Status.GO
    assert {"median_time_to_first_referral", "ask_list_size"} <= set(result.estimates)
    listed = len(result.tables["ask_list"])
    assert result.estimates["ask_list_size"].value == listed - result.estimates["control_size"].value > 20
    assert {c.name: c.passed for c in result.checks}["nobody_on_both_lists"] is True
    assert concluded(sample(), least_asks=listed + 1).verdict.status is Status.TEST_SMALL


def test_lists_are_written_as_files_a_client_can_work_from(sample, tmp_path):
    result = concluded(sample())
    record(result, tmp_path / "results")
    write_workbook(tmp_path)
    asks = pd.read_csv(tmp_path / "ask-list.csv", encoding="utf-8-sig")
    close = pd.read_csv(tmp_path / "close-the-loop.csv", encoding="utf-8-sig")
    assert len(asks) == result.estimates["ask_list_size"].value  # the control is not on it
    assert len(close) == len(result.tables["close_the_loop"])
    assert {"id", "list", "owner", "due", "reason", "script", "value_at_stake", "status", "outcome"} <= set(
        asks.columns
    )
    assert not set(asks["id"]) & set(close["id"])


@pytest.mark.parametrize("table", TABLES)
def test_it_goes_on_without_any_one_table(simulated, table):
    client = simulated(customers=250, without=(table,))
    result = concluded(client)
    json.dumps(result.to_dict(), allow_nan=False)
    assert {"median_time_to_first_referral", "ask_list_size"} <= set(result.estimates)
    size = result.estimates["ask_list_size"]
    assert size.defined == (table not in ("customers", "surveys", "touchpoints"))
    if not size.defined:
        assert result.verdict.status is Status.NOT_ENOUGH_DATA
        assert result.tables["ask_list"] == []
    waits = result.estimates["referred_within_12_months"]
    assert waits.defined == (table not in ("customers", "referrals"))


def test_nobody_to_ask_is_a_stop_with_what_to_do(simulated):
    lists = ask_lists.lists(simulated(seed=2, customers=250), rules=AskRules(given_within=0))
    assert ask_verdict.verdict(lists, least_asks=20).status is Status.STOP
    assert "once something was given" in ask_verdict.verdict(lists, least_asks=20).reason


@pytest.mark.parametrize("name", ["telco", "olist"])
def test_real_exports_say_what_is_missing(real_client, name):
    result = concluded(real_client(name))
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert not result.estimates["median_time_to_first_referral"].defined
    json.dumps(result.to_dict(), allow_nan=False)


@pytest.mark.parametrize("name", ["harlow-partners", "cupboard"])
def test_other_samples_have_no_ask_list_but_someone_to_listen_to(sample, name):
    result = concluded(sample(name))
    assert result.verdict.status is Status.NOT_ENOUGH_DATA
    assert result.tables["close_the_loop"]
    assert result.tables["give_first"]


# --- the kept control


def test_a_control_is_kept_marked_and_left_unasked(sample):
    usual, kept = (ask_lists.lists(sample(), rules=AskParameters(control_share=c).rules(AS_OF)) for c in (0.0, 0.25))
    assert set(kept.ask["customer_id"]) == set(usual.ask["customer_id"])
    marked = kept.ask[kept.ask["control"].astype(bool)]
    assert 0 < len(marked) < len(kept.ask)
    assert (marked["script"] == "").all()
    assert marked["reason"].str.contains("do not ask").all()
    assert not kept.ask["control"].iloc[: len(kept.to_ask)].any(), "the control stands at the end of the list"
    assert kept.size().value == len(usual.ask) - len(marked)
    assert kept.narrowing()[-1]["left_on_the_list"] == kept.size().value
    assert not usual.ask["control"].any()


def test_the_control_stays_the_same_when_others_come_and_go(sample):
    rules = AskParameters(control_share=0.25).rules(AS_OF)
    people = ask_lists.lists(sample(), rules=rules)
    control = set(people.ask.loc[people.ask["control"].astype(bool), "customer_id"])
    fewer = Lists(people=people.people.iloc[::-2], rules=rules)
    again = set(fewer.ask.loc[fewer.ask["control"].astype(bool), "customer_id"])
    assert again == control & set(fewer.people["customer_id"])


def test_the_step_says_how_to_let_the_review_read_the_control(sample, simulated):
    checks = {c.name: c for c in concluded(simulated(seed=5)).checks}
    assert "client.toml" in checks["control_kept"].text
    begun = {c.name: c for c in concluded(sample(), control_since="2026-07").checks}
    assert "client.toml" not in begun["control_kept"].text
    assert concluded(sample(), control_share=0.0).estimates["control_size"].value == 0


def test_a_window_that_holds_every_first_referral_has_no_upper_end():
    """All first referrals fall into one window, so the other months have none to compare with."""
    months, referred = np.full(400, 20.0), np.zeros(400, dtype=bool)
    months[:6], referred[:6] = 1.5, True
    window = ask_months.ask_window(Waits(months=months, referred=referred, since="joining"))
    text = "".join(x if isinstance(x, str) else ask_verdict._plain(x) for x in ask_months.describe_window(window))
    assert "none" not in text.lower() or "none in the other months" in text
    assert "None" not in text
