"""The finding of step 06: its lists, limits, waits and plan agree with each other and with the tables."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pandas as pd
import pytest

from referral_playbook.contract.settings.parameters import Parameters
from referral_playbook.steps.ask_and_follow_up import step

STATED = {"minimum_tenure": 12.0, "given_within": 60, "silent_days": 120, "control_share": 0.2, "confidence": 0.8}


@pytest.fixture(scope="module")
def found(sample):
    return step.find(sample(), Parameters.of("ask_and_follow_up", **STATED))


def test_everybody_on_the_ask_list_keeps_the_stated_rules(found, sample):
    ask, profile = found.lists.ask, sample().fact("customer_profile").set_index("customer_id")
    assert len(ask) > 0
    mine = profile.loc[ask["customer_id"]]
    assert (mine["tenure_months"] >= 12).all()
    assert not mine["left"].any()
    assert (pd.Timestamp(found.as_of) - pd.to_datetime(ask["last_given_on"]) <= pd.Timedelta(days=60)).all()
    assert (ask["nps"] >= 9).all()


def test_a_stricter_limit_leaves_fewer_and_none_who_was_not_there(found, sample):
    usual = step.find(sample(), Parameters.of("ask_and_follow_up")).lists
    both = set(usual.ask["customer_id"])
    stated = found.lists
    assert set(stated.ask["customer_id"]) <= both
    assert len(stated.ask) < len(usual.ask)


def test_a_customer_stands_on_one_list(found):
    lists = [set(rows["customer_id"]) for rows in (found.lists.ask, found.lists.close_the_loop, found.lists.give_first)]
    assert not lists[0] & lists[1]
    assert not lists[0] & lists[2]
    assert not lists[1] & lists[2]


def test_the_control_is_a_fifth_of_those_who_qualify_by_the_same_draw(found):
    control = found.lists.rules.control
    assert control.share == 0.2
    held = control.includes(found.lists.ask["customer_id"])
    assert held.sum() == found.lists.control_size().value
    assert held.sum() + found.lists.size().value == len(held)


def test_silence_is_a_share_of_the_customers_who_have_been_here_that_long(found, sample):
    profile = sample().fact("customer_profile")
    as_of, limit = pd.Timestamp(found.as_of), pd.Timedelta(days=120)
    here = profile[~profile["left"].astype(bool) & (as_of - profile["joined_on"] >= limit)]
    since = as_of - here["customer_id"].map(sample().fact("touchpoints").groupby("customer_id")["on"].max())
    assert found.silent_share.n == len(here)
    assert found.silent_share.value == pytest.approx(((since > limit) | since.isna()).mean())


def test_the_confidence_of_the_client_is_that_of_every_range(found):
    handed = step.estimates(found)
    for name in ("referred_within_12_months", "silent_share", "median_time_to_first_referral"):
        assert handed[name].confidence in (0.8, None)
    assert handed["referred_within_12_months"].confidence == 0.8


def test_the_result_hands_over_what_was_found(found):
    result = step.build_result(found)
    assert [row["customer_id"] for row in result.tables["ask_list"]] == found.lists.ask["customer_id"].tolist()
    assert result.tables["rollout_plan"] == found.rollout.rows()
    assert result.estimates["silent_share"] == found.silent_share
    assert result.estimates["value_of_referral"] == found.sequence.value


def test_a_finding_is_not_changed_after_it_was_made(found):
    with pytest.raises(FrozenInstanceError):
        found.client = "Other"
