"""Damaged clients are judged again: by rebuilt facts, by changed referrals, by a changed assumption."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from referral_playbook.challenge import trials
from referral_playbook.challenge.catalogue import DAMAGES
from referral_playbook.challenge.trials import damaged, judge, light, statuses
from referral_playbook.contract.challenged import DECISION
from referral_playbook.contract.names import Step
from referral_playbook.facts.engagement import open_engagement
from referral_playbook.simulate import simulate, write_client

BY_NAME = {d.name: d for d in DAMAGES}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A small simulated client, opened: its folder and its facts."""
    place = tmp_path_factory.mktemp("challenge")
    write_client(simulate("subscription", seed=3, customers=150), place / "client")
    open_engagement(place / "client", place / "run" / "results")
    return place / "client", place / "run" / "facts"


def _damaged(client, name, place, end=None):
    source, facts = client
    return damaged(BY_NAME[name], source, facts, Path(place), end)


def test_tables_are_changed_and_facts_built_from_them(client, tmp_path):
    base = open_engagement(client[0], client[1].parent / "results")
    found, why_not = _damaged(client, "largest customer gone", tmp_path)
    assert why_not == ""
    assert len(found.fact("customer_profile")) == len(base.fact("customer_profile")) - 1
    assert found.facts_dir != base.facts_dir


def test_the_as_of_date_moves_back(client, tmp_path):
    found, _ = _damaged(client, "one quarter earlier", tmp_path)
    assert found.as_of.isoformat() == "2026-06-30"
    assert found.fact("referrals")["referred_on"].max().date() <= found.as_of


def test_a_dropped_table_is_gone(client, tmp_path):
    found, _ = _damaged(client, "no touchpoints table", tmp_path)
    assert not found.has("touchpoints")


def test_referrals_change_without_building_facts(client, tmp_path):
    base = open_engagement(client[0], client[1].parent / "results")
    found, _ = _damaged(client, "busiest advocate gone", tmp_path)
    busiest = base.fact("referrals")["referrer_id"].value_counts().index[0]
    assert busiest not in set(found.fact("referrals")["referrer_id"])
    assert found.facts_dir == base.facts_dir


def test_an_assumption_is_set_for_every_step(client, tmp_path):
    found, _ = _damaged(client, "uplift at its low end", tmp_path, end=0.9)
    assert found.parameters_of(DECISION).number("uplift") == 0.9
    nothing, why_not = _damaged(client, "uplift at its low end", tmp_path)
    assert nothing is None
    assert "no range" in why_not


def test_a_verdict_is_given_for_each_judged_step(client, tmp_path):
    engagement = replace(light(open_engagement(client[0], client[1].parent / "results")), results_dir=tmp_path)
    results = judge(engagement, steps=[Step.VALUE_EXCHANGE, DECISION])
    assert set(statuses(results)) == {"break_even"}
    assert (tmp_path / "break_even.json").is_file()


def test_a_step_that_fails_costs_its_challenge_and_no_other(client, tmp_path, monkeypatch):
    monkeypatch.setattr(trials, "judge", lambda *_: 1 / 0)
    task = trials.Task(
        name="largest customer gone", source=client[0], facts=client[1], results=tmp_path, end=None, before={}
    )
    assert "a step failed on these data: ZeroDivisionError" in trials._trial(task).why_not
