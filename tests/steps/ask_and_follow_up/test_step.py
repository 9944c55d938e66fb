"""Step 06: lists against the truth row by row, waits against known curves, every rule by who breaks it."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from steps.ask_and_follow_up.made import AS_OF, ago, touch

from referral_playbook.contract.evidence import Status
from referral_playbook.contract.handover import record
from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.contract.tables import TABLES
from referral_playbook.domain.lists import ask_lists
from referral_playbook.domain.lists.ask_lists import Lists
from referral_playbook.domain.lists.ask_rules import AskRules
from referral_playbook.run.report.workbook import write_workbook
from referral_playbook.steps.ask_and_follow_up import step as ask_and_follow_up
from referral_playbook.steps.pmf_check import step as pmf_check


def concluded(engagement, **options):
    parameters = engagement.parameters_of("ask_and_follow_up").with_(**options)
    return ask_and_follow_up.build_result(ask_and_follow_up.find(engagement, parameters))


def rules_with(as_of=AS_OF, **stated):
    return ask_and_follow_up.ask_rules(Parameters.of("ask_and_follow_up", **stated), as_of)


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


@pytest.fixture
def everyone(by_hand):
    """One customer for each rule, all alike but for what breaks it."""
    touches = [touch(c["customer_id"], GIVEN.get(c["customer_id"], 20), "kind_act") for c in CUSTOMERS]
    touches += [
        touch("complains", 30, "complaint"),
        touch("resolved", 30, "complaint", ago(3)),
        touch("asked_lately", 90, "ask"),
        touch("asked_in_time", 91, "ask"),
        touch("asked_too_often", 200, "ask"),
        touch("asked_too_often", 300, "ask"),
        touch("fine", 5, "review"),
    ]
    answers = {c["customer_id"]: 9 for c in CUSTOMERS} | {"passive": 8, "detractor": 6}
    answers.pop("never_answered")
    surveys = [{"respondent_id": w, "asked_on": ago(40), "question": "nps", "answer": a} for w, a in answers.items()]
    surveys.append({"respondent_id": "turned", "asked_on": ago(10), "question": "nps", "answer": 3})
    made = [{"referral_id": "R1", "referrer_id": "never_answered", "referred_on": ago(100)}]
    return by_hand(customers=CUSTOMERS, touchpoints=touches, surveys=surveys, referrals=made)


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
    touches = [touch("a", 20, "kind_act"), touch("a", 5, "complaint", "2026-10-12")]
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


def test_what_is_stated_reaches_the_rules():
    rules = rules_with(minimum_tenure=12.0, given_kinds=["review"], control_share=0.25)
    assert (rules.minimum_tenure, rules.given_kinds, rules.control.share) == (12.0, ("review",), 0.25)


def test_groups_that_a_roll_out_reaches_later_may_not_be_asked_yet():
    staged = ("London=2026-01", "North=2026-10", "Wales=2027-03")
    assert set(rules_with(date(2026, 9, 30), rollout=staged).not_reached) == {"North", "Wales"}
    assert set(rules_with(date(2026, 10, 31), rollout=staged).not_reached) == {"Wales"}


@pytest.mark.parametrize("wrong", [{"given_within": -1}, {"control_share": 1.0}])
def test_rules_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        rules_with(**wrong)


def test_a_control_is_kept_marked_and_left_unasked(sample):
    usual, kept = (ask_lists.lists(sample(), rules=rules_with(control_share=c)) for c in (0.0, 0.25))
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
    rules = rules_with(control_share=0.25)
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
